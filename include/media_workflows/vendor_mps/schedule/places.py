"""Trigger, OutputStorage, OutputDir and TaskNotifyConfig of a schedule. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.notification import HttpTarget, SnsTarget, SqsTarget
from media_workflows.domain.step_definition import Output
from media_workflows.domain.task_notify_config import from_task_notify_config
from media_workflows.domain.trigger import DEFAULT_FORMATS, Trigger
from media_workflows.errors import FieldProblem
from media_workflows.vendor_mps.reading import (
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

_COMMON = (Field("Dir", "directory"), Field("Formats", "formats"))
_TRIGGERS = {
    "CosFileUpload": ("CosFileUploadTrigger", Table(Field("Bucket", "bucket"), Field("Region", "region"), *_COMMON)),
    "AwsS3FileUpload": (
        "AwsS3FileUploadTrigger",
        Table(Field("S3Bucket", "bucket"), Field("S3Region", "region"), *_COMMON),
    ),
}
_STORAGES = {
    "COS": ("CosOutputStorage", Table(Field("Bucket", "bucket"), Field("Region", "region"))),
    "AWS-S3": ("S3OutputStorage", Table(Field("S3Bucket", "bucket"), Field("S3Region", "region"))),
}
_COS = frozenset({"CosFileUpload", "COS"})
_COS_REGION = invalid(
    "is a region of the commercial service: it is kept for an export, and the storage is asked for the bucket's region"
)


def secrets_in(data: Any, place: str = "") -> Iterator[FieldProblem]:
    """The secrets anywhere in a schedule."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in parts:
        here = f"{place}[{name}]" if isinstance(name, int) else f"{place}.{name}" if place else str(name)
        if name in SECRETS and not is_empty(value):
            yield SECRET.at(here, "***")
        else:
            yield from secrets_in(value, here)


def trigger_place(trigger: Any) -> str:
    """The place of what a schedule's trigger says."""
    type_ = trigger.get("Type") if isinstance(trigger, dict) else None
    return f"Trigger.{_TRIGGERS[type_][0]}" if type_ in _TRIGGERS else "Trigger"


def read_trigger(data: Any, findings: Findings) -> Json:
    """Our trigger."""
    return _typed(data, _TRIGGERS, "Trigger", findings)


def read_storage(data: Any, place: str, findings: Findings) -> Json:
    """Bucket and region of our output; {} = as the trigger."""
    return {} if is_empty(data) else _typed(data, _STORAGES, place, findings)


def _typed(data: Any, types: dict[str, tuple[str, Table]], place: str, findings: Findings) -> Json:
    type_ = data.get("Type") if isinstance(data, dict) else None
    if type_ not in types:
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


def read_notification(data: Any, findings: Findings) -> Json | None:
    """Our notification; None = no events."""
    given = _without_empty(data)
    if not given:
        return None
    try:
        return from_task_notify_config(given)
    except InvalidValueError as problem:
        findings.problems.append(problem.at("TaskNotifyConfig", shown(given)))
        return None


def _without_empty(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    parts = {name: _without_empty(value) for name, value in data.items()}
    return {name: value for name, value in parts.items() if not is_empty(value)}


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
    type_ = before.get("Type", "AwsS3FileUpload")
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


def write_notification(target: HttpTarget | SqsTarget | SnsTarget, findings: Findings) -> Json:
    """The vendor's TaskNotifyConfig."""
    config: Json = {"NotifyMode": target.mode.capitalize()}
    for name in ("connection", "format", "event", "storage_form"):
        if getattr(target, name) != type(target).model_fields[name].default:
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
