"""How the steps of a run end, by the documented rules and nothing else: what Airflow's runs are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reads:
    """A condition. `of` None: a constant `truth`. Else it reads a step: its status, or the size of its output."""

    truth: bool = True
    of: str | None = None
    status: str = ""

    @property
    def text(self) -> str:
        if self.of is None:
            return f"source.size_bytes {'>' if self.truth else '<'} 0"
        return f"steps.{self.of}.status == '{self.status}'" if self.status else f"steps.{self.of}.output.size_bytes > 0"


@dataclass(frozen=True)
class ModelStep:
    """A step as the model sees it; `outcome` is what its work does once it runs."""

    id: str
    after: tuple[str, ...] = ()
    input: str = ""
    when: Reads | None = None
    goes_on: bool = False
    outcome: str = "success"

    @property
    def before(self) -> set[str]:
        return {*self.after, *([self.input] if self.input else [])}


def expected(steps: Sequence[ModelStep]) -> tuple[str, dict[str, str]]:
    """The state of the run, and of each step's task. Steps stand in an order in which each is after its own before."""
    tasks: dict[str, str] = {}
    made: set[str] = set()
    for step in steps:
        before = [tasks[id_] for id_ in step.before]
        tasks[step.id] = _task_state(step, before, tasks, made)
        if tasks[step.id] == "runs":
            tasks[step.id] = "failed" if step.outcome != "success" else "success"
            made |= {step.id} if step.outcome == "success" else set()
            if step.goes_on and tasks[step.id] == "failed":
                tasks[step.id] = "failed, goes on"
    failed = any(state == "failed" for state in tasks.values())
    shown = {id_: "success" if state == "failed, goes on" else state for id_, state in tasks.items()}
    return "failed" if failed else "success", shown


def _task_state(step: ModelStep, before: Sequence[str], tasks: Mapping[str, str], made: set[str]) -> str:
    is_handler = step.when is not None and step.when.status != ""
    if not is_handler:
        if {"failed", "upstream_failed"} & set(before):
            return "upstream_failed"
        if before and set(before) == {"skipped"}:
            return "skipped"
    value = _value(step.when, tasks, made)
    if value is None:  # the condition reads what is not there
        return "failed, goes on" if step.goes_on else "failed"
    if not value or (step.input and step.input not in made):
        return "skipped"
    return "runs"


def _value(when: Reads | None, tasks: Mapping[str, str], made: set[str]) -> bool | None:
    if when is None:
        return True
    if when.of is None:
        return when.truth
    if when.status:
        return tasks[when.of].partition(",")[0] == when.status
    return True if when.of in made else None
