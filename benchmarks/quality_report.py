"""`python -m benchmarks.quality_report <clip>`: the report of quality control with all items at their defaults."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from media_workflows.domain.jobs.quality_control import QualityControlItem, QualityControlParameters
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.errors import MediaWorkflowsError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

ITEMS = tuple(QualityControlParameters.model_fields)
ITEM = QualityControlItem(parameters=QualityControlParameters.model_validate({name: {} for name in ITEMS}))


def report(clip: Path) -> QualityControlOutput:
    """Raises MediaWorkflowsError for a clip that cannot be measured."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        request = JobRequest(ITEM.kind, [ITEM], clip, f"in/{clip.name}", Path(root))
        (outcome,) = run_job(request, lambda _: None, Settings()).items
        if outcome.error:
            raise outcome.error
        (file,) = (file.path for file in outcome.files if file.role == "main")
        return QualityControlOutput.model_validate_json(file.read_bytes())


def main() -> None:
    """Print the report; a clip that cannot be measured ends with the exit code 1 and why, on the last line."""
    try:
        print(report(Path(sys.argv[1])).model_dump_json())
    except MediaWorkflowsError as error:
        sys.exit(" ".join(str(error).split()))


if __name__ == "__main__":
    main()
