"""`RemovedSource`: a run's source that one of its own steps has deleted or moved."""

from __future__ import annotations

from collections.abc import Iterable

from media_workflows.domain.action_result import ActionOutput, ActionResult
from media_workflows.domain.base import Model
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_actions import ACTIONS


class RemovedSource(Model):
    """The step that removed the source, and where it is now; None = it was deleted.

    `is_readable`: its bucket keeps versions, so that steps and previews still read the one that the run began with.
    """

    step_id: str
    moved_to: ActionOutput | None
    is_readable: bool


def removed_source(source: SourceObject | None, actions: Iterable[ActionResult]) -> RemovedSource | None:
    """By the results of a run's actions; None = its source was not removed by it."""
    removing = (one for one in actions if ACTIONS[one.kind].consumes_source and not one.failed)
    step = next(removing, None)
    if source is None or step is None:
        return None
    return RemovedSource(
        step_id=step.step_id, moved_to=next(iter(step.outputs), None), is_readable=bool(source.version_id)
    )
