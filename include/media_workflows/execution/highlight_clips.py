"""Highlight clips of an analysis: transcodes of parts of the source, which are reused as those of any transcode are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from media_workflows.domain.jobs.analysis import AnalysisItem
from media_workflows.domain.jobs.highlights import clip_item
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import OutputRecord
from media_workflows.domain.sub_tasks.analysis import Highlight
from media_workflows.execution.results import made_item
from media_workflows.execution.reuse import ReusableOutputs, tools_of
from media_workflows.execution.running_step import RunningStep, shown_place
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest, MadeFile
from media_workflows.naming import render
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.publish import PublishedFile


class ReusedClip(NamedTuple):
    """A clip of an earlier run."""

    record: OutputRecord
    notices: tuple[Notice, ...]


@dataclass
class Clips:
    """The clips of a step's highlights, by their number. `reused` are published already, `made` are not yet."""

    reused: dict[int, ReusedClip] = field(default_factory=dict)
    made: dict[int, ItemOutcome] = field(default_factory=dict)

    @property
    def files(self) -> dict[int, MadeFile]:
        """What is to be published."""
        return {number: outcome.files[0] for number, outcome in self.made.items()}

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Those of all clips, equal ones once."""
        reused = (notice for one in self.reused.values() for notice in one.notices)
        found = [*reused, *(notice for one in self.made.values() for notice in one.notices)]
        return tuple({notice.model_dump_json(): notice for notice in found}.values())


class ClipCutter:
    """Cuts clips out of a step's source."""

    def __init__(self, step: RunningStep, inputs: Inputs, info: MediaInfo, work_dir: Path) -> None:
        self._step, self._inputs, self._info, self._work_dir = step, inputs, info, work_dir

    @cached_property
    def _reusable(self) -> ReusableOutputs:
        return ReusableOutputs(self._step, self._inputs, tools_of(self._step.settings))

    def cut(self, item: AnalysisItem, highlights: Sequence[Highlight]) -> Clips:
        """A clip of each highlight. Raises MediaError when one of them cannot be made, StorageError."""
        asked = {number: self._clip(item, number, one) for number, one in enumerate(highlights)}
        clips = Clips()
        for number, clip in asked.items():
            if reused := self._reused(clip):
                clips.reused[number] = reused
        missing = {number: clip for number, clip in asked.items() if number not in clips.reused}
        if missing:
            clips.made = dict(zip(missing, self._encoded(list(missing.values())), strict=True))
        return clips

    def record(self, outcome: ItemOutcome, published: PublishedFile) -> None:
        """Remember a published clip for later runs."""
        self._reusable.record(outcome.item, made_item(self._step.request.step, outcome, [published]))

    def _clip(self, item: AnalysisItem, number: int, highlight: Highlight) -> TranscodeItem:
        """The clip as a transcode that is named and stored as the analysis asks."""
        video = self._info.video
        short_edge_px = min(video.display_width, video.display_height) if video else 0
        pattern = render(item.highlight_pattern, {"number": str(number)})
        clip = clip_item(highlight, short_edge_px, self._info.main_audio is not None, pattern)
        return clip.model_copy(update={"template": item.template, "objects": item.objects})

    def _reused(self, clip: TranscodeItem) -> ReusedClip | None:
        made = None if self._step.request.force else self._reusable.reuse(clip)
        if made is None:
            return None
        record = made.outputs[0].record
        self._reusable.record(clip, made)
        self._step.log(f"highlight reused from run {made.run_id}: {shown_place(record)}")
        return ReusedClip(record, made.notices)

    def _encoded(self, clips: Sequence[TranscodeItem]) -> list[ItemOutcome]:
        step = self._step
        self._work_dir.mkdir(parents=True, exist_ok=True)
        request = JobRequest(TranscodeItem.kind, clips, self._inputs.source, step.request.source.key, self._work_dir)
        outcomes = run_job(request, step.progress, step.settings, step.cancel).items
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        return list(outcomes)
