"""The action of a call, and the refusals of those that are not here."""

from __future__ import annotations

from media_workflows_plugin.mps.action import Action
from media_workflows_plugin.mps.actions import ACTIONS
from media_workflows_plugin.mps.actions.vendor_only import VENDOR_ONLY
from media_workflows_plugin.mps.errors import InvalidCallError, UnknownActionError, UnsupportedActionError

VERSION = "2019-06-12"


def action_of(name: str, version: str) -> Action:
    """The action with this name. Raises InvalidCallError, UnknownActionError, UnsupportedActionError."""
    if version != VERSION:
        raise InvalidCallError("the version of the API must be {version}: got '{got}'", version=VERSION, got=version)
    if action := ACTIONS.get(name):
        return action
    if missing := VENDOR_ONLY.get(name):
        raise UnsupportedActionError(
            "{action} is not supported: {reason}; {nearest}",
            action=name,
            reason=missing.reason,
            nearest=missing.nearest,
        )
    raise UnknownActionError("the API has no action '{action}' in version {version}", action=name, version=VERSION)


def changes_nothing(name: str) -> bool:
    """Whether an action only reads."""
    return name.startswith(("Describe", "Parse"))
