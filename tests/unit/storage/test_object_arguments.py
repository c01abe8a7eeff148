"""Options of outputs as arguments of S3."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote

import pytest

from media_workflows.domain.object_options import ObjectOptions
from media_workflows.naming import fill_in
from media_workflows.storage.object_arguments import NO_ARGUMENTS, ObjectArguments, object_arguments


def _filled(options: ObjectOptions, role: str = "main", source: str = "in/cam1/片 (1).mov") -> ObjectArguments:
    return object_arguments(options, role, lambda text: fill_in(text, source, "in/", {"format": "mp4"}))  # type: ignore[arg-type]


def test_nothing_is_sent_without_options() -> None:
    assert object_arguments(None, "main", str) is NO_ARGUMENTS
    assert NO_ARGUMENTS.all_metadata == {}


def test_a_download_name_keeps_chinese_and_has_an_ascii_form() -> None:
    options = ObjectOptions(disposition="attachment", download_name='{inputName}"%.{format}')
    header = _filled(options).arguments["ContentDisposition"]
    plain, extended = header.split("; filename*=UTF-8''")
    assert plain == 'attachment; filename="_ (1)__.mp4"'
    assert unquote(extended) == '片 (1)"%.mp4'
    assert _filled(ObjectOptions(disposition="inline")).arguments["ContentDisposition"] == "inline"


def test_tags_have_only_characters_that_s3_accepts() -> None:
    tags = {"name": "{inputName}", "camera": "{inputDirectory}"}
    found = parse_qs(_filled(ObjectOptions(tags=tags)).arguments["Tagging"])
    assert found["name"] == ["片 _1_"]
    assert found["camera"] == ["cam1"]


def test_a_tag_ends_where_s3_ends_it() -> None:
    found = _filled(ObjectOptions(tags={"name": "{inputName}"}), source=f"in/{'a' * 300}.mp4")
    assert found.arguments["Tagging"] == f"name={'a' * 256}"


def test_metadata_are_ascii() -> None:
    found = _filled(ObjectOptions(metadata={"title": "{inputName}", "plain": "50% off"}))
    assert unquote(found.metadata["title"]) == "片 (1)"
    assert found.metadata["title"].isascii()
    assert found.metadata["plain"] == "50% off"


@pytest.mark.parametrize(("role", "expected"), [("manifest", "no-cache"), ("playlist", "no-cache"), ("segment", "a")])
def test_manifests_may_be_cached_otherwise(role: str, expected: str) -> None:
    options = ObjectOptions(cache_control="a", manifest_cache_control="no-cache")
    assert _filled(options, role).arguments["CacheControl"] == expected


def test_what_waits_to_be_published_is_not_public_and_can_be_read() -> None:
    found = _filled(ObjectOptions(acl="public-read", storage_class="GLACIER", cache_control="a", kms_key="k"))
    assert found.unpublished().arguments == {
        "CacheControl": "a",
        "SSEKMSKeyId": "k",
        "ServerSideEncryption": "aws:kms",
    }
    assert found.unpublished().digest == found.digest


def test_equal_options_have_equal_digests() -> None:
    first, second = (_filled(ObjectOptions(cache_control=text)) for text in ("a", "b"))
    assert first.digest == _filled(ObjectOptions(cache_control="a")).digest != second.digest


def test_what_is_not_verified_yet_is_paid_for_briefly_and_its_playlists_are_not_cached() -> None:
    found = _filled(ObjectOptions(acl="public-read", storage_class="STANDARD_IA", cache_control="a"))
    assert found.unverified(grows=False).arguments == {"ACL": "public-read", "CacheControl": "a"}
    assert found.unverified(grows=True).arguments == {"ACL": "public-read", "CacheControl": "no-cache"}
    assert NO_ARGUMENTS.unverified(grows=True).arguments == {"CacheControl": "no-cache"}
    assert NO_ARGUMENTS.unverified(grows=False) == NO_ARGUMENTS
