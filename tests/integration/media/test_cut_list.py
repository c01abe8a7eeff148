"""Cut lists, measured in what ffmpeg decodes of the output: raw frames and PCM samples."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest

from clip_making import H264, encode, picture
from clips import Clips
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import InvalidOffsetError, MediaError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.jobs.estimate import Estimator
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

RATE_HZ, FPS = 48_000, 25
SIGNALS = 6  # seconds of the clip, a signal at the start of each
PARAMETERS: dict[str, Any] = {"container": "mkv", "video": {"codec": "h264", "crf": 12}, "audio": {"codec": "flac"}}


@pytest.fixture(scope="module")
def signals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """At each second a bright frame and a beep of 40 ms, with chapters; MOV has times to the sample.

    Second n has a frame of luma 130 + 20 n and a beep of 500 + 500 n Hz, by which the seconds differ.
    """
    directory = tmp_path_factory.mktemp("signals")
    chapters = directory / "chapters.txt"
    chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=3\ntitle=one\n")
    flash = f"nullsrc=s=64x48:r={FPS}:d={SIGNALS},geq=lum='if(mod(N,{FPS}),16,130+20*floor(N/{FPS}))':cb=128:cr=128"
    beep = f"aevalsrc='if(lt(mod(t,1),0.04),0.5*sin(2*PI*500*(1+floor(t))*t),0)':s={RATE_HZ}:d={SIGNALS}"
    path = directory / "signals.mov"
    inputs = ["-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-i", str(chapters)]
    encode(*inputs, "-map", "0", "-map", "1", *H264, "-c:a", "pcm_s16le", str(path))
    return path


def outcome(
    source: Path, work_dir: Path, cuts: list[dict[str, Any]], extra: dict[str, Path] | None = None, **fields: Any
) -> ItemOutcome:
    parameters = PARAMETERS | fields.pop("parameters", {})
    item = TranscodeItem.model_validate({"parameters": parameters, "cuts": cuts, **fields})
    request = JobRequest("transcode", [item], source, "in/a.mp4", work_dir, extra or {})
    return run_job(request, lambda _: None, Settings()).items[0]


def made(source: Path, work_dir: Path, cuts: list[dict[str, Any]], *others: Any, **fields: Any) -> Path:
    result = outcome(source, work_dir, cuts, *others, **fields)
    if result.error:
        raise result.error
    return result.files[0].path


def decoded(path: Path, *arguments: str) -> bytes:
    """What ffmpeg decodes, without changes of its own to rate or length."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), *arguments, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def lumas(path: Path) -> np.ndarray[Any, Any]:
    """The brightness of each frame."""
    raw = decoded(path, "-map", "0:v", "-fps_mode", "passthrough", "-vf", "scale=1:1,format=gray", "-f", "rawvideo")
    return np.frombuffer(raw, np.uint8).astype(int)


def samples(path: Path) -> np.ndarray[Any, Any]:
    """The samples of the first channel."""
    raw = decoded(path, "-map", "0:a", "-f", "f32le")
    channels = 2 if path.suffix == ".mp4" else 1
    return np.frombuffer(raw, np.float32)[::channels]


def beeps(sound: np.ndarray[Any, Any]) -> list[int]:
    """The sample at which each beep begins."""
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return [int(one) for one in loud[np.diff(loud, prepend=-RATE_HZ) > RATE_HZ // 10]]


def pitch_hz(sound: np.ndarray[Any, Any]) -> int:
    """The loudest frequency, to 100 Hz."""
    return round(float(np.abs(np.fft.rfft(sound)).argmax()) * RATE_HZ / len(sound) / 100) * 100


@pytest.mark.parametrize(
    "length_s",
    [pytest.param(0.52, id="whole frames", marks=pytest.mark.full), pytest.param(0.53, id="and parts of frames")],
)
def test_twenty_cuts_do_not_drift(signals: Path, tmp_path: Path, length_s: float) -> None:
    """In any order, some of them twice: each flash at its frame, each beep at its sample."""
    starts = [(7 * number) % (SIGNALS - 1) + 0.8 for number in range(20)]
    cuts = [{"start_offset_s": start_s, "end_offset_s": start_s + length_s} for start_s in starts]
    audio = {"codec": "flac", "channels": 1}
    path = made(signals, tmp_path, cuts, parameters={"audio": audio})
    expected_s = [number * length_s + 0.2 for number in range(20)]
    seconds = [round(start_s + 0.2) for start_s in starts]
    seen, of_seconds = lumas(path), lumas(signals)[::FPS]
    bright = np.flatnonzero(seen > 90)
    assert [int(np.abs(of_seconds - seen[at]).argmin()) for at in bright] == seconds
    limit = 0.001 if length_s == 0.52 else 0.501
    off = {number: float(at - expected_s[number] * FPS) for number, at in enumerate(bright)}
    assert {number: frames for number, frames in off.items() if abs(frames) > limit} == {}
    assert len(seen) == round(20 * length_s * FPS)
    sound = samples(path)
    assert len(sound) == round(20 * length_s * RATE_HZ)
    found = beeps(sound)
    # The first sample of a sine is 0, and the second is above the threshold.
    assert [round(moment_s * RATE_HZ) - at for at, moment_s in zip(found, expected_s, strict=True)] == [-1] * 20
    assert [pitch_hz(sound[at : at + RATE_HZ // 25]) for at in found] == [500 + 500 * one for one in seconds]


def test_clips_of_another_size_rate_colour_and_sound(signals: Path, clips: Clips, tmp_path: Path) -> None:
    """All in one format, with picture and sound in step; one clip has no sound."""
    hd = tmp_path / "hd.mp4"
    tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
    green = "color=0x00B000:s=320x180:r=30000/1001:d=2,scale=out_color_matrix=bt709"
    encode(
        "-f", "lavfi", "-i", green, "-f", "lavfi", "-i", "sine=880:r=44100:d=2", *H264, *tags, "-c:a", "aac", str(hd)
    )
    cuts: list[dict[str, Any]] = [
        {"start_offset_s": 0.8, "end_offset_s": 1.32},
        {"key": "hd.mp4", "start_offset_s": 0.5, "end_offset_s": 1.1},
        {"key": "silent.mp4", "start_offset_s": 0.4, "end_offset_s": 0.8},
        {"start_offset_s": 2.8, "end_offset_s": 3.32},
    ]
    extra = {"hd.mp4": hd, "silent.mp4": clips.no_audio}
    result = outcome(signals, tmp_path / "w", cuts, extra)
    assert result.error is None
    path, info = result.files[0].path, result.files[0].info
    assert info is not None
    assert info.video is not None
    assert (info.video.width, info.video.height, info.video.fps) == (64, 48, 25)
    seen = lumas(path)
    assert len(seen) == 51
    of_seconds = lumas(signals)[::FPS]
    assert seen[[4, 5, 6, 42, 43, 44]] == pytest.approx([0, of_seconds[1], 0, 0, of_seconds[3], 0], abs=8)
    sound = np.frombuffer(decoded(path, "-map", "0:a", "-f", "f32le"), np.float32)[::2]
    assert len(sound) == round(2.04 * RATE_HZ)
    assert np.abs(sound[round(0.6 * RATE_HZ) : round(1.05 * RATE_HZ)]).max() > 0.05  # 880 Hz
    assert not np.abs(sound[round(1.13 * RATE_HZ) : round(1.51 * RATE_HZ)]).any()  # silence
    frame = decoded(path, "-map", "0:v", "-vf", "trim=start_frame=20:end_frame=21,format=rgb24", "-f", "rawvideo")
    middle = frame[(24 * 64 + 32) * 3 :][:3]
    # The same green by other primaries; taken for one of BT.601 as it is, it would have 206.
    assert tuple(middle) == pytest.approx((0, 0xB0, 0), abs=20)


def test_sound_alone(signals: Path, tmp_path: Path) -> None:
    cuts = [{"start_offset_s": 0.8, "end_offset_s": 1.30001}, {"start_offset_s": 0.8, "end_offset_s": 1.3}]
    audio = {"codec": "flac", "channels": 1}
    sound = samples(made(signals, tmp_path, cuts, parameters={"container": "flac", "video": None, "audio": audio}))
    assert len(sound) == round(1.00001 * RATE_HZ)
    assert len(beeps(sound)) == 2


def test_a_recording_whose_picture_stands_still(tmp_path: Path) -> None:
    """Frames at 0, 1 and 6 s: a cut in between shows the one that is on the screen."""
    source = tmp_path / "still.mkv"
    frames = "nullsrc=s=64x48:r=1:d=8,geq=lum='40*(N+1)':cb=128:cr=128,select='lte(n,1)+gte(n,6)'"
    encode("-f", "lavfi", "-i", frames, "-fps_mode", "vfr", *H264, "-bf", "0", str(source))
    cuts: list[dict[str, Any]] = [
        {"start_offset_s": 3, "end_offset_s": 4},
        {"start_offset_s": 0.2, "end_offset_s": 0.8},
    ]
    parameters = {"video": {"codec": "h264", "crf": 12, "fps": 10}, "audio": None}
    seen = lumas(made(source, tmp_path / "w", cuts, parameters=parameters))
    assert len(seen) == 16
    assert [round(one / 40) for one in seen] == [2] * 10 + [1] * 6


def test_without_jumps_it_is_the_same(clips: Clips, tmp_path: Path) -> None:
    """An MPEG transport stream, which has no index."""
    cuts = [{"start_offset_s": 0.52, "end_offset_s": 1.52}, {"start_offset_s": 0.2, "end_offset_s": 0.6}]
    path = made(clips.transport_stream, tmp_path, cuts)
    assert len(lumas(path)) == 35


def test_chapters_and_subtitles_are_named_as_left_out(signals: Path, tmp_path: Path) -> None:
    source = tmp_path / "subtitled.mkv"
    text = tmp_path / "a.srt"
    text.write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    encode(
        "-i",
        str(signals),
        "-i",
        str(text),
        "-map",
        "0:v",
        "-map",
        "0:a",
        "-map",
        "1",
        "-c",
        "copy",
        "-c:s",
        "srt",
        str(source),
    )
    cuts = [{"start_offset_s": 4, "end_offset_s": 4.4}, {"start_offset_s": 0, "end_offset_s": 0.4}]
    result = outcome(source, tmp_path / "w", cuts)
    assert result.error is None
    assert [notice.code for notice in result.notices] == ["TrackLeftOut", "ChaptersLeftOut"]
    assert b"CHAPTER" not in decoded(result.files[0].path, "-f", "ffmetadata")


def test_watermarks_count_from_the_start_of_the_output(signals: Path, tmp_path: Path) -> None:
    """A mosaic over all of the second cut hides its flash."""
    cuts = [{"start_offset_s": 0.8, "end_offset_s": 1.32}, {"start_offset_s": 0.8, "end_offset_s": 1.32}]
    text = {"type": "text", "text": "██████████", "font_size_px": 48, "font_color": "0x000000"}
    marked = {"mark": text, "start_offset_s": 0.6}
    seen = lumas(made(signals, tmp_path, cuts, watermarks=[marked]))
    assert seen[5] > 120
    assert seen[18] < seen[5] - 20


@pytest.mark.parametrize(
    ("cut", "error", "expected"),
    [
        ({"start_offset_s": 30}, InvalidOffsetError, "cut 2: the range from 30 to 0 is empty"),
        ({"key": "sound.m4a"}, MediaError, "'sound.m4a' has no video"),
        ({"key": "none.mp4"}, MediaError, "'none.mp4', which this job names, is not a readable media file"),
    ],
)
def test_bad_cuts(
    signals: Path, clips: Clips, tmp_path: Path, cut: dict[str, Any], error: type[MediaError], expected: str
) -> None:
    result = outcome(signals, tmp_path, [{"end_offset_s": 1}, cut], {"sound.m4a": clips.audio_only})
    assert isinstance(result.error, error)
    assert expected in str(result.error)


def test_a_range_that_ends_behind_the_end(signals: Path, tmp_path: Path) -> None:
    result = outcome(signals, tmp_path, [{"start_offset_s": SIGNALS - 1, "end_offset_s": 99}, {"end_offset_s": 0.2}])
    assert result.error is None
    assert [notice.code for notice in result.notices if notice.code == "CutShortened"] == ["CutShortened"]
    assert len(lumas(result.files[0].path)) == FPS + 5


def test_a_truncated_source_serves_as_far_as_it_goes(clips: Clips, tmp_path: Path) -> None:
    """A file of 3 s that ends after 30 % of its bytes."""
    parameters = {"audio": None}
    first = {"end_offset_s": 0.4}
    assert made(clips.cut_in_the_middle, tmp_path / "a", [first] * 9, parameters=parameters)
    late = outcome(clips.cut_in_the_middle, tmp_path / "b", [first, {"start_offset_s": 2.5}], parameters=parameters)
    assert "upload it again" in str(late.error)


def test_the_cost_of_a_cut_list_is_estimated(signals: Path, tmp_path: Path) -> None:
    """By its commands, on samples."""
    item = TranscodeItem.model_validate(
        {"parameters": PARAMETERS, "cuts": [{"end_offset_s": 3}, {"start_offset_s": 2, "end_offset_s": 5}]}
    )
    context, timeline = open_source(signals, tmp_path, Settings())
    found = Estimator(context, timeline, ffmpeg_binary(""), CancelToken()).estimate("transcode", [item])
    assert found.cpu_s
    assert found.note.startswith("an estimate")


def test_a_long_clip_beside_the_source_in_hls(signals: Path, tmp_path: Path) -> None:
    """All streams of a playlist are made of the cuts, too."""
    blue = tmp_path / "blue.mp4"
    encode(*picture(seconds=3), *H264, str(blue))
    cuts: list[dict[str, Any]] = [{"end_offset_s": 1}, {"key": "blue"}, {"start_offset_s": 1, "end_offset_s": 2}]
    parameters = {"container": "hls", "audio": {"codec": "aac"}, "segment_s": 2}
    result = outcome(signals, tmp_path / "w", cuts, {"blue": blue}, parameters=parameters)
    assert result.error is None
    assert result.files[0].info is not None
    assert result.files[0].info.duration_s == pytest.approx(5, abs=0.1)
