"""The files of review, recognition and analysis: pictures of moments, each by one seek, and subtitles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from media_workflows.domain.features import Features
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem, SnapshotByTimeOffsetParameters
from media_workflows.intelligence.features.reports import subtitles
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest, MadeFile
from media_workflows.media.source.formats import content_type
from media_workflows.settings import Settings

PICTURE_LONG_EDGE_PX = 640  # of what shows a finding; a cover has the source's size


@dataclass(frozen=True)
class PictureTaker:
    """Takes pictures of one source. `source_key` is what names derive from."""

    source: Path
    source_key: str
    work_dir: Path
    settings: Settings
    cancellation: CancelToken

    def take(
        self, item: JobItem[Any], moments_s: Sequence[float], long_edge_px: int = 0, pattern: str = ""
    ) -> list[MadeFile]:
        """A picture of each moment, in their order; 0 = of the source's size. Without a pattern, the item's names them.

        The pictures of a later call replace those of an earlier one. Raises MediaError when one cannot be made.
        """
        snapshot = SnapshotByTimeOffsetItem(
            parameters=SnapshotByTimeOffsetParameters(width=long_edge_px),
            time_offsets=[f"{moment_s:.3f}s" for moment_s in moments_s],
            output_path=pattern or item.path_pattern,
        )
        self.work_dir.mkdir(parents=True, exist_ok=True)
        request = JobRequest(snapshot.kind, [snapshot], self.source, self.source_key, self.work_dir)
        (outcome,) = run_job(request, _silent, self.settings, self.cancellation).items
        if outcome.error is not None:
            raise outcome.error
        return [_named_after(item, file) for file in outcome.files]


def _silent(_progress: Progress) -> None:
    """The step reports its own phases."""


def _named_after(item: JobItem[Any], file: MadeFile) -> MadeFile:
    return replace(file, variables={**file.variables, "definition": str(item.definition)})


def subtitle_file(item: JobItem[Any], features: Features, work_dir: Path) -> MadeFile:
    """The transcript as WebVTT; without a cue where nothing is said."""
    work_dir.mkdir(parents=True, exist_ok=True)
    path = work_dir / "subtitles.vtt"
    path.write_text(subtitles(features.transcript), encoding="utf-8")
    return MadeFile(
        path=path,
        pattern=item.path_pattern,
        variables={"format": "vtt", "definition": str(item.definition)},
        info=None,
        time_offset_s=None,
        picture_count=None,
        role="main",
        content_type=content_type("vtt"),
    )
