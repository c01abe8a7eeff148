"""CMAF: one set of segments that both manifests play."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import av
import imageio_ffmpeg
import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser

import published_files
from clips import Clips
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.packaging import contents
from media_workflows.settings import Settings

KEY = "in/clip.mp4"
AUDIO = {"codec": "aac", "bitrate_kbps": 64, "tracks": "all"}
STREAMS = [{"video": {"width": width, "crf": 30}, "audio": AUDIO} for width in (160, 320)]
SEPARATE = {"segment_type": "mp4-mp4-byterange"}


def made(source: Path, work: Path, **parameters: Any) -> ItemOutcome:
    asked = {"format": "cmaf", "segment_s": 1, "streams": STREAMS, "subtitles": "source", **parameters}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": asked, "output_path": "{inputName}.{format}"})
    (outcome,) = run_job(JobRequest(item.kind, [item], source, KEY, work, {}), lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


def published(outcome: ItemOutcome, bucket: Path) -> Path:
    """The files under the names they get, in one directory."""
    published_files.published(outcome, bucket, KEY, "")
    return bucket


@pytest.fixture(scope="module")
def outcome(clips: Clips, tmp_path_factory: pytest.TempPathFactory) -> ItemOutcome:
    return made(clips.bilingual, tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="module")
def directory(outcome: ItemOutcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(outcome, tmp_path_factory.mktemp("bucket"))


def without_texts(mpd: Path) -> Path:
    """A copy of the MPD without subtitles, beside it: ffmpeg does not open a DASH manifest with WebVTT files."""
    ElementTree.register_namespace("", "urn:mpeg:dash:schema:mpd:2011")  # ffmpeg knows no prefixes
    tree = ElementTree.parse(mpd)
    for period in tree.getroot():
        for adaptation in [one for one in period if one.get("contentType") == "text"]:
            period.remove(adaptation)
    copy = mpd.with_name("without_texts.mpd")
    tree.write(copy)
    return copy


def frames(manifest: Path) -> dict[str, int]:
    """The number of frames of each video stream, decoded by ffmpeg through a manifest."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-v", "error", "-stats"]
    command += ["-allowed_extensions", "ALL"] if manifest.suffix == ".m3u8" else []
    found = {}
    for kind in ("v:0", "v:1"):
        shown = subprocess.run(
            [*command, "-i", manifest, "-map", f"0:{kind}", "-f", "null", "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        found[kind] = int(re.findall(r"frame=\s*(\d+)", shown.stderr)[-1])
    return found


def test_both_manifests_name_the_same_files(directory: Path) -> None:
    master = m3u8.load(str(directory / "clip.m3u8"))
    uris = [one.uri for one in (*master.playlists, *master.media)]
    in_hls = {unquote(segment.uri) for uri in uris for segment in m3u8.load(str(directory / uri)).segments}
    (period,) = MPEGDASHParser.parse((directory / "clip.mpd").read_text()).periods
    in_dash = {
        unquote(one.base_urls[0].base_url_value) for each in period.adaptation_sets for one in each.representations
    }
    assert in_hls == in_dash
    assert {one.name for one in directory.iterdir() if one.suffix not in (".m3u8", ".mpd")} == in_hls
    assert [one.suffix for one in sorted(map(Path, in_hls))] == [".mp4", ".mp4", ".m4a", ".m4a", ".vtt"]


def test_both_manifests_play_every_frame(directory: Path) -> None:
    expected = {"v:0": 88, "v:1": 88}
    assert frames(directory / "clip.m3u8") == expected
    assert frames(without_texts(directory / "clip.mpd")) == expected


def test_playlists_name_the_segments_of_the_index(directory: Path) -> None:
    """Each range, decoded alone after the initialization section, is a segment that begins with a key frame."""
    playlist = m3u8.load(str(directory / "clip_0.m3u8"))
    data = (directory / "clip_0.mp4").read_bytes()
    assert [round(one.duration, 2) for one in playlist.segments] == [1, 1, 1, 0.52]
    (init,) = (one.byterange for one in playlist.segment_map if one)
    assert init.endswith("@0")
    for number, segment in enumerate(playlist.segments):
        size, offset = map(int, segment.byterange.split("@"))
        path = directory.parent / f"alone{number}.mp4"
        path.write_bytes(data[: int(init.partition("@")[0])] + data[offset : offset + size])
        with av.open(str(path)) as container:
            packets = [one for one in container.demux(video=0) if one.pts is not None]
        assert packets[0].is_keyframe
        assert len(packets) == round(25 * segment.duration)


def test_it_takes_half_the_bytes_of_two_ladders(clips: Clips, outcome: ItemOutcome, tmp_path: Path) -> None:
    def stored(one: ItemOutcome) -> int:
        return sum(file.path.stat().st_size for file in one.files)

    apart = [made(clips.bilingual, tmp_path / "hls", format="hls", **SEPARATE)]
    apart.append(made(clips.bilingual, tmp_path / "dash", format="dash"))
    assert stored(outcome) <= 0.55 * sum(map(stored, apart))


def test_a_source_without_audio(clips: Clips, tmp_path: Path) -> None:
    bucket = published(made(clips.no_audio, tmp_path), tmp_path)
    assert m3u8.load(str(bucket / "clip.m3u8")).media == []
    assert 'contentType="audio"' not in (bucket / "clip.mpd").read_text()


def test_audio_alone(clips: Clips, tmp_path: Path) -> None:
    parameters = {"streams": [{"audio": AUDIO}], "pure_audio": True, "subtitles": "none"}
    bucket = published(made(clips.bilingual, tmp_path, **parameters), tmp_path)
    (variant,) = m3u8.load(str(bucket / "clip.m3u8")).playlists
    assert (variant.uri, variant.stream_info.codecs) == ("clip_1.m3u8", "mp4a.40.2")
    assert (bucket / "clip.mpd").read_text().count("<AdaptationSet") == 2


def test_the_manifests_are_written_again_from_their_record(outcome: ItemOutcome, directory: Path) -> None:
    """As when a track joins later."""
    (record,) = (file.contents for file in outcome.files if file.contents)
    listed = contents.from_record(record)
    assert isinstance(listed, contents.CmafContents)
    assert listed.hls.text() == (directory / "clip.m3u8").read_text()
    assert listed.dash.text() == (directory / "clip.mpd").read_text()
    assert listed.numbers == {0, 1, 2, 3, 4}
