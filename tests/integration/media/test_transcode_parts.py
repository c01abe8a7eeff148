"""Parts of the source, clips joined to it, several tracks, fills and pixel shapes: judged by frames and packets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import encode
from clips import Clips
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import ExtraObjectError, InvalidOffsetError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest, MadeFile
from media_workflows.settings import Settings

FAST = {"codec": "h264", "crf": 12}


def outcome(source: Path, work_dir: Path, extra: dict[str, Path] | None = None, **fields: Any) -> ItemOutcome:
    parameters = {"container": "mp4", "video": FAST, "audio": {}} | fields.pop("parameters", {})
    item = TranscodeItem.model_validate({"parameters": parameters, **fields})
    request = JobRequest("transcode", [item], source, "in/a.mp4", work_dir, extra or {})
    made = run_job(request, lambda _: None, Settings())
    return made.items[0]


def made(source: Path, work_dir: Path, extra: dict[str, Path] | None = None, **fields: Any) -> MadeFile:
    result = outcome(source, work_dir, extra, **fields)
    if result.error:
        raise result.error
    return result.files[0]


def lumas(path: Path) -> list[int]:
    """The brightness of the middle of each frame."""
    with av.open(str(path)) as container:
        planes = [(frame.planes[0], frame) for frame in container.decode(video=0)]
        return [bytes(plane)[frame.height // 2 * plane.line_size + frame.width // 2] for plane, frame in planes]


def rgb(path: Path, x: float, y: float) -> tuple[int, int, int]:
    """The colour of the first frame at shares of its width and height."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0)).reformat(format="rgb24")
    start = int(y * (frame.height - 1)) * frame.planes[0].line_size + int(x * (frame.width - 1)) * 3
    return tuple(bytes(frame.planes[0])[start : start + 3])  # type: ignore[return-value]


class TestParts:
    @pytest.mark.parametrize(
        ("start_s", "end_s", "first", "count"),
        [(0.4, 1.2, 56, 20), (-0.8, 0, 136, 20), (0, -1.6, 16, 10), (1, -0.2, 116, 20)],
    )
    def test_offsets_also_from_the_end(
        self, clips: Clips, tmp_path: Path, start_s: float, end_s: float, first: int, count: int
    ) -> None:
        file = made(clips.counting, tmp_path, start_offset_s=start_s, end_offset_s=end_s)
        seen = lumas(file.path)
        assert abs(seen[0] - first) <= 2  # frame n has luma 16 + 4 n
        assert len(seen) == count
        assert file.info is not None
        assert file.info.duration_s == pytest.approx(count / 25, abs=0.05)

    def test_the_way_without_jumps_gives_the_same(self, clips: Clips, tmp_path: Path) -> None:
        file = made(clips.transport_stream, tmp_path, start_offset_s=0.5, end_offset_s=1.5)
        assert file.info is not None
        assert file.info.duration_s == pytest.approx(1, abs=0.15)
        assert file.info.audio

    def test_a_copy_is_cut_without_encoding(self, clips: Clips, tmp_path: Path) -> None:
        copy = {"video": {"codec": "copy"}, "audio": {"codec": "copy", "channels": 0}}
        file = made(clips.plain, tmp_path, parameters=copy, start_offset_s=1)
        assert file.info is not None
        assert file.info.duration_s == pytest.approx(1, abs=0.1)

    @pytest.mark.parametrize("container", ["mp4", "hls"])
    def test_one_frame_a_second_of_half_a_second(self, clips: Clips, tmp_path: Path, container: str) -> None:
        assert made(clips.short, tmp_path, parameters={"video": {**FAST, "fps": 1}, "container": container}).info

    def test_a_part_behind_the_end(self, clips: Clips, tmp_path: Path) -> None:
        error = outcome(clips.plain, tmp_path, start_offset_s=5).error
        assert isinstance(error, InvalidOffsetError)
        assert "start_offset_s and end_offset_s" in str(error)


class TestJoining:
    def test_head_and_tail_of_other_sizes_and_without_sound(self, clips: Clips, tmp_path: Path) -> None:
        extra = {"intro.mp4": clips.rotated_90, "outro.mp4": clips.no_audio}
        file = made(clips.counting, tmp_path, extra, head=["intro.mp4"], tail=["outro.mp4"])
        assert file.info is not None
        assert file.info.duration_s == pytest.approx(6, abs=0.2)
        assert (file.info.video.width, file.info.video.height) == (160, 120)
        assert file.info.audio  # only the intro has sound; the rest is silent
        seen = lumas(file.path)
        assert len(seen) == 150
        assert abs(seen[50] - 16) <= 2  # the source begins where the intro ends
        assert rgb(file.path, 0.02, 0.5) == pytest.approx((0, 0, 0), abs=12)  # a portrait intro has bars

    def test_a_part_is_joined(self, clips: Clips, tmp_path: Path) -> None:
        file = made(clips.plain, tmp_path, {"x": clips.plain}, head=["x"], start_offset_s=1)
        assert file.info is not None
        assert file.info.duration_s == pytest.approx(3, abs=0.2)

    def test_sound_alone_is_joined(self, clips: Clips, tmp_path: Path) -> None:
        parameters = {"container": "m4a", "video": None}
        file = made(clips.audio_only, tmp_path, {"x": clips.plain}, parameters=parameters, tail=["x"])
        assert file.info is not None
        assert (file.info.video, round(file.info.duration_s)) == (None, 4)

    def test_a_clip_that_is_not_there_is_named(self, clips: Clips, tmp_path: Path) -> None:
        error = outcome(clips.plain, tmp_path, {"x": clips.text}, head=["x"]).error
        assert isinstance(error, ExtraObjectError)
        assert "'x', which this job names, is not a readable media file" in str(error)

    def test_a_clip_without_picture_does_not_fit_a_film(self, clips: Clips, tmp_path: Path) -> None:
        error = outcome(clips.plain, tmp_path, {"x": clips.audio_only}, head=["x"]).error
        assert "'x' has no video" in str(error)


class TestTracks:
    @pytest.fixture
    def two_tracks(self, tmp_path: Path) -> Path:
        path = tmp_path / "two_tracks.mkv"
        tones = [f"sine=frequency={hz}:duration=2" for hz in (300, 900)]
        inputs = [part for tone in tones for part in ("-f", "lavfi", "-i", tone)]
        labels = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=zho"]
        maps = ["-map", "0", "-map", "1", "-map", "2"]
        picture = ["-f", "lavfi", "-i", "color=red:s=160x120:d=2"]
        encode(*picture, *inputs, *maps, "-c:v", "libx264", "-c:a", "aac", *labels, str(path))
        return path

    @pytest.mark.parametrize(("tracks", "languages"), [("main", ["eng"]), ("all", ["eng", "zho"])])
    def test_main_or_all(self, two_tracks: Path, tmp_path: Path, tracks: str, languages: list[str]) -> None:
        file = made(two_tracks, tmp_path / "w", parameters={"audio": {"tracks": tracks}})
        with av.open(str(file.path)) as container:
            assert [stream.language for stream in container.streams.audio] == languages

    def test_labels(self, clips: Clips, tmp_path: Path) -> None:
        file = made(
            clips.plain, tmp_path, parameters={"audio": {"language": "zho", "name": "中文"}, "container": "mkv"}
        )
        with av.open(str(file.path)) as container:
            (stream,) = container.streams.audio
            assert (stream.language, stream.metadata["title"]) == ("zho", "中文")

    def test_a_name_that_quicktime_mangles_is_no_error(self, clips: Clips, tmp_path: Path) -> None:
        """MOV cuts some names in the middle of a letter: the output plays all the same."""
        assert made(clips.plain, tmp_path, parameters={"audio": {"name": "°"}, "container": "mov"}).info is not None


class TestFills:
    def size(self, fill_type: str, **more: object) -> dict[str, object]:
        return {"video": {**FAST, "width": 320, "height": 128, "fill_type": fill_type, **more}}

    @pytest.mark.parametrize("fill_type", ["black", "white", "gauss", "crop", "stretch"])
    def test_bars(self, clips: Clips, tmp_path: Path, fill_type: str) -> None:
        """The source, red above blue, is 4:3 in a frame of 5:2."""
        path = made(clips.plain, tmp_path, parameters=self.size(fill_type)).path
        beside = rgb(path, 0.03, 0.3)
        wanted = {"black": (0, 0, 0), "white": (255, 255, 255)}.get(fill_type, (250, 0, 0))
        assert beside == pytest.approx(wanted, abs=60)
        assert rgb(path, 0.5, 0.3) == pytest.approx((250, 0, 0), abs=20)
        assert rgb(path, 0.5, 0.7) == pytest.approx((0, 0, 250), abs=20)

    def test_wide_pixels_keep_the_shape_on_the_screen(self, clips: Clips, tmp_path: Path) -> None:
        info = made(clips.plain, tmp_path, parameters={"video": {**FAST, "height": 240, "sar": "4:3"}}).info
        assert info is not None
        assert info.video is not None
        assert (info.video.width, info.video.height) == (240, 240)
        assert (info.video.display_width, info.video.display_height) == (320, 240)
