"""What each kind of odd source comes to, judged by the frames and the sound of the outputs."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import av
import pytest

from clips import Clips
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import MediaError, OutputRejectedError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest, MadeFile
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from odd_clips import ORANGE

Rgb = tuple[int, int, int]
MATRICES = {1: "ITU709", 5: "ITU601", 6: "ITU601", 9: "BT2020"}


def made(source: Path, work_dir: Path, item: JobItem[Any]) -> tuple[MadeFile, ...]:
    request = JobRequest(item.kind, [item], source, "in/clip.mp4", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome.files


def transcode(container: str = "mp4", audio: bool = True, **video: object) -> TranscodeItem:
    sound = {"codec": "aac"} if audio else None
    parameters = {"container": container, "video": {"codec": "h264", "crf": 5, **video}, "audio": sound}
    return TranscodeItem.model_validate({"parameters": parameters})


def picture(format_: str) -> SnapshotByTimeOffsetItem:
    return SnapshotByTimeOffsetItem.model_validate({"parameters": {"format": format_}, "time_offsets": ["0s"]})


def gif() -> AnimatedGraphicItem:
    return AnimatedGraphicItem.model_validate({"parameters": {"fps": 5}, "start_offset_s": 0, "end_offset_s": 0.4})


def seen(path: Path, x: float, y: float = 0.5) -> Rgb:
    """The colour a player shows that heeds the tags."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    matrix = MATRICES.get(frame.colorspace, "ITU601") if frame.format.name.startswith("yuv") else None
    rgb = frame.reformat(format="rgb24", src_colorspace=matrix)
    plane = rgb.planes[0]
    start = int(y * (rgb.height - 1)) * plane.line_size + int(x * (rgb.width - 1)) * 3
    red, green, blue = bytes(plane)[start : start + 3]
    return red, green, blue


def flash_s(path: Path) -> float:
    """When the first white frame shows."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            gray = frame.reformat(format="gray")
            if bytes(gray.planes[0])[gray.planes[0].line_size * 60 + 80] > 128:
                return float(frame.time)
    raise AssertionError("no flash")


def beep_s(path: Path) -> float:
    """When the sound is first loud."""
    resampler = av.AudioResampler(format="s16", layout="mono")
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = memoryview(bytes(resampler.resample(frame)[0].planes[0])).cast("h")[: frame.samples]
            if (at := next((i for i, value in enumerate(samples) if abs(value) > 3000), None)) is not None:
                assert frame.time is not None
                return frame.time + at / frame.sample_rate
    raise AssertionError("no beep")


LATE = [
    "flash_and_beep",
    "sound_starts_late",
    "sound_starts_late_in_matroska",
    "clock_begins_late_in_matroska",
    "picture_starts_late",
    "sound_with_a_hole",
    "starts_at_ten_hours",
    "clock_jumps",
    "cut_by_edit_list",
]


class TestTime:
    @pytest.mark.grid
    @pytest.mark.parametrize("container", ["mp4", "hls", "ts"])
    @pytest.mark.parametrize("name", LATE)
    def test_the_beep_comes_with_the_flash(self, clips: Clips, tmp_path: Path, name: str, container: str) -> None:
        source = getattr(clips, name)
        files = made(source, tmp_path, transcode(container))
        output = files[0].path if container != "hls" else files[1].path
        assert beep_s(output) - flash_s(output) == pytest.approx(0, abs=0.05)
        assert files[0].info.duration_s == pytest.approx(probe(source).duration_s, abs=0.15)

    @pytest.mark.parametrize("name", ["sound_starts_late", "picture_starts_late"])
    def test_both_streams_begin_at_the_start(self, clips: Clips, tmp_path: Path, name: str) -> None:
        """Not every player heeds a gap at the start; some play the later stream at once."""
        info = made(getattr(clips, name), tmp_path, transcode())[0].info
        assert (info.video.start_s, info.audio[0].start_s) == (0, 0)

    def test_a_clock_that_jumps_does_not_count_as_time(self, clips: Clips) -> None:
        info = probe(clips.clock_jumps)
        assert info.duration_s == pytest.approx(6, abs=0.1)
        assert info.video.duration_s == pytest.approx(6, abs=0.1)

    def test_a_header_that_counts_from_zero_does_not_make_a_late_clock_longer(self, clips: Clips) -> None:
        assert probe(clips.clock_begins_late_in_matroska).duration_s == pytest.approx(3, abs=0.1)

    def test_what_an_edit_list_hides_stays_hidden(self, clips: Clips, tmp_path: Path) -> None:
        output = made(clips.cut_by_edit_list, tmp_path, transcode())[0].path
        assert flash_s(output) == pytest.approx(0.8, abs=0.05)

    def test_late_streams_are_measured(self, clips: Clips) -> None:
        assert probe(clips.sound_starts_late).audio[0].start_s == pytest.approx(1, abs=0.05)
        assert probe(clips.picture_starts_late).video.start_s == pytest.approx(0.5, abs=0.05)

    @pytest.mark.parametrize("name", ["picture_starts_late", "clock_jumps", "cut_by_edit_list"])
    def test_pictures_are_made_too(self, clips: Clips, tmp_path: Path, name: str) -> None:
        items: list[JobItem[Any]] = [picture("png"), gif()]
        for number, item in enumerate(items):
            assert made(getattr(clips, name), tmp_path / str(number), item)


class TestTracks:
    def test_all_are_listed(self, clips: Clips) -> None:
        tracks = probe(clips.four_sound_tracks).audio
        assert [track.is_default for track in tracks] == [False, False, True, False]
        assert (tracks[1].language, tracks[1].title, tracks[1].channel_layout) == ("fre", "commentaire", "mono")
        assert all(track.codec_string == "mp4a.40.34" and track.bitrate_bps == 64_000 for track in tracks)

    def test_the_default_is_kept(self, clips: Clips, tmp_path: Path) -> None:
        output = made(clips.four_sound_tracks, tmp_path, transcode())[0].path
        assert _pitch_hz(output) == pytest.approx(900, abs=20)

    def test_a_damaged_default_gives_way(self, clips: Clips, tmp_path: Path) -> None:
        assert [track.is_decodable for track in probe(clips.default_sound_is_damaged).audio] == [False, True]
        assert _pitch_hz(made(clips.default_sound_is_damaged, tmp_path, transcode())[0].path) == pytest.approx(440, 20)

    def test_sound_that_nothing_decodes_is_refused(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match=r"audio stream 1 \(flac\) cannot be decoded"):
            made(clips.only_sound_is_damaged, tmp_path / "a", transcode())
        assert made(clips.only_sound_is_damaged, tmp_path / "b", transcode(audio=False))

    def test_a_data_track_is_left_out(self, clips: Clips, tmp_path: Path) -> None:
        info = made(clips.data_track, tmp_path, transcode())[0].info
        assert (info.video.codec, len(info.audio)) == ("h264", 1)


def _pitch_hz(path: Path) -> float:
    """Half the zero crossings per second."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
    with av.open(str(path)) as container:
        data = b"".join(
            bytes(r.planes[0])[: r.samples * 2] for f in container.decode(audio=0) for r in resampler.resample(f)
        )
    samples = memoryview(data[48_000:144_000]).cast("h")
    crossings = sum((a < 0) != (b < 0) for a, b in itertools.pairwise(samples))
    return crossings / 2 / (len(samples) / 48_000)


class TestColour:
    @pytest.mark.grid
    @pytest.mark.parametrize("item", [transcode(), picture("png"), picture("jpg"), picture("webp"), gif()])
    @pytest.mark.parametrize("name", ["untagged_hd", "untagged_sd", "tagged_601_hd", "full_range", "bt2020_sdr", "rgb"])
    def test_orange_stays_orange(self, clips: Clips, tmp_path: Path, name: str, item: JobItem[Any]) -> None:
        output = made(getattr(clips, name), tmp_path, item)[0].path
        assert seen(output, 0.5) == pytest.approx(ORANGE, abs=9)

    @pytest.mark.parametrize(
        ("name", "family"),
        [
            ("untagged_hd", "bt709"),
            ("untagged_sd", "smpte170m"),
            ("tagged_601_hd", "smpte170m"),
            ("bt2020_sdr", "bt709"),
            ("rgb", "bt709"),
            ("hdr10", "bt709"),
        ],
    )
    def test_outputs_carry_every_tag(self, clips: Clips, tmp_path: Path, name: str, family: str) -> None:
        """A player guesses by the size where a tag lacks, and the output has another size than the source."""
        video = made(getattr(clips, name), tmp_path, transcode(height=128))[0].info.video
        assert (video.color_primaries, video.color_transfer, video.color_matrix) == (family,) * 3
        assert (video.color_range, video.hdr) == ("tv", "")

    @pytest.mark.grid
    @pytest.mark.parametrize("item", [transcode(), picture("png"), gif()])
    @pytest.mark.parametrize("name", ["transparent", "transparent_vp8", "transparent_vp9"])
    def test_transparency_is_over_black(self, clips: Clips, tmp_path: Path, name: str, item: JobItem[Any]) -> None:
        assert probe(getattr(clips, name)).video.has_alpha
        output = made(getattr(clips, name), tmp_path, item)[0].path
        assert seen(output, 0.25) == pytest.approx(ORANGE, abs=12)
        assert max(seen(output, 0.75)) < 5

    @pytest.mark.grid
    @pytest.mark.parametrize("item", [transcode(), transcode(height=128), picture("jpg"), gif()])
    @pytest.mark.parametrize(("name", "grey"), [("hdr10", 156), ("hlg", 123), ("untagged_pq", 156)])
    def test_hdr_is_tone_mapped(self, clips: Clips, tmp_path: Path, name: str, grey: int, item: JobItem[Any]) -> None:
        """Left as it is, PQ's 100 nits would be 127 of 255 and its 1000 nits 192: washed out."""
        output = made(getattr(clips, name), tmp_path, item)[0].path
        assert seen(output, 0.3) == pytest.approx((grey,) * 3, abs=6)
        assert min(seen(output, 0.9)) > 245

    @pytest.mark.parametrize(("name", "hdr"), [("hdr10", "HDR10"), ("hlg", "HLG")])
    @pytest.mark.parametrize("codec", ["h265", "av1", "vp9"])
    def test_hdr_is_kept(self, clips: Clips, tmp_path: Path, name: str, hdr: str, codec: str) -> None:
        form = "webm" if codec == "vp9" else "mp4"
        item = transcode(form, audio=False, codec=codec, hdr="keep", bit_depth=10, height=128, crf=30)
        file = made(getattr(clips, name), tmp_path, item)[0]
        video = file.info.video
        assert (video.hdr, video.bit_depth, video.color_matrix) == (hdr, 10, "bt2020nc")
        with av.open(str(file.path)) as container:
            frame = next(container.decode(video=0))
        assert frame.side_data.get("MASTERING_DISPLAY_METADATA") is not None
        assert frame.side_data.get("CONTENT_LIGHT_LEVEL") is not None

    def test_tone_mapped_outputs_lose_the_light_levels(self, clips: Clips, tmp_path: Path) -> None:
        with av.open(str(made(clips.hdr10, tmp_path, transcode(codec="h265"))[0].path)) as container:
            frame = next(container.decode(video=0))
        assert frame.side_data.get("MASTERING_DISPLAY_METADATA") is None


def test_a_variable_frame_rate_is_known(clips: Clips) -> None:
    files = (clips.vfr, clips.clock_rate, clips.plain, clips.rotated_90, clips.transport_stream)
    assert [probe(file).video.is_vfr for file in files] == [True, True, False, False, False]


class TestInterlaced:
    def test_it_is_known(self, clips: Clips) -> None:
        assert probe(clips.interlaced).video.is_interlaced
        assert not probe(clips.plain).video.is_interlaced

    def test_frames_are_whole(self, clips: Clips, tmp_path: Path) -> None:
        """A moving bar is a comb where two fields show at once."""
        whole = made(clips.interlaced, tmp_path / "a", transcode(audio=False))[0]
        combed = made(clips.interlaced, tmp_path / "b", transcode(audio=False, deinterlace="off"))[0]
        assert _comb(whole.path) < _comb(combed.path) / 4
        assert whole.info.video.fps == 25


def _comb(path: Path) -> int:
    """How often a line differs from both its neighbours, which are alike."""
    with av.open(str(path)) as container:
        frame = list(container.decode(video=0))[10].reformat(format="gray")
    plane = frame.planes[0]
    data, step = bytes(plane), plane.line_size
    found = 0
    for y in range(20, frame.height - 20):
        for x in range(0, frame.width, 2):
            above, here, below = (data[(y + d) * step + x] for d in (-1, 0, 1))
            found += abs(above - below) < 20 and abs(here - above) > 80
    return found


class TestQuality:
    @pytest.mark.parametrize("name", ["rotated_90", "plain", "picture_starts_late", "interlaced", "hdr10"])
    def test_a_good_encode_passes_and_is_measured(self, clips: Clips, tmp_path: Path, name: str) -> None:
        item = transcode(vmaf_floor=80, fps=20, width=200, height=200)
        assert 80 <= made(getattr(clips, name), tmp_path, item)[0].vmaf <= 100

    @pytest.mark.parametrize("container", ["mkv", "hls", "ts"])
    def test_containers_with_clocks_of_their_own(self, clips: Clips, tmp_path: Path, container: str) -> None:
        assert made(clips.moving, tmp_path, transcode(container, vmaf_floor=90))[0].vmaf > 90

    def test_a_bad_encode_is_rejected(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(OutputRejectedError, match=r"VMAF \d+(\.\d+)?, below the required 90"):
            made(clips.moving, tmp_path, transcode(vmaf_floor=90, crf=48))

    def test_nothing_is_measured_unasked(self, clips: Clips, tmp_path: Path) -> None:
        assert made(clips.plain, tmp_path, transcode())[0].vmaf is None
