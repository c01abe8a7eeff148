"""Every system preset, encoded from a short clip and read back: the table is what the vendor promises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import av
import m3u8
import pytest

from clip_making import encode
from media_workflows.domain.jobs import MEDIA_KINDS
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.templates import PRESETS
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest, MadeFile
from media_workflows.naming import output_key
from media_workflows.settings import Settings

SECONDS = 3
LARGE = 480  # lines; of what is made larger, LARGE_SECONDS are enough
LARGE_SECONDS = 1
# Lines that `make test` encodes with every preset of MP4; above, one preset of each codec. In the other containers it
# encodes up to LARGE: what is larger has the picture of MP4 and the container of the smaller.
LARGEST = 720
ABOVE = {100_040, 540}


class Wanted(NamedTuple):
    """One transcode preset: container, short edge (0 = the source's), codec, profile, fps, kbit/s; audio alike."""

    container: str
    height: int
    video: str
    profile: str
    fps: int
    video_kbps: int
    audio: str
    audio_kbps: int


def _h264(container: str, height: int, kbps: int, audio_kbps: int, fps: int = 25) -> Wanted:
    return Wanted(container, height, "h264", "High", fps, kbps, "aac", audio_kbps)


HEIGHTS = {10: 360, 20: 540, 30: 720, 40: 1080, 70: 1440, 80: 2160}
RATES = {10: (400, 64), 20: (1000, 64), 30: (1800, 128), 40: (2500, 128), 70: (3000, 160), 80: (6000, 160)}
OLD_HEIGHTS = {10: 240, 20: 480, 30: 720, 40: 1080, 70: 1440, 80: 2160}
OLD_RATES = {10: 256, 20: 512, 30: 1024, 40: 2500, 70: 3072, 80: 6144}
FLV_IDS = {10: 10046, 20: 10047, 30: 10048, 40: 10049, 70: 370, 80: 380}

TRANSCODES: dict[int, Wanted] = {
    **{100_000 + s: _h264("mp4", h, *RATES[s]) for s, h in HEIGHTS.items()},
    **{100_200 + s: _h264("hls", h, *RATES[s]) for s, h in HEIGHTS.items()},
    **{100_800: _h264("mp4", 0, 0, 128), 100_810: _h264("mp4", 360, 0, 64), 100_820: _h264("mp4", 540, 0, 64)},
    **{100_830: _h264("mp4", 720, 0, 128), 100_840: _h264("mp4", 1080, 0, 128)},
    **{s: _h264("mp4", h, OLD_RATES[s], 48, 24) for s, h in OLD_HEIGHTS.items()},
    **{200 + s: _h264("hls", h, OLD_RATES[s], 48, 24) for s, h in OLD_HEIGHTS.items()},
    **{FLV_IDS[s]: _h264("flv", h, OLD_RATES[s], 48, 24) for s, h in OLD_HEIGHTS.items()},
    **{
        base + s: Wanted(container, h, "hevc", "Main", 24, OLD_RATES[s], "aac", 48)
        for base, container in ((500, "mp4"), (600, "hls"), (700, "flv"))
        for s, h in OLD_HEIGHTS.items()
    },
    **{
        id_: Wanted("m4a", 0, "", "", 0, 0, "aac", kbps)
        for id_, kbps in zip(range(1100, 1150, 10), (24, 48, 96, 192, 256), strict=True)
    },
    **{id_: Wanted("mp3", 0, "", "", 0, 0, "mp3", kbps) for id_, kbps in ((1010, 128), (1020, 320))},
    **{
        id_: Wanted(c, 0, "copy", "", 0, 0, "copy", 0)
        for id_, c in ((875, "mp4"), (9, "mp4"), (876, "hls"), (6, "hls"))
    },
}
FORMATS = {"mp4": "mov", "m4a": "mov", "hls": "hls", "flv": "flv", "mp3": "mp3"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s, 320x180 at 30 fps: a small thing crosses a still picture, so that 4K costs little."""
    return small_clip(tmp_path_factory.mktemp("presets") / "source.mp4", "320x180")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first second of it."""
    return small_clip(tmp_path_factory.mktemp("presets") / "second.mp4", "320x180", LARGE_SECONDS)


def small_clip(path: Path, size: str, seconds: int = SECONDS, fps: int = 30) -> Path:
    ground = ["-f", "lavfi", "-i", f"color=gray:size={size}:rate={fps}:duration={seconds}"]
    mover = ["-f", "lavfi", "-i", f"color=red:size=20x20:rate={fps}:duration={seconds}"]
    picture = [*ground, *mover, "-filter_complex", "[0][1]overlay=x='mod(n*4,300)':y=80[v]", "-map", "[v]", "-map", "2"]
    sound = ["-f", "lavfi", "-i", f"anoisesrc=color=pink:sample_rate=48000:amplitude=0.3:duration={seconds}"]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-g", "30", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    encode(*picture[:8], *sound, *picture[8:], *coded, str(path))
    return path


def made(item: JobItem[Any], source: Path, work_dir: Path) -> ItemOutcome:
    request = JobRequest(item.kind, [item], source, "in/my clip.mov", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


def key_of(file: MadeFile) -> str:
    return output_key(file.pattern, "out/", "in/my clip.mov", dict(file.variables))


def test_the_table_is_complete() -> None:
    others = {"snapshot_by_time_offset": {10}, "sample_snapshot": {10}, "image_sprite": {10}}
    others |= {"animated_graphic": {20000, 20001}, "adaptive_dynamic_streaming": {10}}
    others |= {"quality_control": {10, 20, 40}}  # they make no media: test_quality_control.py
    known = {(kind, id_) for kind, ids in others.items() for id_ in ids}
    encoding = {(kind, id_) for kind, id_ in PRESETS if kind in MEDIA_KINDS}
    assert encoding == known | {("transcode", id_) for id_ in TRANSCODES}


@pytest.mark.parametrize("id_", TRANSCODES)
def test_a_transcode_preset_has_the_parameters_of_the_table(id_: int) -> None:
    """Of every preset; the test below encodes with them."""
    wanted, parameters = TRANSCODES[id_], PRESETS["transcode", id_].parameters
    assert isinstance(parameters, TranscodeParameters)
    video, audio = parameters.video, parameters.audio
    codec = {"h265": "hevc"}.get(video.codec, video.codec) if video else ""
    assert (parameters.container, codec) == (wanted.container, wanted.video)
    if video and wanted.video != "copy":
        assert (video.height, video.fps, video.bitrate_kbps) == (wanted.height, wanted.fps, wanted.video_kbps)
        assert (video.crf is None) == bool(wanted.video_kbps)
    assert audio is not None
    assert (audio.codec, audio.bitrate_kbps) == (wanted.audio, wanted.audio_kbps)


def _left_to_full(id_: int, wanted: Wanted) -> bool:
    return wanted.height > (LARGEST if wanted.container == "mp4" else LARGE) and id_ not in ABOVE


@pytest.mark.parametrize(
    "id_",
    [
        pytest.param(id_, marks=pytest.mark.full) if _left_to_full(id_, wanted) else id_
        for id_, wanted in TRANSCODES.items()
    ],
)
def test_transcode(id_: int, source: Path, second: Path, tmp_path: Path) -> None:
    wanted = TRANSCODES[id_]
    clip, seconds = (second, LARGE_SECONDS) if wanted.height > LARGE else (source, SECONDS)
    main, *segments = made(TranscodeItem(template=id_), clip, tmp_path).files
    suffix = {"hls": "m3u8"}.get(wanted.container, wanted.container)
    assert key_of(main) == f"out/my clip_transcode_{id_}.{suffix}"
    assert bool(segments) == (wanted.container == "hls")
    is_fmp4 = wanted.container == "hls" and wanted.video == "hevc"  # players of HLS take H.265 in no other form
    ends = ["init.mp4", *(f"{n}.m4s" for n in range(len(segments)))] if is_fmp4 else [f"{n}.ts" for n in range(9)]
    assert [key_of(one) for one in segments] == [f"out/my clip_transcode_{id_}_{end}" for end in ends[: len(segments)]]
    assert main.info is not None
    assert main.info.duration_s == pytest.approx(seconds, abs=0.2)
    first = _played(segments, tmp_path, is_fmp4) if segments else main.path
    with av.open(str(first)) as container:
        in_segments = "mov" if is_fmp4 else "mpegts"
        assert container.format.name.split(",")[0] == (in_segments if segments else FORMATS[wanted.container])
        check_video(container, wanted, seconds)
        check_audio(container, wanted)
    if wanted.video not in ("", "copy"):
        has_gop = PRESETS["transcode", id_].name.endswith("(old)") and wanted.container != "hls"
        check_rate_control(_told(first), wanted, has_gop)


def _played(segments: Sequence[MadeFile], directory: Path, is_fmp4: bool) -> Path:
    """The first segment as a player gets it: a fragment of MP4 behind its initialisation."""
    if not is_fmp4:
        return segments[0].path
    path = directory / "played.mp4"
    path.write_bytes(segments[0].path.read_bytes() + segments[1].path.read_bytes())
    return path


def check_video(container: av.container.InputContainer, wanted: Wanted, seconds: int) -> None:
    if not wanted.video:
        assert not container.streams.video
        return
    (stream,) = container.streams.video
    context = stream.codec_context
    frames = [frame for frame in container.decode(stream) if frame is not None]
    if wanted.video == "copy":
        assert (context.name, context.width, context.height, len(frames)) == ("h264", 320, 180, seconds * 30)
        return
    height = wanted.height or 180
    assert (context.name, context.profile, context.height) == (wanted.video, wanted.profile, height)
    assert context.width == round(height * 16 / 9 / 2) * 2
    assert len(frames) == seconds * wanted.fps
    assert frames[0].format.name == "yuv420p"


def check_audio(container: av.container.InputContainer, wanted: Wanted) -> None:
    (stream,) = container.streams.audio
    context = stream.codec_context
    container.seek(0)
    packets = [packet for packet in container.demux(stream) if packet.size]
    seconds = sum(float(packet.duration or 0) * float(packet.time_base or 0) for packet in packets)
    kbps = sum(packet.size for packet in packets) * 8 / seconds / 1000
    if wanted.audio == "copy":
        assert (context.codec.canonical_name, context.sample_rate) == ("aac", 48_000)
        return
    assert context.codec.canonical_name == wanted.audio
    assert (context.sample_rate, context.channels) == (44_100, 2)
    assert kbps == pytest.approx(wanted.audio_kbps, rel=0.15)


def _told(path: Path) -> bytes:
    """The codec's head and the first picture: in a transport stream, the file itself has packet heads in between."""
    with av.open(str(path)) as container:
        head = container.streams.video[0].codec_context.extradata or b""
        return head + bytes(next(iter(container.demux(video=0))))


def check_rate_control(data: bytes, wanted: Wanted, has_gop: bool) -> None:
    """x264 and x265 write their options into the stream."""
    written = data.replace(b"-", b"_")  # the two spell their options differently
    if not wanted.video_kbps:
        assert b"rc=crf" in written
        assert b"crf=26.0" in written
        return
    assert b"rc=abr" in written
    assert re.search(rb"\bbitrate=%d\b" % wanted.video_kbps, written)
    assert re.search(rb"vbv_maxrate=%d\b" % round(wanted.video_kbps * 1.5), written)
    if has_gop:
        assert b"keyint=240 " in written


REAL: dict[str, dict[str, Any]] = {
    "h264": {"template": 100080},
    "h265": {"template": 580},
    "av1": {"parameters": {"container": "mp4", "video": {"codec": "av1", "width": 3840, "height": 2160, "crf": 40}}},
    "vp9": {"parameters": {"container": "webm", "video": {"codec": "vp9", "width": 3840, "height": 2160, "crf": 40}}},
}


@pytest.mark.full
@pytest.mark.real_presets
@pytest.mark.parametrize("codec", REAL)
def test_2160p_with_the_preset_that_users_get(codec: str, source: Path, tmp_path: Path) -> None:
    (file,) = made(TranscodeItem.model_validate(REAL[codec]), source, tmp_path).files
    assert file.info is not None
    assert file.info.video is not None
    assert (file.info.video.height, file.info.duration_s) == (2160, pytest.approx(SECONDS, abs=0.2))


def test_remux_copies_the_bytes(source: Path, tmp_path: Path) -> None:
    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    (file,) = made(TranscodeItem(template=875), source, tmp_path).files
    assert packets(file.path) == packets(source)


def test_snapshot_by_time_offset_10(source: Path, tmp_path: Path) -> None:
    item = SnapshotByTimeOffsetItem(template=10, time_offsets=["1s", "50%"])
    files = made(item, source, tmp_path).files
    assert [key_of(file) for file in files] == [f"out/my clip_snapshotByTimeOffset_10_{n}.jpg" for n in (0, 1)]
    assert [file.time_offset_s for file in files] == [1, SECONDS / 2]
    assert {picture_of(file) for file in files} == {("mjpeg", 320, 180)}


def test_sample_snapshot_10(source: Path, tmp_path: Path) -> None:
    files = made(SampleSnapshotItem(template=10), source, tmp_path).files
    assert [key_of(file) for file in files] == [f"out/my clip_sampleSnapshot_10_{n}.jpg" for n in range(10)]
    assert [file.time_offset_s for file in files] == pytest.approx([n * SECONDS / 10 for n in range(10)], abs=0.02)
    assert {picture_of(file) for file in files} == {("mjpeg", 320, 180)}


@pytest.mark.parametrize(("id_", "format_", "size"), [(20000, "gif", (320, 180)), (20001, "webp", (320, 180))])
def test_animated_graphic(id_: int, format_: str, size: tuple[int, int], source: Path, tmp_path: Path) -> None:
    (file,) = made(AnimatedGraphicItem(template=id_, end_offset_s=2), source, tmp_path).files
    assert key_of(file) == f"out/my clip_animatedGraphic_{id_}.{format_}"
    assert file.info is not None
    assert file.info.video is not None
    assert (file.info.video.codec, file.info.video.width, file.info.video.height) == (format_, *size)
    assert file.info.duration_s == pytest.approx(2, abs=0.1)
    assert file.info.video.fps == pytest.approx(2, abs=0.1)


def test_image_sprite_10(source: Path, tmp_path: Path) -> None:
    sheet, vtt = made(ImageSpriteItem(template=10), source, tmp_path).files
    assert [key_of(file) for file in (sheet, vtt)] == [f"out/my clip_imageSprite_10{end}" for end in ("_0.jpg", ".vtt")]
    assert picture_of(sheet) == ("mjpeg", 1420, 800)  # 10 x 10 of 142x80
    assert "00:00:00.000 --> 00:00:03.000\nmy%20clip_imageSprite_10_0.jpg#xywh=0,0,142,80\n" in vtt.path.read_text()


RUNGS = [(426, 240, 256), (854, 480, 512), (1280, 720, 512), (1920, 1080, 1024), (2560, 1440, 3072), (3840, 2160, 6144)]


@pytest.mark.parametrize("size", ["1280x720", pytest.param("3840x2160", marks=pytest.mark.full)])
def test_adaptive_dynamic_streaming_10(tmp_path: Path, size: str) -> None:
    source = small_clip(tmp_path / "source.mp4", size, LARGE_SECONDS, fps=12)
    rungs = [rung for rung in RUNGS if rung[1] <= int(size.partition("x")[2])]
    files = made(AdaptiveDynamicStreamingItem(template=10), source, tmp_path / "work").files
    by_key = {key_of(file): file.path for file in files}
    stem = "out/my clip_adaptiveDynamicStreaming_10"
    playlists = {f"{stem}_{n}.m3u8": f"{stem}_{n}_0.ts" for n in range(len(rungs))}
    assert set(by_key) == {f"{stem}.m3u8", *playlists, *playlists.values()}
    master = m3u8.load(str(by_key[f"{stem}.m3u8"]))
    assert [playlist.stream_info.resolution for playlist in master.playlists] == [rung[:2] for rung in rungs]
    for segment, (_, height, kbps) in zip(playlists.values(), rungs, strict=True):
        wanted = _h264("hls", height, kbps, 48, 24)
        with av.open(str(by_key[segment])) as container:
            assert container.format.name == "mpegts"
            check_video(container, wanted, LARGE_SECONDS)
            check_audio(container, wanted)
        check_rate_control(_told(by_key[segment]), wanted, has_gop=False)


def picture_of(file: MadeFile) -> tuple[str, int, int]:
    with av.open(str(file.path)) as container:
        frame = next(container.decode(video=0))
        return container.streams.video[0].codec_context.codec.canonical_name, frame.width, frame.height
