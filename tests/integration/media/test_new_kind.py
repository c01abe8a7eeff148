"""A new job kind is a line in `JobItems`, a model and a builder: all else follows, shown on a copy of the package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clips import Clips

PACKAGE = Path(__file__).parents[3] / "include" / "media_workflows"

MODEL = """
from typing import ClassVar

from media_workflows.domain.jobs.base import FrameSize, ImageFormat, JobItem


class PosterParameters(FrameSize):
    format: ImageFormat = "jpg"

    @property
    def file_format(self) -> str:
        return self.format


class PosterItem(JobItem[PosterParameters]):
    kind: ClassVar[str] = "poster"
    task_name: ClassVar[str] = "Poster"
    encodes: ClassVar[bool] = True
    default_output_path: ClassVar[str] = "{inputName}_poster_{definition}.{format}"
"""

BUILDER = """
from media_workflows.media.jobs.pictures import encodable, endless, picture_options
from media_workflows.media.plan.planned import Expectation, ItemPlan, Output, PlannedFile


def build(context, item, index):
    format_, path = item.resolved_parameters.format, context.work_dir / f"item{index}.{item.resolved_parameters.format}"
    frames = encodable(endless(context.picture_input(), context.info.video), format_)
    node = frames.output(path.name, update=1, **{"frames:v": 1}, **picture_options(format_, context))
    variables = {"definition": str(item.definition), "format": format_}
    return ItemPlan([Output(node)], [PlannedFile(path, item.path_pattern, variables, Expectation(True, False))])
"""

USE = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path

from media_workflows.airflow_adapter.planned_tasks import planned_tasks
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord
from media_workflows.domain.templates import Library, parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.orchestration.dag_builder import build_dag
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings
from media_workflows.vendor_mps.event import workflow_task_event
from media_workflows.vendor_mps.event_run import EventRun

clip, work = map(Path, sys.argv[1:])
parameters = {"format": "png"}
template = parse_template({"kind": "poster", "name": "mine", "parameters": parameters})
asked = {"name": "w", "trigger": {"bucket": "abc"}, "jobs": {"poster": [{"parameters": parameters}]}}
workflow = resolved(parse_workflow(asked), Library())
settings = Settings(encode_pool="encode")
request = JobRequest("poster", workflow.jobs.poster, clip, "in/a.mp4", work)
outcome = run_job(request, lambda progress: None, settings)
(file,) = outcome.items[0].files
now = datetime.now(UTC)
record = OutputRecord(bucket="abc", key="a_poster_0.png", size_bytes=1, md5="m")
item = ItemResult(item=workflow.jobs.poster[0].model_dump(), definition=0, status="SUCCESS", outputs=(record,))
job = JobResult(kind="poster", begun_at=now, finished_at=now, source=None, items=(item,))
event = workflow_task_event(EventRun("w", "w", "r", revision=1, results=[job], finished_at=now))
dag = build_dag("wf_1", 1, json.dumps(asked))
(shown,) = event["WorkflowTaskEvent"]["MediaProcessResultSet"]
print(json.dumps({
    "template": type(template.parameters).__name__,
    "schema": "poster" in Workflow.model_json_schema()["$defs"]["Jobs"]["properties"],
    "tasks": [(task.task_id, task.operator, task.pool) for task in planned_tasks(workflow, settings)],
    "dag": [(task.task_id, task.task_display_name, task.task_type) for task in dag.tasks],
    "made": file.path.read_bytes()[:4].hex(),
    "event": (shown["Type"], shown["PosterTask"]["Output"]["PathSet"]),
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with the kind added, below a directory of its own."""
    home = tmp_path_factory.mktemp("package")
    package = home / "media_workflows"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "*.ttc"))
    (package / "domain/jobs/poster.py").write_text(MODEL)
    (package / "media/jobs/poster.py").write_text(BUILDER)
    jobs = package / "domain/jobs/__init__.py"
    line = "    transcode: list[TranscodeItem] = Field(default_factory=list, max_length=MAX_ITEMS)\n"
    text = jobs.read_text()
    assert line in text
    added = line + "    poster: list[PosterItem] = Field(default_factory=list)\n"
    imported = "from media_workflows.domain.jobs.poster import PosterItem\nfrom media_workflows.domain.jobs.recognition"
    jobs.write_text(
        text.replace(line, added).replace("from media_workflows.domain.jobs.recognition", imported, 1),
    )
    return home


def test_a_kind_is_a_model_a_builder_and_a_line(copy: Path, clips: Clips, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    script = f"import sys; sys.path.insert(0, {str(copy)!r})\n{USE}"
    command = [sys.executable, "-c", script, str(clips.plain), str(tmp_path / "work")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found == {
        "template": "PosterParameters",
        "schema": True,
        "tasks": [
            ["upload", "UploadSensor", "default_pool"],
            ["poster", "PosterOperator", "encode"],
            ["notify", "NotifyOperator", "default_pool"],
        ],
        "dag": [
            ["upload", "Upload", "UploadSensor"],
            ["poster", "Poster", "PosterOperator"],
            ["notify", "Event", "NotifyOperator"],
        ],
        "made": b"\x89PNG".hex(),
        "event": ["Poster", ["a_poster_0.png"]],
    }
