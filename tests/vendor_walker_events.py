"""Bodies of events against the classes of the vendor's SDK: no unknown field, no value of another type.

The SDK itself takes anything: it stores a value of another type as it is, and warns of an unknown field. Its clients in
other languages refuse the whole body.
"""

from __future__ import annotations

from typing import Any

from tencentcloud.mps.v20190612 import models

from vendor_walker import unknown_fields

OURS = "MediaWorkflows"  # the one field beside those of the vendor


def problems_of_event(body: dict[str, Any]) -> list[str]:
    """The differences of an event's body from ParseNotificationResponse; an event of a shape of ours has none."""
    if not {"WorkflowTaskEvent", "ScheduleTaskEvent"} & body.keys():
        return []
    return unknown_fields(models.ParseNotificationResponse, {key: one for key, one in body.items() if key != OURS})


def problems_of_answer(name: str, data: dict[str, Any]) -> list[str]:
    """The differences of an answer from a class of the SDK."""
    return unknown_fields(getattr(models, name), data)
