"""A ladder made of chunks against the one of a single encode: packets, samples and pictures, as ffmpeg reads them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import m3u8
import pytest

import published_files
from chunk_encodes import InChunks
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import Divide, ItemOutcome, JobRequest
from media_workflows.settings import Settings
from split_clips import SplitClips, each_kind

KEY = "in/clip.mp4"
AUDIO = {"codec": "aac", "bitrate_kbps": 64}
CHUNK_S = 2.0
LEAST_PSNR_DB = 28  # of two encodes of one picture
SAME_DB = 60.0  # from here on it is the same picture
HLS = {"format": "hls", "segment_s": 1}

full = pytest.mark.full


@pytest.fixture(scope="session")
def split_clips(tmp_path_factory: pytest.TempPathFactory) -> SplitClips:
    return SplitClips(tmp_path_factory.mktemp("split_clips"))


def streams(audio: Any = AUDIO, **video: Any) -> list[dict[str, Any]]:
    return [{"video": {"width": width, "crf": 16, **video}, "audio": audio} for width in (160, 240)]


def made(source: Path, work: Path, divide: Divide | None, parameters: dict[str, Any], **fields: Any) -> ItemOutcome:
    asked = {"streams": streams(), **parameters}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": asked, **fields})
    work.mkdir(parents=True)
    request = JobRequest(item.kind, [item], source, KEY, work, divide=divide)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


@dataclass(frozen=True)
class Packet:
    """A line of ffmpeg's `framecrc`."""

    stream: int
    dts: int
    pts: int
    duration: int
    data: tuple[str, ...]  # size, checksum, flags


def ffmpeg(*arguments: str, cwd: Path | None = None) -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd).stdout


def opened(path: Path) -> list[str]:
    return [*(["-allowed_extensions", "ALL"] if path.suffix == ".m3u8" else []), "-i", str(path)]


def packets(path: Path, kind: str) -> list[Packet]:
    """Those of the streams of a kind (video, audio), by their decoding times."""
    lines = ffmpeg(*opened(path), "-map", "0", "-c", "copy", "-f", "framecrc", "-").splitlines()
    heads = [line.removeprefix("#media_type ").split(": ") for line in lines if line.startswith("#media_type ")]
    kinds = {int(stream): found for stream, found in heads}
    fields = [[part.strip() for part in line.split(",")] for line in lines if not line.startswith("#")]
    found = [Packet(int(s), int(dts), int(pts), int(length), tuple(rest)) for s, dts, pts, length, *rest in fields]
    return [packet for packet in found if kinds[packet.stream] == kind]


def samples(path: Path) -> str:
    """The decoded sound."""
    return ffmpeg(*opened(path), "-map", "0:a", "-f", "md5", "-")


def psnr_db(one: Path, other: Path, work: Path, skipped: int = 0) -> list[float]:
    """Of the frames of a file against those of another one, of which the first `skipped` are left out."""
    work.mkdir(exist_ok=True)
    count = "setpts=N/TB/25"
    graph = (
        f"[0:v]{count}[a];[1:v]trim=start_frame={skipped},{count}[b];[a][b]psnr=stats_file=psnr.log:eof_action=endall"
    )
    ffmpeg(*opened(one), *opened(other), "-lavfi", graph, "-f", "null", "-", cwd=work)
    found = re.findall(r"psnr_y:(\S+)", (work / "psnr.log").read_text(encoding="utf-8"))
    return [min(float(value), SAME_DB) for value in found]


def require_same_pictures(one: Path, other: Path, work: Path) -> None:
    """Each frame resembles the one with its number in the other file, and not those beside that."""
    same = psnr_db(one, other, work)
    assert min(same) > LEAST_PSNR_DB
    after, before = psnr_db(one, other, work, 1), psnr_db(other, one, work, 1)
    for beside, mine in ((after, same), (before, same)):
        assert all(own > next_ - 1 for own, next_ in zip(mine, beside, strict=False))
        assert sum(mine) / len(mine) > sum(beside) / len(beside) + 3


def require_same_media(one: Path, other: Path, work: Path) -> int:
    """Equal times of the pictures, equal sound; returns the number of frames."""
    first, second = packets(one, "video"), packets(other, "video")
    assert sorted(p.pts for p in second) == sorted(p.pts for p in first)
    assert [(p.dts, p.duration) for p in second] == [(p.dts, p.duration) for p in first]
    sound = packets(one, "audio")
    assert packets(other, "audio") == sound
    if sound:
        assert samples(other) == samples(one)
    if first:
        require_same_pictures(one, other, work)
    return len(first)


def require_same_playlist(one: Path, other: Path) -> None:
    """Each segment begins at the same frame and has the same name."""
    first, second = m3u8.load(str(one)), m3u8.load(str(other))
    assert [(s.uri, s.duration) for s in second.segments] == [(s.uri, s.duration) for s in first.segments]
    assert second.target_duration == first.target_duration


def require_equal(source: Path, work: Path, parameters: dict[str, Any], **fields: Any) -> InChunks:
    """Both ways publish the same files with the same media."""
    divide = InChunks(CHUNK_S)
    outcomes = {
        "whole": made(source, work / "whole_work", None, parameters, **fields),
        "split": made(source, work / "split_work", divide, parameters, **fields),
    }
    assert outcomes["split"].notices == outcomes["whole"].notices
    for way, outcome in outcomes.items():
        published_files.published(outcome, work / way, KEY)
    names = sorted(path.relative_to(work / "whole") for path in (work / "whole").rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(work / "split") for path in (work / "split").rglob("*") if path.is_file())
    compared = 0
    for name in names:
        one, other = work / "whole" / name, work / "split" / name
        if one.suffix == ".m3u8" and "#EXTINF" in (text := one.read_text(encoding="utf-8")):
            require_same_playlist(one, other)
            if "S-ONLY" in text:  # of I-frames, or of thumbnails
                continue
        elif one.suffix not in (".mp4", ".m4a") or parameters["format"] == "hls":
            continue
        compared += require_same_media(one, other, work / "psnr") > 0
    assert compared >= 2
    assert len(divide.chunks) >= 2
    assert not list((work / "split_work").glob("divided*"))
    return divide


class TestHls:
    @pytest.mark.parametrize("name", each_kind("ntsc"))
    def test_each_kind_of_source(self, split_clips: SplitClips, tmp_path: Path, name: str) -> None:
        require_equal(getattr(split_clips, name), tmp_path, HLS)

    @pytest.mark.parametrize(
        "parameters",
        [
            {"segment_type": "mp4-segment", "streams": streams(codec="h265")},
            {"segment_type": "ts-byterange"},
            {"segment_type": "mp4-byterange", "streams": streams({"codec": "flac"}, gop_frames=10)},
            {"segment_type": "ts-ts-segment", "segment_s": 1.5, "i_frame_playlists": True},
            {"segment_type": "mp4-mp4-segment", "streams": streams(fps=29.97)},
            {"streams": streams({"codec": "ac3", "bitrate_kbps": 96, "loudness_lufs": -23})},
            {"streams": streams(bitrate_kbps=800, crf=None, mode="vbr")},
            {"streams": [*streams(), {"audio": AUDIO}]},
        ],
        ids=lambda parameters: "_".join(str(value) for value in parameters.values() if isinstance(value, (str, float))),
    )
    @full
    def test_each_packaging(self, split_clips: SplitClips, tmp_path: Path, parameters: dict[str, Any]) -> None:
        require_equal(split_clips.cfr, tmp_path, {**HLS, **parameters})

    @full
    def test_further_key_frames_and_what_is_drawn_over_edges(self, split_clips: SplitClips, tmp_path: Path) -> None:
        mark = {"mark": {"type": "text", "text": "live", "font_size_px": 30}, "start_offset_s": 1.5, "end_offset_s": 5}
        require_equal(split_clips.ntsc, tmp_path, HLS, key_frames_s=[1.3, 2.5, 4.7], watermarks=[mark])


@full
class TestIndexed:
    def test_cmaf_with_thumbnails(self, split_clips: SplitClips, tmp_path: Path) -> None:
        """Sound and thumbnails are not made of chunks: they are the same bytes."""
        thumbnails = {"interval_s": 1, "row_count": 2, "column_count": 3}
        require_equal(split_clips.cfr, tmp_path, {"format": "cmaf", "segment_s": 1, "thumbnails": thumbnails})
        sheets = sorted((tmp_path / "whole").rglob("*.jpg"))
        assert sheets
        for sheet in sheets:
            other = tmp_path / "split" / sheet.relative_to(tmp_path / "whole")
            assert other.read_bytes() == sheet.read_bytes()

    def test_dash_of_the_source_with_hdr(self, split_clips: SplitClips, tmp_path: Path) -> None:
        video = {"codec": "h265", "hdr": "keep", "bit_depth": 10}
        require_equal(split_clips.hdr, tmp_path, {"format": "dash", "segment_s": 2, "streams": streams(**video)})


@full
def test_an_encrypted_ladder(split_clips: SplitClips, tmp_path: Path) -> None:
    """Its key is random, so the two differ in each byte; the split one is verified as ever."""
    divide = InChunks(CHUNK_S)
    outcome = made(split_clips.cfr, tmp_path / "work", divide, {**HLS, "encryption": {}})
    assert len(divide.chunks) == 3
    master = published_files.published(outcome, tmp_path / "bucket", KEY)["manifest"]
    found = ffmpeg("-allowed_extensions", "ALL", "-i", str(master), "-map", "0:v:0", "-f", "framemd5", "-")
    assert sum(not line.startswith("#") for line in found.splitlines()) == 150


def test_a_ladder_that_cannot_be_split_says_why(split_clips: SplitClips, tmp_path: Path) -> None:
    outcome = made(split_clips.one_key_frame, tmp_path / "work", InChunks(CHUNK_S), HLS)
    (notice,) = (one for one in outcome.notices if one.code == "NotSplit")
    assert notice.parameters["reason"] == "few_key_frames"
