"""`Runner`: runs the further graphs of one job with the job's binary, limits and cancellation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.limits import ProcessLimits
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import CancelToken, run_graph

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Runner:
    """What all commands of a job share."""

    binary: str
    limits: ProcessLimits
    cancellation: CancelToken

    def run(
        self,
        graph: Stream,
        work_dir: Path,
        expected_duration_s: float = 0.0,
        on_progress: OnProgress = lambda _: None,
        log: DecodeLog | None = None,
    ) -> float:
        """Run one graph; returns its processor time in seconds. Raises as `run_graph` does."""
        return run_graph(
            graph, work_dir, self.binary, expected_duration_s, on_progress, self.cancellation, log, self.limits
        )
