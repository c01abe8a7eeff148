"""Each item of a quality control on a clip that has its problem, made so that its time is known, and on one without."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from clip_making import H264, encode
from media_workflows.domain.jobs.quality_control import QualityControlItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest

NEAR_S = 0.5
PICTURE = "testsrc2=s=320x240:r=25"
# What is done to the picture in two seconds each, between two clean ones.
PICTURE_PROBLEMS = {
    "blur": "gblur=9",
    "noise": "noise=alls=60:allf=t",
    "jitter": "scale=352:264,crop=320:240:16+12*sin(n*2.5):12+10*cos(n*1.9)",
    "black_white_edge": "drawbox=h=30:c=white:t=fill",
    "solid_color_screen": "drawbox=c=blue:t=fill",
    "low_lighting": "eq=brightness=-0.6:contrast=0.3",
    "high_lighting": "eq=brightness=0.6:contrast=0.2",
}
CODES = {"qr_code": ("QRCode", "https://example.org/quality"), "bar_code": ("EAN13", "4006381333931")}
SPAN_S = 1.6

Report = dict[str, dict[str, Any]]


def report(source: Path, work_dir: Path, *names: str, **thresholds: Any) -> Report:
    """The items of these names, with the default thresholds unless others are given."""
    parameters = {name: {} for name in names} | thresholds
    item = QualityControlItem.model_validate({"parameters": parameters})
    (found,) = run_job(JobRequest(item.kind, [item], source, "in/a.mp4", work_dir), lambda progress: None).items
    assert found.error is None, found.error
    content = json.loads(found.files[0].path.read_text())
    return {one["type"]: one for one in content["items"]} | {"files": {"names": [f.path for f in found.files]}}


def spans(item: dict[str, Any]) -> list[tuple[float, float]]:
    return [(segment["start_s"], segment["end_s"]) for segment in item["segments"]]


def codes(folder: Path) -> list[Path]:
    """A picture of each code."""
    paths = []
    for name, (format_, text) in CODES.items():
        barcode = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(format_))
        pixels = zxingcpp.write_barcode_to_image(barcode, scale=3 if format_ == "QRCode" else 2)
        paths.append(folder / f"{name}.png")
        Image.fromarray(np.array(pixels)).save(paths[-1])
    return paths


@pytest.fixture(scope="module")
def picture_problems(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """A clip of all problems of the picture one after another, and when each begins."""
    folder = tmp_path_factory.mktemp("problems")
    chain, begins = [], {}
    for number, (name, filter_) in enumerate([*PICTURE_PROBLEMS.items(), *dict.fromkeys(CODES, "null").items()]):
        begins[name] = SPAN_S * (2 * number + 1)
        span = f"trim={begins[name]}:{begins[name] + SPAN_S},setpts=PTS-STARTPTS"
        clean = f"trim={begins[name] - SPAN_S}:{begins[name]},setpts=PTS-STARTPTS"
        drawn = f"[0:v]{clean},setsar=1[c{number}];[0:v]{span},{filter_},setsar=1[p{number}]"
        if name in CODES:
            drawn = drawn.replace(f"[p{number}]", f"[q{number}]")
            drawn += f";[q{number}][{1 + list(CODES).index(name)}:v]overlay=40:40[p{number}]"
        chain.append(drawn)
    count = len(begins)
    inputs = [word for path in codes(folder) for word in ("-i", str(path))]
    order = "".join(f"[c{n}][p{n}]" for n in range(count))
    graph = ";".join(chain) + f";{order}concat=n={2 * count},format=yuv420p"
    path = folder / "problems.mp4"
    source = ["-f", "lavfi", "-t", str(SPAN_S * 2 * count), "-i", PICTURE]
    encode(
        *source,
        *inputs,
        "-filter_complex",
        graph,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "40",
        "-crf",
        "14",
        str(path),
    )
    return path, begins


def test_problems_of_the_picture(picture_problems: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    source, begins = picture_problems
    found = report(source, tmp_path, *begins, "crash_screen", "video_decode_failed")
    for name, begin_s in begins.items():
        longest = max(spans(found[name]), key=lambda span: span[1] - span[0], default=None)
        assert longest == pytest.approx((begin_s, begin_s + SPAN_S), abs=NEAR_S), (name, found[name])
        assert len(found[name]["segments"]) == 1, (name, found[name])
        assert found[name].get("picture"), (name, found[name])
    for name, (_, text) in CODES.items():
        (segment,) = found[name]["segments"]
        assert segment["text"] == text
        left, top, right, bottom = segment["area"]
        assert (left, top) == pytest.approx((40, 40), abs=25)
        assert 60 < right - left < 280
        assert bottom > top
    assert (found["crash_screen"]["hit"], found["video_decode_failed"]["hit"]) == (False, False)
    pictures = [path for path in found["files"]["names"] if path.suffix == ".jpg"]
    assert len(pictures) == len(begins)
    with Image.open(pictures[-1]) as shown:
        assert shown.size == (320, 240)


def test_blocks(tmp_path: Path) -> None:
    """A fractal, then one in blocks. It has no edges of its own on a grid, as the test pattern has."""
    path = tmp_path / "blocks.mp4"
    source = ["-f", "lavfi", "-t", str(2 * SPAN_S), "-i", "mandelbrot=s=320x240:r=25:start_scale=0.3"]
    encode(*source, "-vf", f"pixelize=16:16:enable='gte(t,{SPAN_S})'", *H264, "-g", "40", "-crf", "14", str(path))
    found = report(path, tmp_path / "work", "mosaic")
    assert spans(found["mosaic"]) == [pytest.approx((SPAN_S, 2 * SPAN_S), abs=NEAR_S)]
    assert found["mosaic"]["picture"]


# Two seconds each: a tone, noise, a tone, channels that cancel each other, a tone.
SOUND = (
    "aevalsrc='if(between(t,2,4),0.3*(random(0)-0.5),0.3*sin(2*PI*440*t))"
    "|if(between(t,2,4),0.3*(random(1)-0.5),if(between(t,6,8),-1,1)*0.3*sin(2*PI*440*t))':s=48000:d=10"
)


def test_problems_of_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "sound.flac"
    encode("-f", "lavfi", "-i", SOUND, str(path))
    found = report(
        path, tmp_path / "work", "audio_out_of_phase", "audio_decode_failed", audio_noise={"min_duration_s": 1}
    )
    assert spans(found["audio_noise"]) == [pytest.approx((2, 4), abs=NEAR_S)]
    assert spans(found["audio_out_of_phase"]) == [pytest.approx((6, 8), abs=NEAR_S)]
    assert found["audio_decode_failed"]["hit"] is False


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.mp4"
    sound = ["-f", "lavfi", "-i", "aevalsrc='0.2*sin(2*PI*(300+60*t)*t)':s=44100:d=6"]
    video = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=6"]
    encode(*video, *sound, *H264, "-bf", "0", "-c:a", "aac", "-ac", "2", str(path))
    return path


Maker = Callable[[Path, Path], None]


def copied(*options: str, suffix: str = "mkv") -> tuple[str, Maker]:
    return suffix, lambda source, path: encode("-i", str(source), "-map", "0", "-c", "copy", *options, str(path))


def _joined(source: Path, path: Path) -> None:
    """A recording, then another one of another size, sample rate and number of channels; its clock starts again."""
    for name, options in (("a", ()), ("b", ("-vf", "scale=240:160", "-ar", "48000", "-ac", "1"))):
        encode("-i", str(source), *options, *H264, "-bf", "0", "-c:a", "aac", str(path.with_name(f"{name}.ts")))
    path.write_bytes(b"".join(path.with_name(f"{name}.ts").read_bytes() for name in "ab"))


def _packet(path: Path, type_: str, at_s: float) -> tuple[int, int]:
    """Position and size of the first packet at or after a moment."""
    with av.open(str(path)) as container:
        for packet in container.demux(next(one for one in container.streams if one.type == type_)):
            if packet.pts is not None and float(packet.pts * packet.time_base) >= at_s:
                assert packet.pos is not None
                return packet.pos, packet.size
    raise AssertionError("no such packet")


def overwritten(type_: str, at_s: float, skip: int, filler: bytes) -> tuple[str, Maker]:
    def make(source: Path, path: Path) -> None:
        data = bytearray(source.read_bytes())
        begin, size = _packet(source, type_, at_s)
        data[begin + skip : begin + size] = (filler * size)[: size - skip]
        path.write_bytes(data)

    return "mp4", make


def _apart(source: Path, path: Path) -> None:
    """All packets of the sound after those of the picture."""
    whole = path.with_name("whole.ts")
    encode("-i", str(source), "-c", "copy", "-mpegts_pmt_start_pid", "0x1000", "-streamid", "1:0x101", str(whole))
    data = whole.read_bytes()
    cells = [data[at : at + 188] for at in range(0, len(data), 188)]
    sound = [cell for cell in cells if (cell[1] & 0x1F) << 8 | cell[2] == 0x101]
    kept = set(map(id, sound))
    path.write_bytes(b"".join([*(cell for cell in cells if id(cell) not in kept), *sound]))


def _repeated(source: Path, path: Path) -> None:
    """One frame of the sound, at 3 s, ten times."""
    encode("-i", str(source), "-vn", "-c:a", "copy", str(path))
    data = path.read_bytes()
    frames, at = [], 0
    while at < len(data):
        size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        frames.append(data[at : at + size])
        at += size
    middle = 129  # 3 s of frames of 1024 samples at 44.1 kHz
    path.write_bytes(b"".join([*frames[:middle], *[frames[middle]] * 10, *frames[middle + 1 :]]))


def _early(source: Path, path: Path) -> None:
    """Composition times of 0.1 s before decoding, from 2 to 3 s."""
    encode("-i", str(source), "-c", "copy", str(path))
    data, at = bytearray(path.read_bytes()), 13
    while at + 15 < len(data):
        type_, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        time_ms = int.from_bytes(data[at + 4 : at + 7], "big")
        if type_ == 9 and 2000 <= time_ms < 3000 and data[at + 12] == 1:
            data[at + 13 : at + 16] = (2**24 - 100).to_bytes(3, "big")
        at += size + 15
    path.write_bytes(data)


def _replaced(old: bytes, new: bytes, suffix: str, *options: str) -> tuple[str, Maker]:
    def make(source: Path, path: Path) -> None:
        encode("-i", str(source), "-c", "copy", *options, str(path))
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new))

    return suffix, make


DROP_VIDEO, DROP_AUDIO = "noise=drop='between(n,50,66)'", "noise=drop='between(n,86,110)'"
# What is made of the clip, and where each item finds it; None = the whole file.
CASES: dict[str, tuple[tuple[str, Maker], dict[str, list[tuple[float, float]] | None]]] = {
    "frames dropped": (
        copied("-bsf:v", DROP_VIDEO, "-bsf:a", DROP_AUDIO),
        {
            "video_dropping_frames": [(2.0, 2.68)],
            "pts_jitter": [(2.68, 2.76)],
            "dts_jitter": [(2.68, 2.76)],
            "fps_jitter": [(2.0, 3.0)],
            "audio_dropping_frames": [(2.0, 2.58)],
            "aac_duration_deviation": [(2.58, 2.6)],
        },
    ),
    "recordings joined": (
        ("ts", _joined),
        {
            "timestamp_fallback": [(6.0, 6.5)] * 2,
            "video_resolution_changed": [(6.0, 6.5)],
            "parameter_sets_changed": [(6.0, 6.5)],
            "audio_sample_rate_changed": [(6.0, 6.5)],
            "audio_channels_changed": [(6.0, 6.5)],
        },
    ),
    "a length behind the packet": (
        overwritten("video", 2.0, 0, b"\x7f"),
        {"stream_nalu_error": [(2.0, 2.5)], "video_decode_failed": [(2.0, 2.5)]},
    ),
    "half a picture": (overwritten("video", 3.0, 400, b"\xa5"), {"crash_screen": [(3.0, 3.5)]}),
    "sound of no format": (overwritten("audio", 2.0, 0, b"\xff"), {"audio_decode_failed": [(2.0, 2.5)]}),
    "picture and sound apart": (("ts", _apart), {"av_timestamp_interleave": [(0.0, 4.0)]}),
    "one frame of sound ten times": (("aac", _repeated), {"audio_duplicated_frame": [(3.0, 3.5)]}),
    "shown before it is decoded": (
        ("flv", _early),
        {"pts_less_than_dts": [(1.92 + number / 25, 2.42 + number / 25) for number in range(25)]},
    ),
    "without its first frames": (copied("-bsf:v", "noise=drop='lt(n,5)'"), {"video_first_frame_not_idr": [(0.2, 0.7)]}),
    "no delimiters": (
        _replaced(b"\x00\x00\x00\x01\x09\xf0", b"\x00\x00\x00\x01\x0c\xf0", "ts"),
        {"ts_stream_no_aud": [(number / 25, number / 25 + 0.5) for number in range(150)]},
    ),
    "two programs": (
        copied("-program", "title=a:st=0", "-program", "title=b:st=1", suffix="ts"),
        {"ts_multi_programs": None},
    ),
    "another name of the codec": (
        _replaced(b"avc1", b"H264", "mp4", "-movflags", "+faststart"),
        {"mp4_invalid_codec_fourcc": None},
    ),
    "timecode": (copied("-timecode", "01:00:00:00", suffix="mov"), {"timecode_track_exist": None}),
}


@pytest.mark.parametrize("what", CASES)
def test_problems_of_streams(what: str, good: Path, tmp_path: Path) -> None:
    (suffix, make), expected = CASES[what]
    path = tmp_path / f"clip.{suffix}"
    make(good, path)
    found = report(path, tmp_path / "work", *expected)
    for name, places in expected.items():
        assert found[name]["hit"] is True, (name, found[name])
        if places is not None:
            assert spans(found[name]) == [pytest.approx(place, abs=NEAR_S) for place in places], (name, found[name])


def test_bitrates_out_of_range(good: Path, tmp_path: Path) -> None:
    limits = {"video_bitrate_out_of_range": {"max_kbps": 20}, "audio_bitrate_out_of_range": {"min_kbps": 1000}}
    found = report(good, tmp_path, **limits)
    assert {name: one["hit"] for name, one in found.items() if name != "files"} == dict.fromkeys(limits, True)
    assert spans(found["video_bitrate_out_of_range"]) == [pytest.approx((0, 6), abs=0.1)]


def test_the_good_clip_has_none_of_these(good: Path, tmp_path: Path) -> None:
    names = {name for _, expected in CASES.values() for name in expected}
    found = report(good, tmp_path, *sorted(names))
    assert {name for name in names if found[name]["hit"]} == set()
    unmeasured = {name: found[name]["reason"] for name in names if found[name]["hit"] is None}
    assert unmeasured == {
        "ts_stream_no_aud": "other_container",
        "ts_multi_programs": "other_container",
        # Its rate and channels are in the header of the file alone.
        "audio_sample_rate_changed": "other_codec",
        "audio_channels_changed": "other_codec",
    }
