"""The streams that a ladder's sizes become, for sources whose sides encoders round; the probes are the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.auto_ladder import find
from media_workflows.media.jobs.auto_ladder.find import AutoLadders, with_rungs
from media_workflows.media.jobs.sample import Part, renditions
from media_workflows.media.jobs.target_vmaf.choice import Probe
from media_workflows.media.jobs.target_vmaf.search import Rendition, RenditionId
from probed import video_stream


class Encodes:
    """Of each size 100 less half its crf."""

    binary = ""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    @property
    def runner(self) -> Encodes:
        return self

    def on_one_screen(self, asked: Mapping[RenditionId, tuple[Rendition, int]]) -> dict[RenditionId, Probe]:
        self.sizes = [one.item.resolved_parameters.video.height for one, _ in asked.values()]
        return {id_: Probe(crf, 100 - crf / 2, 100.0) for id_, (_, crf) in asked.items()}


def item(**switches: Any) -> AdaptiveDynamicStreamingItem:
    parameters = {"format": "hls", "ladder": "auto", "streams": [{"video": {}}], **switches}
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})


@pytest.mark.parametrize(("width", "height"), [(607, 1080), (1919, 1079), (512, 287), (1080, 1920)])
def test_the_size_of_the_source_is_never_above_it(width: int, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Encoders round an odd side up."""
    monkeypatch.setattr(find, "choice_reading", lambda *_: None)
    info = MediaInfo(container="mov,mp4", duration_s=60, size_bytes=1, bitrate_bps=1, video=video_stream(width, height))
    ladders = AutoLadders(BuildContext(Path("a.mp4"), info, Path("w"), BUNDLED_FONT), (Part(0, 1),))
    asked, encodes = item(disable_higher_video_resolution=True), Encodes()
    chosen = ladders.found(asked, encodes)  # type: ignore[arg-type]
    assert encodes.sizes[-1] == 0
    assert not chosen.problem
    for found in (chosen, ladders.usual(asked, "not_tried")):
        made = renditions(with_rungs(asked, found.rungs, found.source_px), info)
        assert len(made) == len(found.rungs)
