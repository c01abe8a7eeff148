"""Which choices are made for a job's items, and which are kept. Nothing is encoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import JobCancelledError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.ffmpeg.limits import ProcessLimits
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Box
from media_workflows.media.jobs.target_vmaf import kept_choice, targets
from media_workflows.media.jobs.target_vmaf.choice import Probe
from media_workflows.media.jobs.target_vmaf.probing import Prober
from media_workflows.media.jobs.target_vmaf.targets import TargetVmaf
from media_workflows.media.source.kept_readings import kept_readings
from media_workflows.media.source.timeline import SourceTimeline
from probed import video_stream

INFO = MediaInfo(container="mov,mp4", duration_s=2, size_bytes=1, bitrate_bps=1, video=video_stream())


class Timeline(SourceTimeline):
    """Of a source that is not there."""

    key_frames_s = bytes_of_seconds = ()  # type: ignore[assignment]


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The crf of each probe encode."""
    crfs: list[int] = []

    def probes(_: Prober, asked: Any) -> dict[Any, Probe]:
        crfs.extend(crf for _, crf in asked.values())
        return {id_: Probe(crf, 116.0 - crf, 100 * rendition.item.resolved_parameters.video.height + 100)
                for id_, (rendition, crf) in asked.items()}  # fmt: skip

    monkeypatch.setattr(Prober, "__call__", probes)
    monkeypatch.setattr(Prober, "on_one_screen", probes)
    monkeypatch.setattr(targets, "vmaf_error", lambda _: None)
    monkeypatch.setattr(kept_choice, "ffmpeg_version", lambda _: "7.1")
    return crfs


def finder(tmp_path: Path) -> TargetVmaf:
    source = tmp_path / "a.mp4"
    context = BuildContext(source, INFO, tmp_path, BUNDLED_FONT)
    return TargetVmaf(context, Timeline(source, INFO), Runner("ffmpeg", ProcessLimits(1, 1, 1, 1), CancelToken()))


def transcode(target: float = 93) -> TranscodeItem:
    parameters = {"container": "mkv", "video": {"target_vmaf": target, "edit": {"black_bars": "crop"}}}
    return TranscodeItem.model_validate({"parameters": parameters})


def ladder() -> AdaptiveDynamicStreamingItem:
    video = {"edit": {"black_bars": "crop"}}
    parameters = {"format": "hls", "ladder": "auto", "streams": [{"video": video}]}
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})


@pytest.mark.parametrize("item", [transcode(), ladder()])
def test_a_choice_is_kept_for_the_same_ffmpeg(
    item: JobItem[Any], tmp_path: Path, probed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_readings({tmp_path / "a.mp4": tmp_path / "kept"}):
        first = finder(tmp_path).resolved({0: item})
        count = len(probed)
        assert count
        assert finder(tmp_path).resolved({0: item}) == first
        assert len(probed) == count
        finder(tmp_path).resolved({0: transcode(80)})
        assert len(probed) > count
        count = len(probed)
        monkeypatch.setattr(kept_choice, "ffmpeg_version", lambda _: "8.0")
        finder(tmp_path).resolved({0: item})
        assert len(probed) > count


def test_a_dry_run_measures_black_bars_as_a_run_does(
    tmp_path: Path, probed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bars of 140 lines: the source has 800 without them. Without trials, nothing is measured."""
    bars = Box(0, 140 / 1080, 1, 940 / 1080)
    monkeypatch.setattr(targets, "BlackBarMeter", lambda context, run: lambda: bars)
    tried, assumed = (finder(tmp_path).foreseen({0: ladder()}, tries) for tries in (True, False))
    assert "800p" in str(tried.notices[0][0].parameters["rungs"])
    assert "1080p" in str(assumed.notices[0][0].parameters["rungs"])


def test_a_measurement_of_black_bars_that_takes_too_long(
    tmp_path: Path, probed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled() -> Box:
        raise JobCancelledError("cancelled")

    monkeypatch.setattr(targets, "BlackBarMeter", lambda context, run: cancelled)
    (notice,) = finder(tmp_path).foreseen({0: ladder()}, tries=True).notices[0]
    assert (notice.code, notice.parameters["reason"]) == ("LadderNotProbed", "took_too_long")


def test_a_ladder_with_targets_gets_no_field_of_transcodes(tmp_path: Path, probed: list[int]) -> None:
    parameters = {"format": "hls", "streams": [{"video": {"target_vmaf": 93}}]}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
    (found,) = finder(tmp_path).resolved({0: item}).items.values()
    assert "override" not in vars(found)
