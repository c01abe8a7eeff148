"""`ActionResult`: how a step without media ended, as it is stored and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.result import Role


class ActionOutput(Model):
    """An object that a step without media has made."""

    bucket: str
    key: str
    size_bytes: int
    etag: str
    role: Role = "main"


class ActionResultFields(Model):
    """What results and reports have in common.

    `answer` is what conditions read as `steps.<id>.answer`, and `by` who gave it; '' = the timeout, or a server.
    `comment` is what the user wrote who answered an approval.
    `event_id` is that of a notify step, `outputs` are the objects that a step has copied.
    """

    status: Literal["", "SUCCESS", "FAIL"] = ""
    code: str = ""
    message: str = ""
    answer: str | dict[str, str] | None = None
    by: str = ""
    comment: str = ""
    event_id: str = ""
    outputs: tuple[ActionOutput, ...] = ()


class ActionResult(ActionResultFields):
    """The result of one step of a run that makes no media."""

    step_id: str
    kind: str
    status: Literal["SUCCESS", "FAIL"] = "SUCCESS"
    begun_at: datetime
    finished_at: datetime

    @property
    def failed(self) -> bool:
        return self.status == "FAIL"
