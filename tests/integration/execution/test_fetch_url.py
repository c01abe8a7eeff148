"""Sources from https URLs, with a real server and real S3: copies, redirects, limits, and refused addresses."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bucket_site import BucketSite
from definitions import workflow
from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.errors import (
    ForbiddenAddressError,
    JobCancelledError,
    MediaWorkflowsError,
    SourceUnreachableError,
    SourceUrlError,
)
from media_workflows.execution.fetch_url import fetch_source, file_name
from media_workflows.execution.running_step import Resources
from media_workflows.ingest import rules
from media_workflows.notifications.transports import addresses
from media_workflows.notifications.transports import http as http_delivery
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage
from tls_site import Answer, TlsSite, tls_site

BODY = b"media" * 1000
HTML = {"content-type": "text/html; charset=utf-8"}
GZIP = {"content-encoding": "gzip"}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TlsSite]:
    """`files.example` is 127.0.0.1 and allowed; all other names are 127.0.0.1, too, and not allowed."""
    with tls_site(tmp_path) as site:
        trusting = httpx.create_ssl_context()
        trusting.load_verify_locations(site.certificate)
        monkeypatch.setattr(http_delivery, "_trusted", lambda: trusting)
        monkeypatch.setattr(addresses, "_lookup", lambda host, port: ["127.0.0.1"])
        site.answers["/a%20b.mp4"] = Answer(200, BODY, {"content-type": "video/mp4"})
        yield site


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    settings = Settings(data_dir=tmp_path / "data", url_allowed_hosts=["files.example"])
    (tmp_path / "work").mkdir()
    return BucketSite(clients, settings, bucket)


def fetch(site: BucketSite, url: str, work: Path, **settings: object) -> SourceObject:
    run = Run("media_process", "process__10_x", 7, workflow())
    used = site.settings.model_copy(update=settings)
    return fetch_source(run, url, site.bucket, Resources(site.clients, site.said.append, used), work / "work")


def test_the_copy_is_an_object_that_starts_no_workflow(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    source = fetch(site, f"{server.url}/a%20b.mp4?token=secret", tmp_path)
    assert site.keys("") == [source.key]
    assert source.key.startswith("fetched/")
    assert source.key.endswith("/a b.mp4")
    assert (site.body(source.key), source.content_type) == (BODY, "video/mp4")
    head = ObjectStorage(site.clients.s3).head(site.bucket, source.key)
    assert head is not None
    assert rules.refusal_by_object(site.bucket, source.key, head) == "own_output"
    assert "secret" not in str(head.metadata) + " ".join(site.said)
    again = fetch(site, f"{server.url}/a%20b.mp4?token=secret", tmp_path)  # another try of the task
    assert again.key == source.key


def test_redirects_are_followed_to_https_alone(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    server.answers["/moved"] = Answer(302, headers={"location": "/a%20b.mp4"})
    assert fetch(site, f"{server.url}/moved", tmp_path).size_bytes == len(BODY)
    server.answers["/plain"] = Answer(301, headers={"location": "http://files.example/a"})
    with pytest.raises(SourceUrlError, match=r"redirects to http://files\.example/a, and only https"):
        fetch(site, f"{server.url}/plain", tmp_path)
    server.answers["/round"] = Answer(302, headers={"location": "/round"})
    with pytest.raises(SourceUrlError, match="more than 5 redirects"):
        fetch(site, f"{server.url}/round", tmp_path)
    assert server.asked.count("/round") == 6


def test_private_addresses_are_refused_also_after_a_redirect(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    port = server.server_port
    with pytest.raises(ForbiddenAddressError, match="url_allowed_hosts"):
        fetch(site, f"https://other.example:{port}/a%20b.mp4", tmp_path)
    assert server.asked == []
    for target in (f"https://other.example:{port}/a%20b.mp4", f"https://127.0.0.1:{port}/x", "https://[::1]/x"):
        server.answers["/moved"] = Answer(302, headers={"location": target})
        with pytest.raises(ForbiddenAddressError, match="blocked"):
            fetch(site, f"{server.url}/moved", tmp_path)
    assert server.asked == ["/moved"] * 3
    assert site.keys("") == []


def test_the_setting_of_callbacks_allows_nothing_here(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenAddressError):
        fetch(site, f"{server.url}/a", tmp_path, url_allowed_hosts=[], callback_allowed_hosts=["files.example"])


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(404), SourceUrlError, "answered 404 instead of a file"),
        (Answer(503), SourceUnreachableError, "answered 503"),
        (Answer(200, b"x" * 2001), SourceUrlError, "more than 2000 bytes.*url_max_bytes"),
        (Answer(200, b"x" * 2001, chunked=True), SourceUrlError, "more than 2000 bytes"),
        (Answer(200, b""), SourceUrlError, "empty file"),
        (Answer(200, b"x" * 10, declared=20), SourceUnreachableError, "cannot fetch"),
        (Answer(200, b" <html>log in", HTML), SourceUrlError, r"answered 200 \(text/html\) instead of a file"),
        (Answer(200, gzip.compress(b"x" * 2001), GZIP), SourceUrlError, "more than 2000 bytes"),
        (Answer(200, b"no gzip", GZIP), SourceUnreachableError, "cannot fetch"),
        (Answer(200, b"x", {"content-encoding": "gzip, gzip"}), SourceUrlError, "Content-Encoding: gzip, gzip"),
    ],
)
def test_answers_that_are_no_usable_file(
    server: TlsSite, site: BucketSite, tmp_path: Path, answer: Answer, error: type[MediaWorkflowsError], words: str
) -> None:
    server.answers["/f"] = answer
    with pytest.raises(error, match=words):
        fetch(site, f"{server.url}/f", tmp_path, url_max_bytes=2000)
    assert site.keys("") == []


def test_a_compressed_answer_is_stored_as_the_file(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    """Some servers compress although it was not requested, and stores keep files compressed."""
    server.answers["/f.mp4"] = Answer(200, gzip.compress(BODY), {**GZIP, "content-type": "video/mp4"})
    assert site.body(fetch(site, f"{server.url}/f.mp4", tmp_path).key) == BODY


def test_media_of_a_wrong_type_is_accepted(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    server.answers["/f.mp4"] = Answer(200, BODY, HTML)
    assert fetch(site, f"{server.url}/f.mp4", tmp_path).size_bytes == len(BODY)


def test_a_slow_server_is_given_up_in_time(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachableError, match=r"within 0\.0001 s.*url_timeout_s"):
        fetch(site, f"{server.url}/a%20b.mp4", tmp_path, url_timeout_s=0.0001)


def test_a_cancelled_task_stops(server: TlsSite, site: BucketSite, tmp_path: Path) -> None:
    resources = Resources(site.clients, site.said.append, site.settings)
    resources.cancel.cancel()
    run = Run("media_process", "process__10_x", 7, workflow())
    with pytest.raises(JobCancelledError):
        fetch_source(run, f"{server.url}/a%20b.mp4", site.bucket, resources, tmp_path / "work")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://e.com/x/%E7%89%87.mp4?a=b", "片.mp4"),
        ("https://e.com/", "source"),
        ("https://e.com/a%0Ab.mp4", "source"),
        ("https://e.com/..", "source"),
    ],
)
def test_the_name_of_the_copy(url: str, name: str) -> None:
    assert file_name(url) == name
