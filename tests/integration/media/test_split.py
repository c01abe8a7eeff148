"""A rendition made of chunks against the one of a single encode: frames, times and samples, as PyAV reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from chunk_encodes import InChunks
from clip_making import encode
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.notice import Notice
from media_workflows.errors import LimitExceededError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.failure import failure
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs import transcode
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.request import Divide, ItemOutcome, JobRequest, MakeDivided
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.transcode import TranscodeChunks
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.settings import Settings
from split_clips import SplitClips, each_kind

H264 = {"codec": "h264", "crf": 16, "gop_s": 1}
CHUNK_S = 2.0
_REPEATED = 1.0  # below it, a picture is the same one, shown again

Luma = np.ndarray[Any, Any]


@pytest.fixture(scope="session")
def split_clips(tmp_path_factory: pytest.TempPathFactory) -> SplitClips:
    return SplitClips(tmp_path_factory.mktemp("split_clips"))


@dataclass
class Content:
    """What a file holds."""

    frames: list[tuple[int, int]]  # pts and dts, in decoding order
    tick: str
    key_frames: int
    lumas: list[Luma]
    sound: list[int | None]
    samples: int
    metadata: dict[str, str]


def content(path: Path) -> Content:
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        packets = [packet for packet in container.demux(video) if packet.size]
        tick, metadata = str(video.time_base), dict(container.metadata)
    with av.open(str(path)) as container:
        lumas = [frame.to_ndarray(format="gray").astype(np.int16) for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        sound = [packet.pts for packet in container.demux(audio=0) if packet.size] if container.streams.audio else []
    with av.open(str(path)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0)) if container.streams.audio else 0
    frames = [(packet.pts or 0, packet.dts or 0) for packet in packets]
    keys = sum(packet.is_keyframe for packet in packets)
    return Content(frames, tick, keys, lumas, sound, samples, metadata)


def made(source: Path, work_dir: Path, divide: Divide | None, **fields: Any) -> ItemOutcome:
    parameters = {"container": "mp4", "video": H264, "audio": {}} | fields.pop("parameters", {})
    extra = fields.pop("extra", {})
    item = TranscodeItem.model_validate({"parameters": parameters, **fields})
    work_dir.mkdir(exist_ok=True)
    request = JobRequest("transcode", [item], source, "in/a.mp4", work_dir, extra, divide=divide)
    outcome = run_job(request, lambda _: None, Settings()).items[0]
    if outcome.error:
        raise outcome.error
    return outcome


def require_same_pictures(whole: list[Luma], split: list[Luma]) -> None:
    """Each frame resembles that of the other encode at least twice as much as the nearest other picture beside it."""
    for number, (mine, other) in enumerate(zip(whole, split, strict=True)):
        beside = [difference(mine, whole[at]) for at in range(max(0, number - 2), min(len(whole), number + 3))]
        others = [found for found in beside if found > _REPEATED]
        assert difference(mine, other) < min(others, default=2 * _REPEATED) / 2, f"frame {number}"


def difference(one: Luma, other: Luma) -> float:
    return float(np.abs(one - other).mean())


def require_equal(source: Path, directory: Path, **fields: Any) -> InChunks:
    """Both ways give the same frames at the same times, and the same samples."""
    divide = InChunks(CHUNK_S)
    whole = made(source, directory / "whole", None, **fields)
    split = made(source, directory / "split", divide, **fields)
    assert split.notices == whole.notices
    one, other = content(whole.files[0].path), content(split.files[0].path)
    assert other.tick == one.tick
    assert sorted(pts for pts, _ in other.frames) == sorted(pts for pts, _ in one.frames)
    assert sorted(dts for _, dts in other.frames) == sorted(dts for _, dts in one.frames)
    assert [dts for _, dts in other.frames] == sorted(dts for _, dts in other.frames)
    assert (other.sound, other.samples) == (one.sound, one.samples)
    assert other.metadata == one.metadata
    assert len(other.lumas) == len(one.lumas) == len(one.frames)
    require_same_pictures(one.lumas, other.lumas)
    assert len(divide.chunks) >= 2
    return divide


full = pytest.mark.full


class TestEqual:
    @pytest.mark.parametrize("name", each_kind("vfr", "open_gop"))
    def test_each_kind_of_source(self, split_clips: SplitClips, tmp_path: Path, name: str) -> None:
        require_equal(getattr(split_clips, name), tmp_path)

    @pytest.mark.parametrize(
        ("name", "video"),
        [
            ("ntsc", {"codec": "h264", "crf": 16, "fps": 25}),
            pytest.param("vfr", {"codec": "h264", "bitrate_kbps": 1500, "fps": 29.97}, marks=full),
            pytest.param("hdr", {"codec": "h265", "crf": 18, "hdr": "keep", "bit_depth": 10}, marks=full),
            pytest.param("open_gop", {"codec": "h265", "crf": 8, "gop_frames": 20}, marks=full),
            pytest.param("late_picture", {"codec": "h264", "crf": 16, "fps": 30}, marks=full),
        ],
    )
    def test_other_rates_and_codecs(
        self, split_clips: SplitClips, tmp_path: Path, name: str, video: dict[str, Any]
    ) -> None:
        require_equal(getattr(split_clips, name), tmp_path, parameters={"video": video})

    def test_what_is_drawn_over_the_picture(self, split_clips: SplitClips, tmp_path: Path) -> None:
        """Cues and time ranges count from the start of the file, not of the chunk."""
        (tmp_path / "a.srt").write_text("1\n00:00:01,900 --> 00:00:04,100\nover the edge\n", "utf-8")
        mark = {"mark": {"type": "text", "text": "live", "font_size_px": 30}, "start_offset_s": 3, "end_offset_s": 5}
        mosaic = {"x_pos": "0px", "y_pos": "0px", "width": "40px", "height": "40px", "start_offset_s": 1.5}
        extra = {"a.srt": tmp_path / "a.srt"}
        fields = {"burned_in_subtitles": {"key": "a.srt"}, "watermarks": [mark], "mosaics": [mosaic], "extra": extra}
        require_equal(split_clips.ntsc, tmp_path, **fields)

    @full
    def test_loudness_is_measured_over_the_whole(self, split_clips: SplitClips, tmp_path: Path) -> None:
        require_equal(split_clips.cfr, tmp_path, parameters={"audio": {"loudness_lufs": -23}})


def reasons(outcome: ItemOutcome) -> list[Any]:
    """Why it was made by one encode."""
    return [notice.parameters["reason"] for notice in outcome.notices if notice.code == "NotSplit"]


class TestOneEncode:
    def test_too_few_key_frames(self, split_clips: SplitClips, tmp_path: Path) -> None:
        divide = InChunks(CHUNK_S)
        outcome = made(split_clips.one_key_frame, tmp_path / "one", divide)
        assert reasons(outcome) == ["few_key_frames"]
        assert len(content(outcome.files[0].path).frames) == 150

    def test_a_command_that_fails(self, split_clips: SplitClips, tmp_path: Path) -> None:
        """Its cause is found by the one encode, if it fails, too."""

        def failing(context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided:
            def make(plan: ItemPlan) -> list[Notice]:
                raise failure(1, ["Conversion failed!", "and more of its output"])

            return make

        outcome = made(split_clips.silent, tmp_path, failing, parameters={"audio": None})
        assert len(content(outcome.files[0].path).frames) == 150
        assert reasons(outcome) == ["failed"]
        assert outcome.notices[0].message == (
            "not encoded in chunks: a part of it could not be encoded (Conversion failed!)"
        )
        assert outcome.notices[0].parameters["cause"] == "Conversion failed!"

    def test_limits_of_several_items(self, split_clips: SplitClips, tmp_path: Path) -> None:
        """One while planning leads to one encode. One while encoding is the item's, which is not made once more."""
        alone: list[int] = []

        def divide(context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided | None:
            def at_a_limit(plan: ItemPlan) -> list[Notice]:
                raise LimitExceededError("ffmpeg ran for too long")

            assert isinstance(item, TranscodeItem)
            if item.start_offset_s == 1:
                return at_a_limit
            if item.start_offset_s == 2:
                raise LimitExceededError("the index of frames is too large")
            return None

        def build(context: BuildContext, item: TranscodeItem, index: int) -> ItemPlan:
            alone.extend([] if context.seek else [index])
            return transcode.build(context, item, index)

        parameters = {"container": "mp4", "video": H264}
        items = [
            TranscodeItem.model_validate({"parameters": parameters, "start_offset_s": start_s, "end_offset_s": 3})
            for start_s in (1, 2, 2.5)
        ]
        request = JobRequest("transcode", items, split_clips.silent, "in/a.mp4", tmp_path, divide=divide)
        first, second, third = run_job(request, lambda _: None, Settings(), builder=build).items
        assert isinstance(first.error, LimitExceededError)
        assert alone == []
        assert (second.error, third.error, reasons(second), reasons(third)) == (None, None, ["failed"], [])
        assert "the index of frames is too large" in second.notices[-1].message

    def test_what_verification_rejects(self, split_clips: SplitClips, tmp_path: Path) -> None:
        def short(context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided:
            def make(plan: ItemPlan) -> list[Notice]:
                encode("-i", str(split_clips.silent), "-t", "2", "-c", "copy", str(plan.files[0].path))
                return []

            return make

        outcome = made(split_clips.silent, tmp_path, short, parameters={"audio": None})
        assert len(content(outcome.files[0].path).frames) == 150
        assert reasons(outcome) == ["rejected"]

    def test_a_chunk_with_other_frames_is_refused(self, split_clips: SplitClips, tmp_path: Path) -> None:
        """Here, a file whose index says more than what can be decoded."""
        settings, item = Settings(), TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": H264}})
        context, _ = open_source(split_clips.vfr, tmp_path, settings)
        runner = Runner(ffmpeg_binary(""), ffmpeg_limits(settings, 10), CancelToken())
        encoder = TranscodeChunks(context, item, runner)
        chunk = encoder.chunks(CHUNK_S)[1]
        with pytest.raises(NotSplitError, match="frames, not"):
            encoder.chunk(replace(chunk, count=(chunk.count or 0) + 1))
