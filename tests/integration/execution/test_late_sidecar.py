"""Add-ons that arrive after the run join its published ladders: real ffmpeg, S3 and PostgreSQL, real HLS and DASH."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import shutil
import threading
import urllib.parse
import uuid
from pathlib import Path
from typing import Any

import av
import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser

from bucket_site import BucketSite
from clips import Clips
from definitions import workflow
from http_servers import serving
from media_workflows.domain.candidates import SIDECARS_DAG
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaError
from media_workflows.execution import claims as step_claims
from media_workflows.execution.late_sidecar import JoinRequest, join_sidecar, unfinished_runs
from media_workflows.execution.running_step import Resources
from media_workflows.media.source.formats import HLS_DEMUXERS, open_options
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.workflows import StoredWorkflow, create_workflow
from pages_in_browser import WWW
from step_requests import Job, step_request

KIND = "adaptive_dynamic_streaming"
MODULES = WWW / "node_modules"
STREAMS = [{"video": {"width": width, "crf": 35}, "audio": {"codec": "aac"}} for width in (160, 320)]
ADD_ONS = [
    {"key": "subs/{inputName}.zh.srt", "language": "zh-Hans", "optional": True},
    {"key": "subs/{inputName}.en.srt", "language": "en", "optional": True, "default": True},
]
HLS, DASH = "out/a.m3u8", "out/a.mpd"
CUE = "1\n00:00:00,100 --> 00:00:01,000\n{}\n"


class Site(BucketSite):
    """A bucket with a workflow of one HLS and one DASH ladder, and a run of it."""

    run_id = ""

    def store(self) -> StoredWorkflow:
        items = [
            {"parameters": {"format": name, "streams": STREAMS}, "output_path": "{inputName}.{format}"}
            | {"add_on_subtitles": ADD_ONS}
            for name in ("hls", "dash")
        ]
        definition = workflow(
            uuid.uuid4().hex, self.bucket, "in/", jobs={KIND: items}, output={"directory": "out/"}, notification=TARGET
        )
        with transaction() as session:
            return create_workflow(session, definition)

    def run(self, stored: StoredWorkflow, source: SourceObject) -> JobResult:
        self.run_id = f"r{uuid.uuid4().hex[:6]}"
        request = step_request(stored.resolved, KIND, source, self.run_id, stored.id)
        with transaction() as session:
            store.record_source(session, stored.id, self.run_id, 1, source)
        return Job(request, self.resources).run()

    @property
    def resources(self) -> Resources:
        return Resources(self.clients, self.said.append, self.settings)

    def subtitle(self, language: str, text: str) -> None:
        key = f"subs/a.{language}.srt"
        self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=CUE.format(text).encode())

    def request(self, stored: StoredWorkflow, language: str) -> JoinRequest:
        key = f"subs/a.{language}.srt"
        return JoinRequest(self.bucket, key, stored.id, StepKey(SIDECARS_DAG, f"sidecar__{uuid.uuid4().hex}", "join"))

    def join(self, stored: StoredWorkflow, language: str) -> list[str]:
        return join_sidecar(self.request(stored, language), self.resources)

    def result(self, stored: StoredWorkflow) -> JobResult:
        with transaction() as session:
            (result,) = store.results_of_run(session, stored.id, self.run_id)
        return result

    def bodies(self) -> dict[str, str]:
        """The checksum of each output."""
        return {key: hashlib.sha256(self.body(key)).hexdigest() for key in self.keys("out/")}

    def hls(self) -> dict[str, tuple[str, str]]:
        """Default flag and text of the HLS subtitles by their languages, by a parser of playlists."""
        master = m3u8.loads(self.body(HLS).decode())
        tracks = [media for media in master.media if media.type == "SUBTITLES"]
        assert {one.stream_info.subtitles for one in master.playlists} == {"subtitles" if tracks else None}
        found = {}
        for media in tracks:
            (segment,) = m3u8.loads(self.body(f"out/{media.uri}").decode()).segments
            found[media.language] = (media.default, self.body(f"out/{segment.uri}").decode())
        return found

    def dash(self) -> dict[str, str]:
        """The text of the DASH subtitles by their languages, by a parser of manifests."""
        (period,) = MPEGDASHParser.parse(self.body(DASH).decode()).periods
        sets = [one for one in period.adaptation_sets if one.content_type == "text"]
        files = {one.lang: one.representations[0].base_urls[0].base_url_value for one in sets}
        return {language: self.body(f"out/{urllib.parse.unquote(name)}").decode() for language, name in files.items()}

    def download(self, directory: Path) -> None:
        """Copies of all outputs."""
        for key in self.keys("out/"):
            place = directory / key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.body(key))

    def streams(self, directory: Path) -> list[str]:
        """The stream types that ffmpeg finds through the master playlist."""
        self.download(directory)
        with av.open(str(directory / HLS), options=open_options(HLS_DEMUXERS)) as container:
            return sorted(stream.type for stream in container.streams)


TARGET = {"type": "http", "url": "http://127.0.0.1:9/events"}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> Site:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    return Site(clients, Settings(data_dir=tmp_path), bucket)


def test_late_subtitles_join_both_ladders(site: Site, clips: Clips, tmp_path: Path) -> None:
    """One after the other, an earlier track twice, a second version of it, and two at once."""
    stored = site.store()
    result = site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    assert {notice.code for item in result.items for notice in item.notices} >= {"AddOnMissing"}
    assert (site.hls(), site.dash()) == ({}, {})
    first = site.bodies()

    site.subtitle("en", "Good morning")
    assert unfinished_runs(site.request(stored, "en")) == []
    assert site.join(stored, "en") == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert [(one, "Good morning" in text) for one, (_, text) in site.hls().items()] == [("en", True)]
    assert site.hls()["en"][0] == "YES"
    assert ["Good morning" in text for text in site.dash().values()] == [True]
    assert site.streams(tmp_path / "one").count("subtitle") == 1
    assert _without_manifests(first).items() <= site.bodies().items()

    before = site.bodies()
    assert site.join(stored, "en") == []  # a retry, or another event of the same upload
    assert site.bodies() == before

    site.subtitle("zh", "早上好")
    site.subtitle("en", "Good evening")
    joins = [threading.Thread(target=site.join, args=(stored, language)) for language in ("zh", "en")]
    for join in joins:
        join.start()
    for join in joins:
        join.join()
    assert list(site.hls()) == ["zh-Hans", "en"]  # the item's order, whatever arrived first
    assert ("早上好" in site.hls()["zh-Hans"][1], "Good evening" in site.hls()["en"][1]) == (True, True)
    assert ("早上好" in site.dash()["zh-Hans"], "Good evening" in site.dash()["en"]) == (True, True)
    assert site.streams(tmp_path / "two").count("subtitle") == 2
    assert _without_manifests(first).items() <= site.bodies().items()  # no segment was written

    items = site.result(stored).items
    assert {notice.code for item in items for notice in item.notices} == set()
    recorded = {output.key: output.md5 for item in items for output in item.outputs}
    assert recorded == {key: hashlib.md5(site.body(key)).hexdigest() for key in site.keys("out/")}
    with transaction() as session:
        bodies = [json.loads(one.body) for one in events_of_run(session, stored.id, site.run_id) if one.kind == "track"]
    joined = [(one["WorkflowTrackEvent"]["Language"], one["WorkflowTrackEvent"]["Replaces"]) for one in bodies]
    assert sorted(joined) == [
        ("en", False),
        ("en", False),
        ("en", True),
        ("en", True),
        ("zh-Hans", False),
        ("zh-Hans", False),
    ]


def _without_manifests(bodies: dict[str, str]) -> dict[str, str]:
    return {key: checksum for key, checksum in bodies.items() if key not in (HLS, DASH)}


def test_a_killed_join_is_repeated(site: Site, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its files were published, before they were recorded: the next try makes the same."""
    stored = site.store()
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    site.subtitle("en", "Good morning")
    request = site.request(stored, "en")
    with monkeypatch.context() as patch:
        patch.setattr(store, "record_job", _killed)
        with pytest.raises(KeyboardInterrupt):
            join_sidecar(request, site.resources)
    after_kill = site.bodies()
    assert join_sidecar(request, site.resources) == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert {key: site.bodies()[key] for key in after_kill if key != DASH} == {
        key: checksum for key, checksum in after_kill.items() if key != DASH
    }
    assert ("en" in site.hls(), "en" in site.dash()) == (True, True)


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.full
def test_what_is_no_subtitle_changes_nothing(site: Site, clips: Clips) -> None:
    stored = site.store()
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    before = site.bodies()
    site.clients.s3.put_object(Bucket=site.bucket, Key="subs/a.en.srt", Body=b"\0\1\2 nothing")
    with pytest.raises(MediaError):
        site.join(stored, "en")
    assert site.bodies() == before


@pytest.mark.full
def test_a_ladder_of_another_run_stays(site: Site, clips: Clips) -> None:
    """Its manifest was deleted, or is another run's."""
    stored = site.store()
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    site.clients.s3.delete_object(Bucket=site.bucket, Key=HLS)
    site.subtitle("en", "Good morning")
    assert site.join(stored, "en") == [f"{site.bucket}/{DASH}"]
    assert HLS not in site.bodies()


def test_a_run_waits_for_a_join(database: str) -> None:
    places = [("b", f"{uuid.uuid4().hex}.m3u8")]
    run = step_claims.StepClaims(StepKey("wf_1", uuid.uuid4().hex, KIND), lambda _: None)
    join = step_claims.StepClaims(StepKey(SIDECARS_DAG, uuid.uuid4().hex, "join"), lambda _: None)
    with join.kept():
        join.claim(places)
        waiting = threading.Thread(target=run.claim, args=(places,))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(10)
    assert not waiting.is_alive()


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
_SHOWN = """const shown = new Promise((done, fail) => {
    video.addEventListener('timeupdate', () => {
      const cues = [...video.textTracks].flatMap(track => [...(track.activeCues || [])]).map(cue => cue.text);
      if (cues.length && video.videoWidth) done(cues);
    });
    setTimeout(() => fail(new Error('no cue within a minute')), 60_000);
  });"""
HLS_JS = f"""async (url) => {{
  const video = document.querySelector('video'), hls = new Hls();
  {_SHOWN}
  hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => {{ hls.subtitleTrack = 0; hls.subtitleDisplay = true; }});
  hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());
  hls.loadSource(url); hls.attachMedia(video);
  return await shown;
}}"""
SHAKA = f"""async (url) => {{
  const video = document.querySelector('video'), player = new shaka.Player();
  {_SHOWN}
  await player.attach(video); await player.load(url);
  player.selectTextTrack(player.getTextTracks()[0]);
  await video.play();
  return await shown;
}}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Not into the test's output."""


@pytest.mark.full
def test_players_show_the_cue(site: Site, clips: Clips, tmp_path: Path) -> None:
    """hls.js plays the HLS ladder and Shaka Player the DASH one, both with the subtitle that joined them."""
    players = {HLS: ("hls.js/dist/hls.min.js", HLS_JS), DASH: ("shaka-player/dist/shaka-player.compiled.js", SHAKA)}
    if CHROMIUM is None or not all((MODULES / script).exists() for script, _ in players.values()):
        pytest.skip("requires Chromium, and the players: make pages-packages")
    from playwright.sync_api import sync_playwright

    stored = site.store()
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    site.subtitle("en", "Good morning")
    site.join(stored, "en")
    site.download(tmp_path)
    (tmp_path / "index.html").write_text("<video muted loop></video>", encoding="utf-8")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server, sync_playwright() as playwright:
        address = f"http://127.0.0.1:{server.server_port}"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for manifest, (script, play) in players.items():
            page = browser.new_page()
            page.goto(f"{address}/index.html")
            page.add_script_tag(path=MODULES / script)
            assert page.evaluate(play, f"{address}/{manifest}") == ["Good morning"]
        browser.close()
