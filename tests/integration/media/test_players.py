"""Each kind of package in hls.js, Shaka Player and dash.js: what viewers do there; encrypted ones need their key."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from chunk_encodes import InChunks
from clip_making import H264, encode
from ladder_site import DASH, DASH_JS, HLS, SHAKA_BY_HLS, players
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import Divide, JobRequest
from media_workflows.settings import Settings
from published_files import CONTENT_KEY, published
from split_clips import SplitClips

PITCHES = {"en": 440, "de": 880}
TEXTS = {"en": ("Good morning", "Good night"), "zh": ("早上好", "晚安")}
CUES = "1\n00:00:00,200 --> 00:00:03,400\n{}\n\n2\n00:00:04,600 --> 00:00:07,800\n{}\n"
SEEN_S = [0, 0.9, 2.5, 3.7, 4.1, 7.9]
SEGMENT_S = 2

SEVERAL = {"tracks": "all"}
I_FRAMES = {"i_frame_playlists": True}
THUMBNAILS = {"thumbnails": {"interval_s": 1, "width": 160, "column_count": 2, "row_count": 2}}
OWN_KEY = {"encryption": {"connection": "media_keys", "key_uri": "owner.key"}}
CENC, CBCS = ({"encryption": {"method": method, **OWN_KEY["encryption"]}} for method in ("cenc", "cbcs"))
VARIANTS: dict[str, dict[str, Any]] = {
    "ts-segment": {"segment_type": "ts-segment", **I_FRAMES, **THUMBNAILS},
    "ts-byterange": {"segment_type": "ts-byterange", **I_FRAMES},
    "mp4-segment": {"segment_type": "mp4-segment", **I_FRAMES},
    "mp4-byterange": {"segment_type": "mp4-byterange", **I_FRAMES, **THUMBNAILS},
    "ts-ts-segment": {"segment_type": "ts-ts-segment", "audio": SEVERAL, **I_FRAMES, **THUMBNAILS},
    "ts-ts-byterange": {"segment_type": "ts-ts-byterange", "audio": SEVERAL, **I_FRAMES},
    "mp4-mp4-segment": {"segment_type": "mp4-mp4-segment", "audio": SEVERAL, **I_FRAMES, **THUMBNAILS},
    "mp4-mp4-byterange": {"segment_type": "mp4-mp4-byterange", "audio": SEVERAL, **I_FRAMES},
    "aes-128-ts": {"segment_type": "ts-ts-segment", "audio": SEVERAL, **OWN_KEY, **THUMBNAILS},
    "aes-128-mp4": {"segment_type": "mp4-mp4-byterange", "audio": SEVERAL, **OWN_KEY},
    "dash": {"format": "dash", "audio": SEVERAL, **THUMBNAILS},
    "dash-cenc": {"format": "dash", "audio": SEVERAL, **CENC},
    "dash-cbcs": {"format": "dash", "audio": SEVERAL, **CBCS},
    "cmaf": {"format": "cmaf", "audio": SEVERAL, **I_FRAMES, **THUMBNAILS},
    "cmaf-cenc": {"format": "cmaf", "audio": SEVERAL, **I_FRAMES, **CENC, **THUMBNAILS},
    "cmaf-cbcs": {"format": "cmaf", "audio": SEVERAL, **I_FRAMES, **CBCS, **THUMBNAILS},
}
BY_FORMAT = {"hls": (HLS, SHAKA_BY_HLS), "dash": (DASH, DASH_JS), "cmaf": (HLS, SHAKA_BY_HLS, DASH, DASH_JS)}
SAMPLES_ENCRYPTED = [name for name in VARIANTS if name.endswith(("cenc", "cbcs"))]
Package = Callable[[str], Path]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """8 s that count themselves, with sound in two languages, a pitch each, and text in two."""
    folder = tmp_path_factory.mktemp("film")
    inputs = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8"]
    for hz in PITCHES.values():
        inputs += ["-f", "lavfi", "-i", f"sine={hz}:d=8"]
    for language, texts in TEXTS.items():
        (folder / f"{language}.srt").write_text(CUES.format(*texts), encoding="utf-8")
        inputs += ["-i", str(folder / f"{language}.srt")]
    maps = [word for number in range(5) for word in ("-map", str(number))]
    languages = {"a:0": "eng", "a:1": "deu", "s:0": "eng", "s:1": "zho"}
    names = [word for one, tag in languages.items() for word in (f"-metadata:s:{one}", f"language={tag}")]
    encode(*inputs, *maps, *H264, "-c:a", "aac", "-c:s", "mov_text", *names, str(folder / "a.mp4"))
    return folder / "a.mp4"


@pytest.fixture(scope="module")
def package(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Makes the package of a variant once: a directory with the manifests `HLS` and `DASH`, and the owner's key."""
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = ladder(film, tmp_path_factory.mktemp(name), dict(VARIANTS[name]))
        return made[name]

    return get


def ladder(film: Path, directory: Path, parameters: dict[str, Any], divide: Divide | None = None) -> Path:
    audio = {"codec": "aac", "bitrate_kbps": 64, **parameters.pop("audio", {})}
    streams = [{"video": {"width": width, "crf": 35}, "audio": audio} for width in (160, 320)]
    common = {"format": "hls", "segment_s": SEGMENT_S, "subtitles": "source", "streams": streams}
    asked = {"parameters": {**common, **parameters}, "output_path": "a.{format}"}
    item = AdaptiveDynamicStreamingItem.model_validate(asked)
    request = JobRequest(
        item.kind,
        [item],
        film,
        "in/a.mp4",
        directory / "work",
        content_key=lambda _: CONTENT_KEY,
        divide=divide,
    )
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    published(outcome, directory, "in/a.mp4")
    owner_key(directory).write_bytes(CONTENT_KEY.key)
    return directory


def owner_key(directory: Path) -> Path:
    return directory / "out" / "owner.key"


def player(name: str, keys: dict[str, str]) -> str:
    """The expression that makes a player with these keys (key by its id, in hexadecimal digits)."""
    made = {HLS: "hlsJs()", DASH_JS: f"dashJs({json.dumps(keys)})"}
    return made.get(name, f"shakaPlayer({json.dumps(keys)})")


def played_by(variant: str) -> list[str]:
    """Not by hls.js where samples are encrypted: it decrypts those of fragmented MP4 with DRM systems only."""
    names = BY_FORMAT[VARIANTS[variant].get("format", "hls")]
    return [one for one in names if one != HLS or variant not in SAMPLES_ENCRYPTED]


def moments(variant: str, name: str) -> list[float]:
    """Where pictures are for scrubbing: those of I-frame playlists in hls.js, else thumbnails."""
    return SEEN_S if ("i_frame_playlists" if name == HLS else "thumbnails") in VARIANTS[variant] else []


def seen(film: Path, directory: Path, pictures: Sequence[tuple[str, int, int, int, int]]) -> list[int]:
    """The second of the film that each picture (its URL, place and size) resembles most."""
    with av.open(str(film)) as container:
        frames = [one for one in container.decode(video=0) if (one.time or 0.0).is_integer()]
    found = []
    for url, left, top, width, height in pictures:
        with Image.open(io.BytesIO(content(directory, url))) as sheet:
            tile = np.asarray(sheet.convert("RGB").crop((left, top, left + width, top + height))).astype(int)
        shown = [one.reformat(width, height, "rgb24").to_ndarray().astype(int) for one in frames]
        distances = [abs(tile - one).mean() for one in shown]
        found.append(distances.index(min(distances)))
    return found


def content(directory: Path, url: str) -> bytes:
    """Of a file of the package, or of a picture in the URL itself."""
    if url.startswith("data:"):
        return base64.b64decode(url.partition(",")[2])
    return (directory / "out" / url.rpartition("/")[2]).read_bytes()


@pytest.mark.full
@pytest.mark.parametrize("variant", VARIANTS)
def test_players_play_seek_switch_and_scrub(film: Path, package: Package, variant: str) -> None:
    """The sound by its pitch, captions by the cues that are shown, pictures by those of the film."""
    directory = package(variant)
    owner_key(directory).write_bytes(CONTENT_KEY.key)
    keys = {CONTENT_KEY.key_id.hex: CONTENT_KEY.key.hex()} if variant in SAMPLES_ENCRYPTED else {}
    pitches = PITCHES if "audio" in VARIANTS[variant] else {"en": PITCHES["en"]}
    read = [text for early, late in TEXTS.values() for text in (early, late, "", early)]
    with players(directory) as play:
        for name in played_by(variant):
            asked: dict[str, Any] = {"pitches": pitches, "texts": TEXTS, "moments": moments(variant, name)}
            found = play[name](f"(url) => watch({player(name, keys)}, url, {json.dumps(asked)})")
            shown = seen(film, directory, found.pop("pictures"))
            step_s = SEGMENT_S if name == HLS else 1
            assert shown == [int(at_s // step_s * step_s) for at_s in asked["moments"]], name
            expected = list(pitches.values())
            assert found == {"widths": [160, 320], "length_s": 8, "pitches": expected, "read": read}, name


@pytest.mark.full
@pytest.mark.parametrize("segment_type", ["ts-segment", "mp4-segment"])
@pytest.mark.parametrize("name", ["cfr", "ntsc"])
def test_a_ladder_made_of_chunks_plays_without_a_stall(tmp_path: Path, name: str, segment_type: str) -> None:
    """Over the edges of chunks, which are those of segments: one range of media, without a gap."""
    divide = InChunks(2)
    (tmp_path / "clips").mkdir()
    source = getattr(SplitClips(tmp_path / "clips"), name)
    ladder(source, tmp_path, {"segment_type": segment_type, "segment_s": 1}, divide)
    assert len(divide.chunks) == 3
    made = {HLS: "hlsJs({maxBufferLength: 30})", SHAKA_BY_HLS: "shakaPlayer({}, 30)"}
    with players(tmp_path) as play:
        for player_name, expression in made.items():
            found = play[player_name](f"(url) => playThrough({expression}, url, 6)")
            assert found == {"stalls": 0, "ranges": 1}, player_name


@pytest.mark.full
@pytest.mark.parametrize("variant", SAMPLES_ENCRYPTED)
def test_encrypted_samples_need_the_key(package: Package, variant: str) -> None:
    directory = package(variant)
    owner_key(directory).write_bytes(b"no key at all..")
    with players(directory) as play:
        for keys in ({}, {CONTENT_KEY.key_id.hex: "f" * 32}):
            found = {name: play[name](f"(url) => tryOut({player(name, keys)}, url)") for name in played_by(variant)}
            assert "played" not in found.values(), (keys, found)


@pytest.mark.full
@pytest.mark.parametrize("variant", ["aes-128-ts", "aes-128-mp4"])
def test_encrypted_segments_need_the_key(package: Package, variant: str) -> None:
    directory = package(variant)
    assert list((directory / "out").glob("*.key")) == [owner_key(directory)]
    with players(directory) as play:
        for key in (bytes(16), None):
            owner_key(directory).unlink() if key is None else owner_key(directory).write_bytes(key)
            found = {name: play[name](f"(url) => tryOut({player(name, {})}, url)") for name in played_by(variant)}
            assert "played" not in found.values(), (key, found)
    owner_key(directory).write_bytes(CONTENT_KEY.key)


@pytest.mark.full
@pytest.mark.parametrize("variant", ["cmaf-cenc", "cmaf-cbcs"])
def test_hls_js_does_not_play_samples_encrypted_with_an_own_key(package: Package, variant: str) -> None:
    """docs/conformance.md says so: a version that does makes this fail."""
    directory = package(variant)
    owner_key(directory).write_bytes(CONTENT_KEY.key)
    with players(directory) as play:
        assert play[HLS]("(url) => tryOut(hlsJs(), url)") != "played"
