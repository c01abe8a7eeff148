"""`LadderSite`: a bucket with a workflow of one HLS and one DASH ladder, a run of it, and add-ons that join later."""

from __future__ import annotations

import functools
import hashlib
import http.server
import re
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import av
import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser

from bucket_site import BucketSite
from definitions import workflow
from http_servers import serving
from media_workflows.domain.candidates import SIDECARS_DAG
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.execution.late_sidecar import JoinRequest, join_sidecar
from media_workflows.execution.running_step import Resources
from media_workflows.media.source.formats import HLS_DEMUXERS, open_options
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import StoredWorkflow, create_workflow
from pages_in_browser import WWW, chromium
from step_requests import Job, step_request

KIND = "adaptive_dynamic_streaming"
HLS, DASH = "out/a.m3u8", "out/a.mpd"
TARGET = {"type": "http", "url": "http://127.0.0.1:9/events"}
CUE = "1\n00:00:00,100 --> 00:00:01,000\n{}\n"
MODULES = WWW / "node_modules"
SHAKA_BY_HLS, DASH_JS = "Shaka Player by HLS", "dash.js"
_STEPS = Path(__file__).with_name("players.js")
_SHAKA = "shaka-player/dist/shaka-player.compiled.js"
PLAYERS = {
    HLS: (HLS, "hls.js/dist/hls.min.js"),
    DASH: (DASH, _SHAKA),
    SHAKA_BY_HLS: (HLS, _SHAKA),
    DASH_JS: (DASH, "dashjs/dist/legacy/umd/dash.all.min.js"),
}


class LadderSite(BucketSite):
    """As above. `run_id` is that of the newest run."""

    run_id = ""

    def store(self, add_ons: dict[str, Any], parameters: Sequence[dict[str, Any]]) -> StoredWorkflow:
        """A workflow with a ladder for each of `parameters`, all with the same add-ons."""
        items = [{"parameters": one, "output_path": "{inputName}.{format}", **add_ons} for one in parameters]
        jobs, output = {KIND: items}, {"directory": "out/"}
        definition = workflow(uuid.uuid4().hex, self.bucket, "in/", jobs=jobs, output=output, notification=TARGET)
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

    def put(self, key: str, body: bytes) -> None:
        """An upload."""
        self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def request(self, stored: StoredWorkflow, key: str) -> JoinRequest:
        """What the task of media_sidecars does with an upload."""
        step = StepKey(SIDECARS_DAG, f"sidecar__{uuid.uuid4().hex}", "join")
        return JoinRequest(self.bucket, key, stored.id, step)

    def join(self, stored: StoredWorkflow, key: str) -> list[str]:
        """The manifests that were rewritten."""
        return join_sidecar(self.request(stored, key), self.resources)

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

    def thumbnail_lists(self) -> tuple[list[str], list[str]]:
        """The image playlists of the HLS ladder, and the templates of the sheets of the DASH ladder."""
        master = m3u8.loads(self.body(HLS).decode())
        (period,) = MPEGDASHParser.parse(self.body(DASH).decode()).periods
        sets = [one for one in period.adaptation_sets if one.content_type == "image"]
        return [one.uri for one in master.image_playlists], [one.segment_templates[0].media for one in sets]

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


def ladder_site(s3_server: str, data_dir: Path) -> LadderSite:
    """A site with a new bucket."""
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    return LadderSite(clients, Settings(data_dir=data_dir), bucket)


def without_manifests(bodies: dict[str, str]) -> dict[str, str]:
    """The checksums of segments and playlists."""
    return {key: checksum for key, checksum in bodies.items() if key not in (HLS, DASH)}


class _Store(http.server.SimpleHTTPRequestHandler):
    """Answers requests for ranges, as stores do: players misread whole files in place of them."""

    def do_GET(self) -> None:
        requested = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not requested or not path.is_file():
            return super().do_GET()
        data = path.read_bytes()
        first, last = int(requested[1]), min(int(requested[2] or len(data)), len(data) - 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(data[first : last + 1])

    def log_message(self, *_: Any) -> None:
        """Not into the test's output."""


@contextmanager
def players(directory: Path) -> Iterator[dict[str, Callable[[str], Any]]]:
    """hls.js, Shaka Player and dash.js: by name, a function that runs a script with its manifest in a new page.

    Scripts may use what players.js defines.
    """
    if not all((MODULES / script).exists() for _, script in PLAYERS.values()):
        pytest.skip("requires the players: make pages-packages")
    (directory / "index.html").write_text("<body><video muted loop></video></body>", encoding="utf-8")
    handler = functools.partial(_Store, directory=str(directory))
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server, chromium() as browser:
        address = f"http://127.0.0.1:{server.server_port}"
        yield {name: functools.partial(_play, browser, address, name) for name in PLAYERS}


def _play(browser: Any, address: str, name: str, script: str) -> Any:
    manifest, player = PLAYERS[name]
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    for path in (MODULES / player, _STEPS):
        page.add_script_tag(path=path)
    found = page.evaluate(script, f"{address}/{manifest}")
    page.close()
    return found
