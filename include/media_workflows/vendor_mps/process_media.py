"""`read_process_media`: the parameters of ProcessMedia as a request for ad-hoc processing. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.vendor_names import VENDOR_ONLY
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps.places import (
    head_places,
    named_objects,
    read_directory,
    read_input,
    read_notification,
    read_storage,
    secrets_in,
)
from media_workflows.vendor_mps.read_definition import ReadDefinition, VendorPlace
from media_workflows.vendor_mps.reading import Findings, Json, is_empty
from media_workflows.vendor_mps.schedule.read import read_steps
from media_workflows.vendor_mps.tasks import read_ai_task
from media_workflows.vendor_mps.workflow_tasks import AI_TASKS, MEDIA_TASK, read_tasks, task_places

QUALITY_TASK = "AiQualityControlTask"
TASKS = (MEDIA_TASK, *AI_TASKS.values(), QUALITY_TASK)
_READ = frozenset(
    {
        *("InputInfo", "OutputStorage", "OutputDir", *TASKS, "TaskNotifyConfig", "TasksPriority", "SessionId"),
        *("SessionContext", "TaskType", "SkipMateData", "ScheduleId", "Activities"),
    }
)
FIELDS = (*sorted(_READ), "ResourceId", "SmartSubtitlesTask", "SmartEraseTask", "AIDubbingTask")
_NOT_HERE = invalid("is not supported in ProcessMedia: leave it out")
_ONE_SCHEDULE = invalid("must be left out beside Activities, which have the tasks")
_ONE_GRAPH = invalid("must be left out beside ScheduleId and Activities, which have the tasks")


def read_process_media(data: Json, schedule: Workflow | None) -> ReadDefinition:
    """The request; `schedule` is that of ScheduleId. Raises DefinitionError with every problem found."""
    refuse_unusable(data)
    findings = Findings(problems=list(secrets_in(data)), refuses_unknown=True)
    if findings.problems:
        raise DefinitionError(findings.problems)
    _refuse_others(data, findings)
    source = read_input(data.get("InputInfo"), findings)
    findings.objects = named_objects(source.get("bucket", ""), data.get("InputInfo"))
    output = _output(data, schedule, source.pop("region", None), findings)
    work, places = _work(data, schedule, findings)
    notification = read_notification(data, findings)
    if notification is None and schedule and schedule.notification:
        notification = schedule.notification.model_dump(mode="json")
    if findings.problems:
        raise DefinitionError(findings.problems)
    definition = {
        **source,
        **work,
        "output": output,
        "notification": notification,
        "priority": data.get("TasksPriority") or (schedule.priority if schedule else 0),
        "context": {"id": data.get("SessionId") or "", "text": data.get("SessionContext") or ""},
    }
    outer = {
        **{name: VendorPlace("InputInfo") for name in ("url", "bucket", "keys", "prefix", "(whole definition)")},
        **head_places(data),
        "priority": VendorPlace("TasksPriority"),
        "context.id": VendorPlace("SessionId"),
        "context.text": VendorPlace("SessionContext"),
    }
    return ReadDefinition(definition, findings.notes, {**outer, **places})


def _output(data: Json, schedule: Workflow | None, region: str | None, findings: Findings) -> Json:
    """Where outputs go; `region` is that of the source: both buckets must lie in one."""
    output = {
        **(schedule.output.model_dump(mode="json") if schedule else {}),
        **read_storage(data.get("OutputStorage"), "OutputStorage", findings),
        **read_directory(data.get("OutputDir"), findings),
    }
    if region and output.setdefault("region", None) not in (None, region):
        problem = invalid("must be in the region of the source, {region}", region=region)
        findings.refuse(problem, "OutputStorage", output["region"])
    return output | ({"region": region} if region else {})


def read_source(input_info: Any) -> Json:
    """The `url`, or `bucket`, `keys` and `region`, of InputInfo. Raises DefinitionError."""
    findings = Findings(problems=list(secrets_in(input_info, "InputInfo")), refuses_unknown=True)
    found = {} if findings.problems else read_input(input_info, findings)
    if findings.problems:
        raise DefinitionError(findings.problems)
    return found


def _refuse_others(data: Json, findings: Findings) -> None:
    """Parameters that have no effect here, and values of others for which there is nothing."""
    for name, value in data.items():
        if name not in _READ and not is_empty(value):
            findings.refuse(VENDOR_ONLY.get(name.lower()) or _NOT_HERE, name, value)
    if data.get("TaskType") not in (None, "", "Online"):
        problem = invalid("must be Online: for work that may wait, set TasksPriority to -10")
        findings.refuse(problem, "TaskType", data["TaskType"])
    if data.get("SkipMateData") not in (None, 0):
        problem = invalid("must be 0: every task reads the metadata of its source")
        findings.refuse(problem, "SkipMateData", data["SkipMateData"])


def _work(data: Json, schedule: Workflow | None, findings: Findings) -> tuple[Json, dict[str, VendorPlace]]:
    """The jobs or steps: those of Activities, else of the schedule, else of the tasks."""
    given = [name for name in TASKS if not is_empty(data.get(name))]
    if data.get("Activities") or schedule:
        for name in given:
            findings.refuse(_ONE_GRAPH, name, data[name])
    if data.get("Activities"):
        if not is_empty(data.get("ScheduleId")):
            findings.refuse(_ONE_SCHEDULE, "ScheduleId", data["ScheduleId"])
        try:
            steps, places = read_steps(data["Activities"], findings)
        except DefinitionError as error:
            findings.problems += error.problems
            return {}, {}
        return {"steps": steps}, places
    if schedule:
        stored = schedule.model_dump(mode="json")
        return {name: stored[name] for name in ("jobs", "steps") if stored.get(name)}, {}
    jobs = read_tasks(data, findings)
    if quality := read_ai_task("quality_control", data.get(QUALITY_TASK), QUALITY_TASK, findings):
        jobs["quality_control"] = quality
    if not given:
        problem = invalid("must have a task, or ScheduleId or Activities must be given")
        findings.refuse(problem, MEDIA_TASK, data.get(MEDIA_TASK))
    return {"jobs": jobs}, {
        "jobs.quality_control[0]": VendorPlace(QUALITY_TASK, "quality_control"),
        **task_places(jobs),
    }
