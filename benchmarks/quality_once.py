"""`python -m benchmarks.quality_once <film>`: quality control with all items; print what it took, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.quality_report import ITEM, report
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.preview import plan_job
from media_workflows.media.jobs.quality.codes import codes_in
from media_workflows.settings import Settings


def main() -> None:
    """CPU seconds of the job without the start of Python, and of its ffmpeg and its reading of codes alone."""
    film, start_s = Path(sys.argv[1]), time.process_time()
    report(film)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(usage.ru_utime + usage.ru_stime for usage in used)
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as name:
        ffmpeg_s, codes_s = _alone(film, Path(name))
    print(json.dumps({"cpu_s": cpu_s - start_s, "ffmpeg_s": ffmpeg_s, "codes_s": codes_s}))


def _alone(film: Path, directory: Path) -> tuple[float, float]:
    settings = Settings()
    context, _ = open_source(film, directory, settings)
    limits = ffmpeg_limits(settings, context.info.duration_s)
    runner = Runner(ffmpeg_binary(settings.ffmpeg_path), limits, CancelToken())
    ffmpeg_s = sum(runner.run(graph, directory) for graph in plan_job(ITEM.kind, [ITEM], context).graphs)
    pictures = sorted(file.name for file in directory.glob("*.jpg"))
    before_s = time.process_time()
    codes_in.__wrapped__(directory, pictures)  # type: ignore[attr-defined]  # in this process, to be measured
    return ffmpeg_s, time.process_time() - before_s


if __name__ == "__main__":
    main()
