"""Schedules of the commercial service, for tests."""

from __future__ import annotations

import copy
from typing import Any

from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.vendor_mps.schedule.read import read_schedule

Json = dict[str, Any]


def node(type_: str, after: list[int], task: str = "", **parameters: Any) -> Json:
    """An activity; `task` is the field of ActivityPara that holds the parameters."""
    para = {"ActivityPara": {task: parameters}} if task else {}
    return {"ActivityType": type_, "ReardriveIndex": after, **para}


def trans(definition: int, *after: int, **parameters: Any) -> Json:
    """A transcode."""
    return node("action-trans", list(after), "TranscodeTask", Definition=definition, **parameters)


def rule(id_: str, linker: str, conditions: dict[str, str], *chosen: int) -> Json:
    """A rule of a node of rules."""
    pairs = [{"Key": key, "Value": value} for key, value in conditions.items()]
    return {"Id": id_, "Linker": linker, "Conditions": pairs, "RearDriveIndexs": list(chosen)}


def schedule(*activities: Json, **parts: Any) -> Json:
    """A schedule with these nodes; `parts` are further or other fields of it."""
    trigger = {"Bucket": "media-input", "Region": "ap-guangzhou", "Dir": "/in/", "Formats": ["mp4", "mov"]}
    storage = {"Bucket": "media-output", "Region": "ap-guangzhou"}
    return {
        "ScheduleName": "imported",
        "Trigger": {"Type": "CosFileUpload", "CosFileUploadTrigger": trigger},
        "OutputStorage": {"Type": "COS", "CosOutputStorage": storage},
        "OutputDir": "/out/",
        "TaskNotifyConfig": {"NotifyType": "URL", "NotifyMode": "Finish", "NotifyUrl": "https://example.com/events"},
        "ResourceId": "",
        "Activities": copy.deepcopy(list(activities)),
        **parts,
    }


# The graph of the vendor's own example: eleven nodes, transcodes of transcodes of one template.
ELEVEN = schedule(
    node("input", [1, 2]),
    *(trans(100040, *after) for after in ([3], [6, 7], [4, 5], [10], [10], [10], [8], [9], [10])),
    {"ActivityType": "output"},
)
RULES = schedule(
    node("input", [2, 1]),
    trans(100040, 3),
    node("action-AIQualityControl", [4], "QualityControlTask", Definition=10, ChannelExtPara=""),
    node("action-samplesnapshot", [7], "SampleSnapshotTask", Definition=10),
    node(
        "action-exec-rules",
        [6, 5, 8, 7],
        "ExecRulesTask",
        Rules=[
            rule("r1", "||", {"quality.black_screen": "true", "source.short_edge": ">= 1080"}, 5),
            rule("r2", "&&", {"source.fps": ">30"}, 6),
        ],
    ),
    node("action-adaptive-substream", [7], "AdaptiveDynamicStreamingTask", Definition=10),
    trans(100020, 7),
    node("output", []),
    trans(100030, 7),
)


def imported(data: Json) -> Workflow:
    """The workflow of a schedule."""
    return parse_workflow(read_schedule(data).definition)
