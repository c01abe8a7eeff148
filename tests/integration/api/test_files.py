"""A run's files for previews."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api_definitions import BUCKET, OTHER_BUCKET
from media_workflows.domain.action_result import ActionOutput, ActionResult
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, Role, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.services import buckets
from media_workflows.store import early_objects
from media_workflows.store.action_results import record_action
from media_workflows.store.early_objects import EarlyObject
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_job, record_source

MASTER = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/720.m3u8\n"
MEDIA = b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k.key"\n#EXTINF:4,\nseg-0.ts\n#EXTINF:4,\nseg-1.ts\n#EXT-X-ENDLIST\n'
FILES: dict[str, tuple[Role, bytes]] = {
    "out/v/seg-0.ts": ("segment", b"0000"),
    "out/v/seg-1.ts": ("segment", b"1111"),
    "out/v/k.key": ("segment", b"kkkk"),
    "out/v/720.m3u8": ("playlist", MEDIA),
    "out/master.m3u8": ("manifest", MASTER),
    "out/cover.jpg": ("main", b"jpeg"),
    "out/page.html": ("main", b"<script>alert(1)</script>"),
}


@pytest.fixture
def run(app: Any, create: Any, add_run: Any) -> str:
    """The id of a workflow whose run 'r+1' made FILES."""
    id_: str = create("files")
    client = buckets.storage().client
    client.put_object(Bucket=BUCKET, Key="files/a.mp4", Body=b"source")
    client.put_object(Bucket=BUCKET, Key="files/secret.mp4", Body=b"secret")
    for key, (_, body) in FILES.items():
        client.put_object(Bucket=OTHER_BUCKET, Key=key, Body=body)
    add_run(id_, "r+1", "success", 1)
    now = datetime.now(UTC)
    outputs = tuple(
        OutputRecord(bucket=OTHER_BUCKET, key=key, size_bytes=len(body), md5="", role=role)
        for key, (role, body) in FILES.items()
    )
    item = ItemResult(item={}, definition=10, status="SUCCESS", outputs=outputs)
    result = JobResult(kind="transcode", begun_at=now, finished_at=now, source=None, items=(item,))
    with transaction() as session:
        source = SourceObject(bucket=BUCKET, key="files/a.mp4", etag="e", size_bytes=6)
        record_source(session, id_, "r+1", 1, source)
        record_job(session, id_, "r+1", result)
    return id_


def files(client: Any, workflow: str) -> dict[str, Any]:
    answer = client.get("/api/v1/runs/r+1/files", params={"workflow": workflow})
    assert answer.status_code == 200, answer.text
    return {item["key"]: item for item in answer.json()["items"]}


def test_source_and_outputs_have_links(viewer: Any, run: str) -> None:
    found = files(viewer, run)
    assert list(found) == ["files/a.mp4", "out/master.m3u8", "out/cover.jpg", "out/page.html"]
    assert (found["files/a.mp4"]["of"], found["files/a.mp4"]["kind"]) == ("source", None)
    cover = found["out/cover.jpg"]
    assert (cover["of"], cover["step_id"], cover["kind"], cover["item"], cover["content_type"]) == (
        "output",
        "transcode",
        "transcode",
        0,
        "image/jpeg",
    )
    read = httpx.get(cover["url"])
    assert (read.status_code, read.content, read.headers["content-type"]) == (200, b"jpeg", "image/jpeg")
    assert read.headers["content-disposition"].startswith("inline")
    page = httpx.get(found["out/page.html"]["url"])
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"].startswith("attachment")


def test_hls_plays_by_links_alone(viewer: Any, run: str) -> None:
    """As a player follows them: master, playlist, key and segments."""
    address = f"/api/v1/{files(viewer, run)['out/master.m3u8']['playlist']}"
    master = viewer.get(address)
    assert master.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    inner = master.text.splitlines()[-1]
    assert parse_qs(urlsplit(inner).query) == {"workflow": [run], "key": ["out/v/720.m3u8"]}
    media = viewer.get(f"{address.partition('?')[0]}{inner}").text.splitlines()
    key = media[1].partition('URI="')[2].rstrip('"')
    assert [httpx.get(url).content for url in (key, media[3], media[5])] == [b"kkkk", b"0000", b"1111"]
    assert "X-Amz-Signature" in key


@pytest.mark.parametrize("key", ["files/secret.mp4", "out/none.m3u8", "out/cover.jpg", "files/a.mp4"])
def test_only_playlists_of_the_run_are_read(viewer: Any, run: str, key: str) -> None:
    answer = viewer.get("/api/v1/runs/r+1/playlist", params={"workflow": run, "key": key})
    assert answer.status_code == 404


def test_files_come_through_the_server_whole_and_in_part(viewer: Any, run: str) -> None:
    found = files(viewer, run)
    path = f"/api/v1/{found['files/a.mp4']['path']}"
    whole = viewer.get(path)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, b"source", "video/mp4")
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    part = viewer.get(path, headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"our", "bytes 1-3/6")
    assert viewer.get(path, headers={"range": "bytes=6-"}).status_code == 416
    page = viewer.get(f"/api/v1/{found['out/page.html']['path']}")
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"].startswith("attachment")
    segment = f"/api/v1/workflows/{run}/runs/r+1/content/out/v/seg-0.ts"
    assert viewer.get(segment).content == b"0000"


@pytest.mark.parametrize("key", ["files/secret.mp4", "files/../files/secret.mp4", "none"])
def test_no_other_object_can_be_had(viewer: Any, run: str, key: str) -> None:
    assert viewer.get(f"/api/v1/workflows/{run}/runs/r+1/content/{key}").status_code == 404
    assert viewer.get("/api/v1/runs/none/files", params={"workflow": run}).json() == {"total": 0, "items": []}


def test_a_file_that_was_deleted(viewer: Any, run: str) -> None:
    buckets.storage().client.delete_object(Bucket=BUCKET, Key="files/a.mp4")
    answer = viewer.get(f"/api/v1/workflows/{run}/runs/r+1/content/files/a.mp4")
    assert (answer.status_code, answer.json()["code"]) == (404, "SourceFileError")


def test_a_moved_source_is_shown_where_it_is(viewer: Any, run: str) -> None:
    moved = ActionOutput(bucket=OTHER_BUCKET, key="done/a.mp4", size_bytes=6, etag="e")
    result = ActionResult(
        step_id="move", kind="move_source", outputs=(moved,), begun_at=datetime.now(UTC), finished_at=datetime.now(UTC)
    )
    with transaction() as session:
        record_action(session, StepKey(run, "r+1", "move"), result)
    found = files(viewer, run)
    assert (found["done/a.mp4"]["of"], "files/a.mp4" in found) == ("source", False)
    removed = viewer.get("/api/v1/runs/r+1", params={"workflow": run}).json()["source_removed"]
    assert (removed["step_id"], removed["moved_to"]["key"], removed["is_readable"]) == ("move", "done/a.mp4", False)
    with transaction() as session:
        record_action(session, StepKey(run, "r+1", "move"), result.model_copy(update={"outputs": ()}))
    assert [file["of"] for file in files(viewer, run).values()] == ["output"] * 3, "deleted: there is nothing to show"


EARLY: dict[str, tuple[Role, bytes]] = {
    "early/seg-0.ts": ("segment", b"0000"),
    "early/720.m3u8": ("playlist", b"#EXTM3U\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:4,\nseg-0.ts\n"),
    "early/film.m3u8": ("manifest", b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720.m3u8\n"),
}


def early_ladder(run: str) -> StepKey:
    """What a step of the run has published while it encodes."""
    step = StepKey(run, "r+1", "hd")
    for key, (_, body) in EARLY.items():
        buckets.storage().client.put_object(Bucket=OTHER_BUCKET, Key=key, Body=body)
    with transaction() as session:
        objects = [EarlyObject(bucket=OTHER_BUCKET, key=key, role=role) for key, (role, _) in EARLY.items()]
        early_objects.note(session, step, objects)
    return step


def test_an_early_ladder_is_played_and_is_no_output_afterwards(viewer: Any, run: str) -> None:
    step, manifest = early_ladder(run), (OTHER_BUCKET, "early/film.m3u8")
    assert "early/film.m3u8" not in files(viewer, run), "it cannot be played yet"
    with transaction() as session:
        early_objects.note_playable(session, step, manifest)
    found = files(viewer, run)
    assert {key for key, file in found.items() if file["is_early"]} == {"early/film.m3u8"}
    early = found["early/film.m3u8"]
    assert (early["step_id"], early["kind"], early["role"], early["size_bytes"], early["item"]) == (
        "hd",
        "adaptive_dynamic_streaming",
        "manifest",
        0,
        None,
    )
    address = f"/api/v1/{early['playlist']}"
    inner = viewer.get(address).text.splitlines()[-1]
    media = viewer.get(f"{address.partition('?')[0]}{inner}").text.splitlines()
    assert httpx.get(media[-1]).content == b"0000"
    through = viewer.get(f"/api/v1/{early['path']}", headers={"range": "bytes=1-3"})
    assert (through.status_code, through.content) == (206, b"EXT"), "its size is not known"
    with transaction() as session:
        early_objects.forget(session, step, [(OTHER_BUCKET, key) for key in EARLY])
    assert "early/film.m3u8" not in files(viewer, run)
    assert viewer.get(address).status_code == 404


def test_an_early_file_that_is_an_output_is_listed_once(viewer: Any, run: str) -> None:
    """A step that is run again begins with what the one before it has recorded."""
    step, manifest = StepKey(run, "r+1", "hd"), EarlyObject(bucket=OTHER_BUCKET, key="out/master.m3u8", role="manifest")
    with transaction() as session:
        early_objects.note(session, step, [manifest])
        early_objects.note_playable(session, step, manifest.place)
    answer = viewer.get("/api/v1/runs/r+1/files", params={"workflow": run}).json()
    (file,) = (file for file in answer["items"] if file["key"] == manifest.key)
    assert (file["is_early"], file["step_id"]) == (False, "transcode")
