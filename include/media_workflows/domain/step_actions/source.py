"""`move_source` and `delete_source`: what happens to the source once everything has been made of it."""

from __future__ import annotations

from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.step_actions.copy import CopyPlace


class MoveSource(CopyPlace):
    """A verified copy of the source; then the source is deleted."""

    kind = "move_source"
    consumes_source = True


class DeleteSource(Action):
    """The source is deleted, if at least one output of it exists. It has no settings: `delete_source: {}`."""

    kind = "delete_source"
    consumes_source = True
