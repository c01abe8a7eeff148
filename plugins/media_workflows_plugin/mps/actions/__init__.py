"""The actions, in groups: each module of this package with a table `ACTIONS` is one."""

from __future__ import annotations

import importlib
import pkgutil

from media_workflows_plugin.mps.action import Action


def _groups() -> dict[str, dict[str, Action]]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: module.ACTIONS for name, module in modules.items() if hasattr(module, "ACTIONS")}


GROUPS = _groups()
ACTIONS: dict[str, Action] = {name: action for group in GROUPS.values() for name, action in group.items()}
