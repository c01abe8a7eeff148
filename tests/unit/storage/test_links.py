"""What a link lets a browser do."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from media_workflows.domain.trigger import DEFAULT_FORMATS
from media_workflows.media.source.formats import CONTENT_TYPES
from media_workflows.settings import Settings
from media_workflows.storage.clients import ConnectionCredentials, make_clients
from media_workflows.storage.links import DOWNLOAD_TYPE, SHOWN_TYPES, Links, disposition, shown_type

CREDENTIALS = ConnectionCredentials(access_key_id="id", secret_access_key="secret", region="eu-west-1")


@pytest.fixture(scope="module")
def links() -> Links:
    settings = Settings(s3_endpoint_url="http://inside:9000", s3_public_endpoint_url="https://s3.example")
    return Links(make_clients(settings, CREDENTIALS).public_s3)


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_link_leads_to_the_public_address_for_a_quarter_of_an_hour(links: Links) -> None:
    url = links.read("b", "out/片.mp4", "v1")
    assert url.startswith("https://s3.example/b/out/%E7%89%87.mp4?")
    asked = query(url)
    assert (asked["X-Amz-Expires"], asked["versionId"]) == ("900", "v1")
    assert asked["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert asked["response-content-type"] == "video/mp4"
    assert asked["response-content-disposition"] == "inline; filename*=UTF-8''%E7%89%87.mp4"


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.svg", "a.xml", "a.xhtml", "a.js", "a.pdf", "a", "a.mp4.html"])
def test_what_could_hold_a_script_is_only_downloaded(links: Links, name: str) -> None:
    asked = query(links.read("b", name))
    assert asked["response-content-type"] == DOWNLOAD_TYPE
    assert asked["response-content-disposition"].startswith("attachment;")


def test_no_shown_type_is_active() -> None:
    assert [kind for kind in SHOWN_TYPES.values() if "html" in kind or "xml" in kind or "script" in kind] == []


def test_a_name_cannot_add_a_header() -> None:
    assert disposition('a"\r\nX: y;.mp4') == "inline; filename*=UTF-8''a%22%0D%0AX%3A%20y%3B.mp4"


def test_every_format_that_is_read_or_written_has_its_type() -> None:
    named = {name.removeprefix(".") for name in DEFAULT_FORMATS} | set(CONTENT_TYPES)
    downloads = {"asf", "rm", "rmvb", "key", "ttml"}  # ttml is XML, which may hold scripts
    assert {name for name in named if shown_type(f"a.{name}") == DOWNLOAD_TYPE} == downloads


def test_an_upload_is_bound_to_its_size_and_type(links: Links) -> None:
    asked = query(links.write("b", "k.mp4", 17, "video/mp4"))
    assert asked["X-Amz-SignedHeaders"] == "content-length;content-type;host"
    part = query(links.write_part("b", "k.mp4", "u1", 2, 17))
    assert (part["uploadId"], part["partNumber"]) == ("u1", "2")
    assert part["X-Amz-SignedHeaders"] == "content-length;host"
