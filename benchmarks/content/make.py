"""`python -m benchmarks.content.make OUTPUT CLIP DIRECTORY`: one output of one clip by the product; JSON on stdout.

A process of its own, so that a clip that takes too long can be stopped.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from media_workflows.domain.steps import job_steps
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import MediaError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest

JOBS: dict[str, dict[str, Any]] = {
    "remux": {"transcode": [{"template": 875}]},
    "mp4": {"transcode": [{"template": 100010}]},
    "ladder": {"adaptive_dynamic_streaming": [{"template": 10}]},
    "snapshots": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0%", "50%", "100%"]}]},
    "gif": {"animated_graphic": [{"template": 20000, "start_offset_s": 0, "end_offset_s": 2}]},
}


def _workflow(output: str) -> Workflow:
    data = {"name": output, "trigger": {"bucket": "media-input"}, "output": {"directory": "out/"}, "jobs": JOBS[output]}
    return resolved(parse_workflow(data), PRESET_LIBRARY)


def made(output: str, clip: Path, directory: Path) -> dict[str, Any]:
    """{'files': [{path, role, time_s}], 'notices': […], 'error': ''}; files lie as they would be published."""
    workflow = _workflow(output)
    (step,) = job_steps(workflow)
    try:
        (outcome,) = run_job(
            JobRequest(step.kind, step.items, clip, clip.name, directory / "work"), lambda _: None
        ).items
    except MediaError as error:
        return _failed(error)
    return _failed(outcome.error) if outcome.error else _published(outcome, workflow, clip, directory)


def _failed(error: MediaError) -> dict[str, Any]:
    return {"files": [], "notices": [], "error": f"{error.code}: {error}"}


def _published(outcome: ItemOutcome, workflow: Workflow, clip: Path, directory: Path) -> dict[str, Any]:
    files = []
    for file in outcome.files:
        target = directory / workflow.output_key(file.pattern, clip.name, file.variables)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file.path, target)
        files.append({"path": str(target), "role": file.role, "time_s": file.time_offset_s})
    return {"files": files, "notices": [notice.message for notice in outcome.notices], "error": ""}


if __name__ == "__main__":
    print(json.dumps(made(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
