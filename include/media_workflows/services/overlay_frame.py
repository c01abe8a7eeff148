"""A frame of one output of an unsaved workflow with the boxes of its overlays. Nothing is stored."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.overlay_frame import OverlayFrame, OverlayOutput
from media_workflows.domain.step_definition import SOURCE
from media_workflows.domain.steps import job_steps
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import JobCancelledError, LimitExceededError, NotFoundError
from media_workflows.media.ffmpeg.cancel import cancelled_after
from media_workflows.media.ffmpeg.fonts import extra_font_paths, font_chain, font_path
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.overlay_frame import OverlaidItem, mosaic_box, overlaid_output, watermark_box
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.source.probe import probe
from media_workflows.services.samples import allowed_workflow, opened
from media_workflows.settings import Settings, get_settings


def frame_of(definition: Workflow, key: str, output: OverlayOutput, at_s: float) -> OverlayFrame:
    """The frame at a moment of an output. Raises MediaError with the reason when there is none.

    Raises InvalidRequestError, NotFoundError, NotPermittedError, StorageError, and LimitExceededError after setting
    sample_timeout_s.
    """
    workflow, settings = allowed_workflow(definition), get_settings()
    item = _item(workflow, output)
    with opened(workflow, key) as inputs:
        drawn = overlaid_output(item, probe(inputs.source))
        image = _made(drawn.snapshot(at_s), inputs.source, key, settings)
    fonts = font_chain(font_path(settings.watermark_font).resolve(), extra_font_paths(settings.extra_fonts))
    size, (columns, rows) = drawn.format.size, drawn.format.grid
    mosaics = item.mosaics if isinstance(item, TranscodeItem) else []
    return OverlayFrame(
        at_s=at_s,
        length_s=round(drawn.length_s, 3),
        width=size.width,
        height=size.height,
        columns=columns,
        rows=rows,
        image=base64.b64encode(image).decode(),
        watermarks=tuple(watermark_box(one, drawn.format, fonts) for one in item.watermarks),
        mosaics=tuple(mosaic_box(one, size) for one in mosaics),
    )


def _item(workflow: Workflow, output: OverlayOutput) -> OverlaidItem:
    step = next((step for step in job_steps(workflow) if step.id == output.step_id and step.reads == SOURCE), None)
    item = step.items[output.item] if step and output.item < len(step.items) else None
    if isinstance(item, OverlaidItem):
        return item
    raise NotFoundError(
        "the workflow has no output {output} of the source that can be drawn on",
        output=f"{output.step_id}[{output.item}]",
    )


def _made(item: SnapshotByTimeOffsetItem, source: Path, key: str, settings: Settings) -> bytes:
    with (
        tempfile.TemporaryDirectory(prefix="media-workflows-") as work,
        cancelled_after(settings.sample_timeout_s) as bound,
    ):
        request = JobRequest(item.kind, [item], source, key, Path(work))
        try:
            (outcome,) = run_job(request, lambda _: None, settings, bound).items
        except JobCancelledError:
            raise LimitExceededError(
                "the frame could not be read within {limit_s} s (setting sample_timeout_s): try an earlier moment",
                limit_s=f"{settings.sample_timeout_s:g}",
            ) from None
        if outcome.error:
            raise outcome.error
        return outcome.files[0].path.read_bytes()
