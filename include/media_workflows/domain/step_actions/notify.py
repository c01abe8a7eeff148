"""`notify`: an event of its own, to a target of its own."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator

from media_workflows.domain.base import invalid
from media_workflows.domain.notification import NotificationTarget, OwnTarget, WorkflowTarget
from media_workflows.domain.step_actions.base import Action


def _of_a_step(target: OwnTarget) -> Any:
    if target.mode != "finish":
        raise invalid("`mode` is for the notification of a workflow: a step sends one event, so remove it")
    if isinstance(target, WorkflowTarget) and target.event is not None:
        raise invalid(
            "`event` is for the notification of a workflow: a step's event has a shape of its own, so remove it"
        )
    return target


StepTarget = Annotated[NotificationTarget, AfterValidator(_of_a_step)]


class Notify(Action):
    """Hands an event to the outbox. In a definition it is the target itself: `notify: {type: http, url: …}`."""

    kind = "notify"
    works = False

    target: StepTarget
