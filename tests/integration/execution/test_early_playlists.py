"""HLS ladders that can be played while they are made: real ffmpeg, S3, PostgreSQL and hls.js."""

from __future__ import annotations

import hashlib
import http.server
import subprocess
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import m3u8
import pytest
from botocore.exceptions import ClientError
from sqlalchemy.exc import OperationalError

from bucket_site import BucketSite
from clip_making import H264, encode
from definitions import workflow
from http_servers import serving
from ladder_site import HLS, KIND, MODULES, PLAYERS
from media_workflows.domain.result import ItemResult, JobResult, SourceObject
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.errors import JobCancelledError, OutputRejectedError
from media_workflows.execution import early_playlists
from media_workflows.execution.early_playlists import EarlyPlaylists
from media_workflows.execution.early_removal import remove_early_of_lost
from media_workflows.execution.running_step import Resources
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.jobs import verified_items
from media_workflows.media.verify.outputs import verify_file
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import early_objects as store
from media_workflows.store.engine import transaction
from pages_in_browser import chromium
from step_requests import Job, step_request

LENGTH_S = 6
SEGMENT_S = 1
SLOW = """#!/bin/sh
case "$*" in *" -progress "*) exec {binary} -readrate {rate} "$@";; esac
exec {binary} "$@"
"""
WITHIN_S = 60
FIRST_FRAME_S = 15.0  # acceptance: of the encode, of a source of an hour


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("early") / "a.mp4"
    film, sound = f"testsrc2=s=160x90:r=25:d={LENGTH_S}", f"sine=440:d={LENGTH_S}"
    encode("-f", "lavfi", "-i", film, "-f", "lavfi", "-i", sound, *H264, "-c:a", "aac", str(path))
    return path


class Site(BucketSite):
    """A bucket, and ladders on it."""

    def job(self, source: SourceObject, early: bool = True, **how: Any) -> Job:
        streams = how.pop("streams", [{"video": {"width": width, "crf": 35}, "audio": {}} for width in (128, 160)])
        parameters = {"format": "hls", "segment_s": SEGMENT_S, "streams": streams, **how.pop("parameters", {})}
        items = [
            {"parameters": parameters, "early_playlist": early, "output_path": f"{name}.{{format}}"}
            for name in how.pop("names", ["{inputName}"])
        ]
        defined = workflow(bucket=self.bucket, directory="in/", jobs={KIND: items}, output={"directory": "out/"})
        request = step_request(defined, KIND, source, how.pop("run_id", f"r{uuid.uuid4().hex[:6]}"), **how)
        return Job(request, Resources(self.clients, self.said.append, self.settings))

    def slowed(self, rate: float) -> None:
        """ffmpeg reads so many seconds of the source in a second."""
        script = self.settings.data_dir / "slow"
        script.write_text(SLOW.format(binary=ffmpeg_binary(""), rate=rate))
        script.chmod(0o755)
        self.settings = self.settings.model_copy(update={"ffmpeg_path": str(script)})

    def playlist(self, key: str) -> m3u8.M3U8:
        return m3u8.loads(self.body(key).decode())

    def recorded(self) -> list[StepKey]:
        with transaction() as session:
            return store.steps_with_early_objects(session)


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(early_playlists, "INTERVAL_S", 0.1)
    monkeypatch.setattr(early_playlists, "LAST_S", WITHIN_S)
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    return Site(clients, Settings(data_dir=tmp_path), bucket)


@contextmanager
def running(job: Job) -> Iterator[dict[str, Any]]:
    """The job in a thread; afterwards its `result` or `error`."""
    ended: dict[str, Any] = {}

    def run() -> None:
        try:
            ended["result"] = job.run()
        except Exception as error:
            ended["error"] = error

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield ended
    except BaseException:
        job.cancel()
        raise
    finally:
        thread.join(2 * WITHIN_S)


def wait_until(condition: Callable[[], Any], ended: dict[str, Any]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert not ended, ended
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Gate:
    """Verification waits until it is open, so that a slow test still finds what is early."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = threading.Event()
        monkeypatch.setattr(verified_items, "verify_file", self._verify)

    def _verify(self, *arguments: Any) -> Any:
        assert self.open.wait(WITHIN_S)
        return verify_file(*arguments)


def stopped_after_first(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until the event is set, nothing follows what was early first: a slow test still finds that."""
    read, publish = threading.Event(), early_playlists._EarlyLadder._publish

    def stopped(ladder: Any) -> bool:
        assert not ladder.places or read.wait(WITHIN_S)
        return publish(ladder)

    monkeypatch.setattr(early_playlists._EarlyLadder, "_publish", stopped)
    return read


def only(result: JobResult) -> ItemResult:
    (item,) = result.items
    assert item.status == "SUCCESS", item.message
    return item


def decoded(segments: Sequence[bytes], path: Path) -> None:
    """By ffmpeg's own program, which ends at an error."""
    path.write_bytes(b"".join(segments))
    command = [ffmpeg_binary(""), "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("segment_type", ["ts-segment", pytest.param("mp4-mp4-segment", marks=pytest.mark.full)])
def test_segments_can_be_played_while_ffmpeg_runs(
    site: Site, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segment_type: str
) -> None:
    source = site.upload(clip, "in/a.mp4")
    site.slowed(0.6)
    verifying, read = Gate(monkeypatch), stopped_after_first(monkeypatch)
    with running(site.job(source, parameters={"segment_type": segment_type}, run_id="r1")) as ended:
        wait_until(lambda: HLS in site.keys("out/"), ended)
        master = site.playlist(HLS)
        lists = [f"out/{one.uri}" for one in (*master.playlists, *master.media)]
        assert len(lists) == (2 if segment_type == "ts-segment" else 3)
        early = {key: site.playlist(key) for key in lists}
        with transaction() as session:
            found = store.early_playlists(session, "wf_1", "r1")
        assert [(one.bucket, one.key) for one in found[StepInstance(KIND)]] == [(site.bucket, HLS)]
        bodies: dict[str, bytes] = {}
        for one in early.values():
            assert (one.playlist_type, one.is_endlist, one.start.time_offset) == ("event", False, 0)
            assert one.target_duration == SEGMENT_S
            uris = [*(each.uri for each in one.segment_map), *(each.uri for each in one.segments)]
            bodies |= {uri: site.body(f"out/{uri}") for uri in uris}
            decoded([bodies[uri] for uri in uris], tmp_path / "early")
        head = site.clients.s3.head_object(Bucket=site.bucket, Key=lists[0])
        assert head["CacheControl"] == "no-cache"
        first = len(early[lists[0]].segments)
        assert first < LENGTH_S / SEGMENT_S
        read.set()
        wait_until(lambda: len(site.playlist(lists[0]).segments) > first, ended)
        assert not ended
        verifying.open.set()
    item = only(ended["result"])
    assert item.notices == ()
    assert sorted(output.key for output in item.outputs) == site.keys("out/")
    for key, before in early.items():
        after = site.playlist(key)
        assert (after.playlist_type, after.is_endlist, after.target_duration) == ("vod", True, before.target_duration)
        names = [(one.uri, one.duration) for one in before.segments]
        assert [(one.uri, one.duration) for one in after.segments][: len(names)] == names
        assert sum(one.duration for one in after.segments) == pytest.approx(LENGTH_S, abs=0.1)
    assert {uri: site.body(f"out/{uri}") for uri in bodies} == bodies
    assert "CacheControl" not in site.clients.s3.head_object(Bucket=site.bucket, Key=lists[0])
    assert site.recorded() == []
    assert only(site.job(source, early=False, parameters={"segment_type": segment_type}).run()).reused == "r1"


def rejecting(site: Site, seen: list[str]) -> Callable[..., Any]:
    def reject(*_: Any) -> Any:
        seen[:] = site.keys("out/")
        raise OutputRejectedError("rejected by the test")

    return reject


@pytest.mark.parametrize("versions", [pytest.param(False, marks=pytest.mark.full), True])
def test_what_verification_rejects_is_removed(
    site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch, versions: bool
) -> None:
    """Also the earlier versions of playlists, which would take the place of the last ones."""
    if versions:
        enabled: Any = {"Status": "Enabled"}
        site.clients.s3.put_bucket_versioning(Bucket=site.bucket, VersioningConfiguration=enabled)
    seen: list[str] = []
    monkeypatch.setattr(verified_items, "verify_file", rejecting(site, seen))
    source = site.upload(clip, "in/a.mp4")
    site.slowed(3)
    (item,) = site.job(source).run().items
    assert (item.status, item.message, item.outputs) == ("FAIL", "rejected by the test", ())
    assert HLS in seen
    assert sum(key.endswith(".ts") for key in seen) == 2 * LENGTH_S  # the last segments, too
    left = site.clients.s3.list_object_versions(Bucket=site.bucket, Prefix="out/")
    assert (left.get("Versions", []), left.get("DeleteMarkers", [])) == ([], [])
    assert site.recorded() == []


@pytest.mark.full
def test_what_is_made_again_is_withdrawn_first(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two ladders in one pass, the first of which is rejected once."""
    rejected: list[int] = []

    def reject_once(*arguments: Any) -> Any:
        if not rejected:
            rejected.append(1)
            raise OutputRejectedError("rejected by the test")
        return verify_file(*arguments)

    monkeypatch.setattr(verified_items, "verify_file", reject_once)
    source = site.upload(clip, "in/a.mp4")
    site.slowed(4)
    first, second = site.job(source, names=["first", "second"]).run().items
    assert (first.status, second.status, first.notices, second.notices) == ("SUCCESS", "SUCCESS", (), ())
    assert sum(line.startswith("removed ") for line in site.said) == 1
    played = sorted(line.rpartition("/")[2] for line in site.said if line.startswith("can be played"))
    assert played == ["first.m3u8", "first.m3u8", "second.m3u8"]
    assert site.recorded() == []


def test_a_cancelled_step_leaves_nothing(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, verifying = site.upload(clip, "in/a.mp4"), Gate(monkeypatch)
    site.slowed(0.3)
    job = site.job(source)
    with running(job) as ended:
        wait_until(lambda: HLS in site.keys("out/"), ended)
        job.cancel()
        verifying.open.set()
    assert isinstance(ended["error"], JobCancelledError)
    assert site.keys("out/") == []
    assert site.recorded() == []


def test_what_exists_is_replaced_only_by_what_is_verified(
    site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = site.upload(clip, "in/a.mp4")
    only(site.job(source, early=False).run())
    before = {key: hashlib.sha256(site.body(key)).hexdigest() for key in site.keys("out/")}
    item = only(site.job(source, force=True).run())
    (notice,) = item.notices
    assert notice.code == "EarlyPlaylistStopped"
    assert f"s3://{site.bucket}/out/a" in str(notice.parameters["cause"])
    assert "exists, and only a verified ladder replaces it" in notice.message
    monkeypatch.setattr(verified_items, "verify_file", rejecting(site, []))
    (failed,) = site.job(source, force=True).run().items
    assert failed.status == "FAIL"
    assert {key: hashlib.sha256(site.body(key)).hexdigest() for key in site.keys("out/")} == before
    assert site.recorded() == []


def test_outputs_in_quarantine_are_not_shown_early(site: Site, clip: Path) -> None:
    source = site.upload(clip, "in/a.mp4")
    item = only(site.job(source, quarantine="quarantine/").run())
    assert [notice.message for notice in item.notices] == [
        "the early playlist has stopped: the outputs of this step are held back"
    ]
    assert site.keys("out/") == []


@pytest.mark.parametrize("pace", [3, pytest.param(1000, id="over-before-the-last-try")])
def test_an_encode_goes_on_without_the_store(
    site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch, pace: float
) -> None:
    tried: list[int] = []

    def away(*_: Any) -> None:
        tried.append(1)
        raise OperationalError("INSERT", {}, Exception("the store is away"))

    monkeypatch.setattr(store, "note", away)
    source = site.upload(clip, "in/a.mp4")
    site.slowed(pace)
    (notice,) = only(site.job(source).run()).notices
    assert notice.code == "EarlyPlaylistStopped"
    assert "the store is away" in str(notice.parameters["cause"])
    assert 1 <= len(tried) <= early_playlists.MAX_FAILURES


@pytest.fixture
def lost(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> SourceObject:
    """The source of a step of run r1 that was killed: what it had published early is there."""
    source = site.upload(clip, "in/a.mp4")
    with monkeypatch.context() as killed:
        killed.setattr(EarlyPlaylists, "__exit__", lambda *_: None)
        killed.setattr(verified_items, "verify_file", rejecting(site, []))
        site.job(source, run_id="r1").run()
    assert HLS in site.keys("out/")
    assert [(step.run_id, step.step_id) for step in site.recorded()] == [("r1", KIND)]
    return source


def test_a_further_try_begins_without_what_a_killed_one_left(site: Site, lost: SourceObject) -> None:
    item = only(site.job(lost, run_id="r1", try_number=2).run())
    assert item.notices == ()
    assert sorted(output.key for output in item.outputs) == site.keys("out/")
    assert site.recorded() == []


def test_housekeeping_removes_what_a_lost_run_left(site: Site, lost: SourceObject) -> None:
    """And nothing that others have put there since."""
    assert lost.key == "in/a.mp4"
    site.clients.s3.put_object(Bucket=site.bucket, Key="out/a_0_0.ts", Body=b"of a user")
    (step,) = site.recorded()
    assert remove_early_of_lost(ObjectStorage(site.clients.s3), step, site.said.append)
    assert site.keys("out/") == ["out/a_0_0.ts"]
    assert site.recorded() == []


class _Bucket(http.server.BaseHTTPRequestHandler):
    """The bucket as a web site, as viewers read it."""

    site: Site

    def do_GET(self) -> None:
        key = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path.lstrip("/"))
        body, status = b"<body><video muted></video></body>", HTTPStatus.OK
        if key != "index.html":
            try:
                body = self.site.body(key)
            except ClientError:
                body, status = b"", HTTPStatus.NOT_FOUND
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if key == "index.html" else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Not into the test's output."""


# Open the ladder as soon as it is there, and play it: `length` seconds, or (0) the first frame. Not until the event
# `ended`: hls.js stays before it in ladders of separate audio whose last segment is a few samples, also complete ones.
WATCH = """async ([url, length]) => {
  const found = {};
  while (!(await fetch(url)).ok) await new Promise(done => setTimeout(done, 100));
  const player = hlsJs(), failed = new Promise((_, fail) => player.fails(problem => fail(new Error(problem))));
  await Promise.race([player.load(url), failed]);
  await Promise.race([video.play(), failed]);
  await Promise.race([until('a first frame', () => video.readyState > 1 && video.videoWidth > 0), failed]);
  found.opened = Date.now() / 1000;
  found.from = video.currentTime;
  if (!length) return found;
  limitMs = 240_000;  // of the encode and the verification, on a busy machine
  await Promise.race([until('the end', () => video.currentTime > length - 0.1), failed]);
  return {...found, duration: video.duration};
}"""


@contextmanager
def watching(site: Site, length_s: int = 0) -> Iterator[Callable[[], dict[str, Any]]]:
    """A function that plays the ladder in hls.js in a page, which is open already."""
    script = MODULES / PLAYERS[HLS][1]
    if not script.exists():
        pytest.skip("requires the players: make pages-packages")
    handler = type("Handler", (_Bucket,), {"site": site})
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server, chromium() as browser:
        address = f"http://127.0.0.1:{server.server_port}"
        page = browser.new_page()
        page.goto(f"{address}/index.html")
        for path in (script, Path(__file__).parents[2] / "players.js"):
            page.add_script_tag(path=path)
        yield lambda: page.evaluate(WATCH, [f"{address}/{HLS}", length_s])


@pytest.mark.full
@pytest.mark.parametrize("segment_type", ["ts-segment", pytest.param("mp4-mp4-segment", marks=pytest.mark.full)])
def test_hls_js_plays_on_when_the_verified_ladder_comes(
    site: Site, tmp_path_factory: pytest.TempPathFactory, segment_type: str
) -> None:
    path = tmp_path_factory.mktemp("long") / "a.mp4"
    film, sound = "testsrc2=s=160x90:r=25:d=14", "sine=440:d=14"
    encode("-f", "lavfi", "-i", film, "-f", "lavfi", "-i", sound, *H264, "-c:a", "aac", str(path))
    source = site.upload(path, "in/a.mp4")
    site.slowed(1.6)
    with watching(site, 14) as watch:
        with running(site.job(source, parameters={"segment_type": segment_type})) as ended:
            found = watch()
        assert only(ended["result"]).notices == ()
    assert found["from"] < 1  # and not near the end
    assert round(found["duration"]) == 14


@pytest.mark.full
@pytest.mark.real_presets
def test_the_first_frame_of_an_hour(site: Site, tmp_path: Path) -> None:
    """In a browser, with real presets, two renditions and segments of 6 s; then the step is cancelled."""
    minute, hour = tmp_path / "minute.mp4", tmp_path / "a.mp4"
    film, sound = "testsrc=s=1280x720:r=25:d=60", "sine=440:d=60"
    encode("-f", "lavfi", "-i", film, "-f", "lavfi", "-i", sound, *H264, "-c:a", "aac", str(minute))
    encode("-stream_loop", "59", "-i", str(minute), "-c", "copy", str(hour))
    source = site.upload(hour, "in/a.mp4")
    streams = [{"video": {"height": height}, "audio": {}} for height in (360, 720)]
    job = site.job(source, streams=streams, parameters={"segment_s": 6})
    times: list[tuple[float, str]] = []
    resources = Resources(site.clients, lambda line: times.append((time.time(), line)), site.settings)
    job = Job(job.request, resources)
    with watching(site) as watch:
        began = time.time()
        with running(job) as ended:
            found = watch()
            job.cancel()
    assert isinstance(ended["error"], JobCancelledError)
    encoding = next(at for at, line in times if line.startswith("encoding"))
    took_s, of_encode_s = found["opened"] - began, found["opened"] - encoding
    print(f"first frame of an hour: {took_s:.1f} s after the upload, {of_encode_s:.1f} s after the encode began")
    assert of_encode_s <= FIRST_FRAME_S
    assert site.keys("out/") == []
