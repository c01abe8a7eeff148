"""Trigger, InputInfo, OutputStorage, OutputDir and TaskNotifyConfig. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.notification import (
    BodyTarget,
    HttpTarget,
    MessageTarget,
    OwnTarget,
    SnsTarget,
    SqsTarget,
    StorageForm,
)
from media_workflows.domain.step_definition import Output
from media_workflows.domain.task_notify_config import from_task_notify_config
from media_workflows.domain.trigger import DEFAULT_FORMATS, Trigger
from media_workflows.domain.workflow import VendorForm, Workflow
from media_workflows.errors import FieldProblem
from media_workflows.naming import INPUT_DIRECTORY, variables_in
from media_workflows.vendor_mps.read_definition import VendorPlace
from media_workflows.vendor_mps.reading import (
    NO_INPUT_DIRECTORY,
    SECRET,
    SECRETS,
    STAYS,
    Field,
    Findings,
    Json,
    ObjectPlace,
    Table,
    is_empty,
)
from media_workflows.vendor_mps.tasks.files import FORMS

_COMMON = (Field("Dir", "directory"), Field("Formats", "formats"))
S3_TRIGGER = "AwsS3FileUpload"
_TRIGGERS = {
    "CosFileUpload": ("CosFileUploadTrigger", Table(Field("Bucket", "bucket"), Field("Region", "region"), *_COMMON)),
    S3_TRIGGER: (
        "AwsS3FileUploadTrigger",
        Table(Field("S3Bucket", "bucket"), Field("S3Region", "region"), *_COMMON),
    ),
}
_STORAGES = {
    "COS": ("CosOutputStorage", Table(Field("Bucket", "bucket"), Field("Region", "region"))),
    "AWS-S3": ("S3OutputStorage", Table(Field("S3Bucket", "bucket"), Field("S3Region", "region"))),
}
_INPUTS = {**FORMS, "URL": ("UrlInputInfo", Table(Field("Url", "url")))}
_COS = frozenset({"CosFileUpload", "COS"})
_WITH_PLACES = ("http", "sqs", "sns")  # targets whose events have places
_COS_REGION = invalid(
    "is a region of the commercial service: it is kept for an export, and the storage is asked for the bucket's region"
)


def secrets_in(data: Any, place: str = "") -> Iterator[FieldProblem]:
    """The secrets anywhere in a workflow or schedule."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in parts:
        here = f"{place}[{name}]" if isinstance(name, int) else f"{place}.{name}" if place else str(name)
        if name in SECRETS and not is_empty(value):
            yield SECRET.at(here, "***")
        else:
            yield from secrets_in(value, here)


def read_head(data: Json, findings: Findings) -> Json:
    """Our trigger, output and notification. Files of the tasks have to be in the trigger's bucket."""
    trigger = read_trigger(data.get("Trigger"), findings)
    findings.objects = named_objects(trigger.get("bucket", ""), data.get("Trigger"))
    output = read_storage(data.get("OutputStorage"), "OutputStorage", findings)
    return {
        "trigger": trigger,
        "output": {**output, **read_directory(data.get("OutputDir"), findings)},
        "notification": read_notification(data, findings),
    }


def named_objects(bucket: str, place: Any) -> ObjectPlace:
    """The bucket that files of the tasks have to be in, with the region that `place`, Trigger or InputInfo, names."""
    parts = place.values() if isinstance(place, dict) else ()
    regions = (part.get("Region") or part.get("S3Region") for part in parts if isinstance(part, dict))
    return ObjectPlace(bucket, next((region for region in regions if isinstance(region, str)), ""))


def head_places(data: Json) -> dict[str, VendorPlace]:
    """The vendor's places of these, by ours."""
    return {
        "trigger": VendorPlace(trigger_place(data.get("Trigger"))),
        "output.directory": VendorPlace("OutputDir"),
        "output": VendorPlace("OutputStorage"),
        **_target_places(data.get("TaskNotifyConfig")),
        "notification": VendorPlace("TaskNotifyConfig"),
    }


def _target_places(config: Any) -> dict[str, VendorPlace]:
    """The places of what a TaskNotifyConfig says of its target."""
    is_sqs = isinstance(config, dict) and config.get("NotifyType") == "AWS-SQS"
    names = {
        "url": "NotifyUrl",
        "topic_name": "TopicName",
        "queue_name": "AwsSQS.SQSQueueName" if is_sqs else "QueueName",
        "region": "AwsSQS.SQSRegion" if is_sqs else "CmqRegion",
    }
    return {f"notification.{ours}": VendorPlace(f"TaskNotifyConfig.{theirs}") for ours, theirs in names.items()}


def trigger_place(trigger: Any) -> str:
    """The place of what a trigger says."""
    type_ = trigger.get("Type") if isinstance(trigger, dict) else None
    return f"Trigger.{_TRIGGERS[type_][0]}" if isinstance(type_, str) and type_ in _TRIGGERS else "Trigger"


def read_trigger(data: Any, findings: Findings) -> Json:
    """Our trigger."""
    return _typed(data, _TRIGGERS, "Trigger", findings)


def read_storage(data: Any, place: str, findings: Findings) -> Json:
    """Bucket and region of our output; {} = as the trigger."""
    return {} if is_empty(data) else _typed(data, _STORAGES, place, findings)


def read_input(data: Any, findings: Findings) -> Json:
    """Bucket, region and keys of our source, or its URL."""
    found = _typed(data, _INPUTS, "InputInfo", findings)
    if "url" in found or not found:
        return found
    name, table = _INPUTS[data["Type"]]
    for field in ("bucket", "key"):
        if not isinstance(found.get(field), str):
            place = f"InputInfo.{name}.{table.place_of(field)}"
            findings.refuse(invalid("must name a bucket and an object"), place, found.get(field))
            return {}
    key: str = found.pop("key")
    return {**found, "keys": [key.removeprefix("/")]}


def _typed(data: Any, types: dict[str, tuple[str, Table]], place: str, findings: Findings) -> Json:
    type_ = data.get("Type") if isinstance(data, dict) else None
    if not isinstance(type_, str) or type_ not in types:
        findings.refuse(invalid("must be an object whose Type is one of: {types}", types=", ".join(types)), place, data)
        return {}
    name, table = types[type_]
    for other, value in data.items():
        if other not in ("Type", name):
            findings.note_kept(f"{place}.{other}", value)
    found = {key: value for key, value in table.read(data.get(name), f"{place}.{name}", findings).items() if value}
    if type_ in _COS and "region" in found:
        findings.note(_COS_REGION, f"{place}.{name}.Region", found.pop("region"))
    return found


def read_directory(data: Any, findings: Findings) -> Json:
    """The directory of our output."""
    if data == "/":
        findings.refuse(
            invalid("the top of a bucket cannot be the output directory: name a directory, or leave it out"),
            "OutputDir",
            data,
        )
    return {"directory": data} if data else {}


def read_notification(data: Json, findings: Findings, chosen: StorageForm | None = None) -> Json | None:
    """Our notification; None = no events. Its places are in the form that was chosen here, else in the document's."""
    given = _without_empty(data.get("TaskNotifyConfig"))
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("AwsSQS", {}), dict):
        findings.refuse(invalid("must be an object"), "TaskNotifyConfig", given)
        return None
    try:
        target = from_task_notify_config(given)
    except InvalidValueError as problem:
        findings.problems.append(problem.at("TaskNotifyConfig", shown(given)))
        return None
    is_cos = (chosen or _form_of(data)) == "cos" and target.get("type") in _WITH_PLACES
    return {"storage_form": "cos", **target} if is_cos else target


def is_of_cos(data: Json) -> bool:
    """Whether a document names its sources as objects of COS; where the source is a URL, its outputs."""
    places = (data.get(name) for name in ("Trigger", "InputInfo", "OutputStorage"))
    types = [place.get("Type") for place in places if isinstance(place, dict)]
    named = [type_ for type_ in types if isinstance(type_, str) and type_ != "URL"]
    return bool(named) and named[0] in _COS


def _form_of(data: Json) -> StorageForm:
    return "cos" if is_of_cos(data) else "s3"


def reads_cos(workflow: Workflow) -> bool:
    """Whether who made a workflow, or gets its events, reads places of COS."""
    form = workflow.vendor or VendorForm()
    target = workflow.notification
    chosen = isinstance(target, BodyTarget) and target.storage_form == "cos"
    return chosen or is_of_cos(form.workflow or form.schedule or {})


def _without_empty(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    parts = {name: _without_empty(value) for name, value in data.items()}
    return {name: value for name, value in parts.items() if not is_empty(value)}


def write_head(workflow: Workflow, before: Workflow | None, written: Json, findings: Findings) -> None:
    """Write the vendor's trigger, output and notification into `written`: those that differ from `before`."""
    if before is None or before.trigger != workflow.trigger:
        written["Trigger"] = write_trigger(workflow.trigger, written.get("Trigger"))
    _write_output(workflow, before, written, findings)
    if before is None or before.notification != workflow.notification:
        written.pop("TaskNotifyConfig", None)
        if workflow.notification is not None and (
            config := write_notification(workflow.notification, findings, _form_of(written))
        ):
            written["TaskNotifyConfig"] = config


def _write_output(workflow: Workflow, before: Workflow | None, written: Json, findings: Findings) -> None:
    output = workflow.output
    if before is None or (before.output.bucket, before.output.region) != (output.bucket, output.region):
        written.pop("OutputStorage", None)
        if output.bucket is not None:
            written["OutputStorage"] = write_storage(output)
    if before is None or before.output.directory != output.directory:
        written.pop("OutputDir", None)
        if output.directory is not None:
            written["OutputDir"] = f"/{output.directory}"
    if INPUT_DIRECTORY in variables_in(output.directory or ""):
        findings.refuse(NO_INPUT_DIRECTORY, "output.directory", output.directory)


def write_trigger(trigger: Trigger, original: Any) -> Json:
    """The vendor's trigger, of the same type as the original one, if there is one."""
    type_, _ = _trigger_before(original)
    name, table = _TRIGGERS[type_]
    data: Json = {"bucket": trigger.bucket, "directory": f"/{trigger.prefix}"}
    if trigger.formats != DEFAULT_FORMATS:
        data["formats"] = [one.removeprefix(".") for one in trigger.formats if one != "*"]
    written = table.write(data, "trigger", Findings())
    return {"Type": type_, name: {**written, table.place_of("region"): written_objects(trigger, original).region}}


def _trigger_before(original: Any) -> tuple[str, Json]:
    """The type of the original trigger, or that of a new one, and what it says."""
    before = original if isinstance(original, dict) and original.get("Type") in _TRIGGERS else {}
    type_ = before.get("Type", S3_TRIGGER)
    return type_, before.get(_TRIGGERS[type_][0]) or {}


def written_objects(trigger: Trigger, original: Any) -> ObjectPlace:
    """How objects of the trigger's bucket are written, as the original trigger names its bucket."""
    type_, inner = _trigger_before(original)
    region = inner.get("Region", "") if inner.get("Bucket") == trigger.bucket else ""
    return ObjectPlace(trigger.bucket, trigger.region or region, "COS" if type_ in _COS else "AWS-S3")


def write_storage(output: Output) -> Json:
    """The vendor's OutputStorage of an output with a bucket."""
    data = {"bucket": output.bucket, "region": output.region or ""}
    return {"Type": "AWS-S3", "S3OutputStorage": _STORAGES["AWS-S3"][1].write(data, "output", Findings())}


def write_notification(target: OwnTarget, findings: Findings, form: StorageForm = "s3") -> Json:
    """The vendor's TaskNotifyConfig; {} where it has none. `form` is that of the trigger beside it."""
    if isinstance(target, MessageTarget):
        findings.note(STAYS, "notification", target.address)
        return {}
    config: Json = {"NotifyMode": target.mode.capitalize()}
    said: Json = {name: type(target).model_fields[name].default for name in ("connection", "format", "event")}
    for name, value in (said | {"storage_form": form}).items():
        if getattr(target, name) != value:
            findings.note(STAYS, f"notification.{name}", name)
    if isinstance(target, HttpTarget):
        return {"NotifyType": "URL", **config, "NotifyUrl": target.url}
    if isinstance(target, SqsTarget) and target.queue_name:
        queue = {"SQSRegion": target.region or "", "SQSQueueName": target.queue_name}
        return {"NotifyType": "AWS-SQS", **config, "AwsSQS": queue}
    if isinstance(target, SnsTarget) and target.topic_name:
        region = {"CmqRegion": target.region} if target.region else {}
        return {"NotifyType": "TDMQ-CMQ", **config, "CmqModel": "Topic", **region, "TopicName": target.topic_name}
    findings.refuse(invalid("must have a name instead of a URL or ARN for the export"), "notification", target.address)
    return {}
