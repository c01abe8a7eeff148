"""The actions of steps that make no media, one module each. A new one is a new module and a field of `StepActions`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.step_actions.approval import Approval
from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.step_actions.notify import Notify, StepTarget


def _left_out(settings: Any) -> bool:
    return settings is None


def _action(description: str) -> Any:
    return Field(None, exclude_if=_left_out, description=description)


class StepActions(Model):
    """What a step may do instead of a job."""

    approval: Approval | None = _action("A person approves or rejects")
    notify: StepTarget | None = _action("An event of its own, to this target")

    def actions(self) -> Iterator[Action]:
        """Those that are given."""
        for kind in ACTION_KINDS:
            if (settings := getattr(self, kind)) is not None:
                yield settings if isinstance(settings, Action) else Notify(target=settings)


ACTIONS: dict[str, type[Action]] = {action.kind: action for action in (Approval, Notify)}
ACTION_KINDS: tuple[str, ...] = tuple(StepActions.model_fields)
