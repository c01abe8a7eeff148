"""The actions of steps that make no media, one module each. A new one is a new module and a field of `StepActions`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.step_actions.approval import Approval
from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.step_actions.call import Call
from media_workflows.domain.step_actions.copy import Copy
from media_workflows.domain.step_actions.notify import Notify, StepTarget
from media_workflows.domain.step_actions.source import DeleteSource, MoveSource


def _left_out(settings: Any) -> bool:
    return settings is None


def _action(description: str) -> Any:
    return Field(None, exclude_if=_left_out, description=description)


with warnings.catch_warnings(action="ignore", category=UserWarning):
    # `copy` hides a deprecated method of pydantic's models, which have `model_copy` for it.

    class _Fields(Model):
        approval: Approval | None = _action("A person approves or rejects")
        copy: Copy | None = _action("A copy of the source or of outputs, inside the storage")  # type: ignore[assignment]
        notify: StepTarget | None = _action("An event of its own, to this target")
        call: Call | None = _action("An HTTP function, whose answer conditions read")
        move_source: MoveSource | None = _action("The source is moved, after all that is made of it")
        delete_source: DeleteSource | None = _action("The source is deleted, after all that is made of it")


class StepActions(_Fields):
    """What a step may do instead of a job."""

    def actions(self) -> Iterator[Action]:
        """Those that are given."""
        for kind in ACTION_KINDS:
            if (settings := getattr(self, kind)) is not None:
                yield settings if isinstance(settings, Action) else Notify(target=settings)


ACTIONS: dict[str, type[Action]] = {
    action.kind: action for action in (Approval, Copy, Notify, Call, MoveSource, DeleteSource)
}
ACTION_KINDS: tuple[str, ...] = tuple(StepActions.model_fields)
