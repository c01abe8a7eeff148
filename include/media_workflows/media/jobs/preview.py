"""Preview of a job: its plan and commands, with names in place of this machine's paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.media.ffmpeg.run import command_line
from media_workflows.media.filters.build_context import BuildContext, ExtraInput
from media_workflows.media.jobs.job import BUILDERS
from media_workflows.media.plan.planned import Plan, build_plan

SHOWN_BINARY, SHOWN_SOURCE = "ffmpeg", "source"


def plan_job(kind: str, items: Sequence[JobItem[Any]], context: BuildContext) -> Plan:
    """The plan of all items of a kind."""
    return build_plan(BUILDERS[kind], context, dict(enumerate(items)))


def shown_commands(kind: str, items: Sequence[JobItem[Any]], context: BuildContext) -> list[list[str]]:
    """The commands of a job, in their order: the source is named `source`, other inputs by their keys."""
    shown = replace(context, source=Path(SHOWN_SOURCE), extra=_by_key(context.extra))
    return [command_line(graph, SHOWN_BINARY) for graph in plan_job(kind, items, shown).graphs]


def _by_key(extra: Mapping[str, ExtraInput]) -> dict[str, ExtraInput]:
    return {key: replace(given, path=Path(key)) for key, given in extra.items()}
