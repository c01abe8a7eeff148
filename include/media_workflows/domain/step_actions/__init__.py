"""The actions of steps that make no media, one module each. A new one is a new module and a field of `StepActions`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.step_actions.approval import Approval
from media_workflows.domain.step_actions.base import Action


def _left_out(action: Action | None) -> bool:
    return action is None


def _action(description: str) -> Any:
    return Field(None, exclude_if=_left_out, description=description)


class StepActions(Model):
    """What a step may do instead of a job."""

    approval: Approval | None = _action("A person approves or rejects")

    def actions(self) -> Iterator[Action]:
        """Those that are given."""
        for kind in ACTION_KINDS:
            if (action := getattr(self, kind)) is not None:
                yield action


ACTIONS: dict[str, type[Action]] = {
    kind: get_args(field.annotation)[0] for kind, field in StepActions.model_fields.items()
}
ACTION_KINDS: tuple[str, ...] = tuple(ACTIONS)
