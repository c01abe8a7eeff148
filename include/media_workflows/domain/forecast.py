"""`forecast`: which steps of a graph would run for a source, as far as that is known before a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.conditions.checking import read_condition
from media_workflows.domain.conditions.evaluation import evaluate
from media_workflows.domain.conditions.outcomes import (
    ANSWER,
    FINDINGS,
    RunProperties,
    Status,
    StepOutcome,
    step_variables,
    values_after,
    variables_after,
)
from media_workflows.domain.conditions.variables import Value, Values
from media_workflows.domain.step_decision import SkipReason, shown_value
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import in_order, reads_outcomes, step_of_task, steps_before
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConditionError

Outcome = Literal["runs", "skipped", "fails", "upstream_failed", "undecided"]


class StepForecast(Model):
    """Whether a step would run, if no step before it fails. `values` are those that decide its condition.

    `undecided`: its condition, its input or the steps before it are known only during the run; `unknown` are the values
    that are missing. `fails`: the condition has no value for this source, and `error` says why.
    """

    step_id: str
    outcome: Outcome
    skipped: SkipReason | Literal["all_skipped"] | None = None
    condition: str = ""
    values: dict[str, Value | None] = Field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    error: str = ""

    @property
    def may_run(self) -> bool:
        """Whether it would run, or that is decided during the run."""
        return self.outcome in ("runs", "undecided")

    @property
    def message(self) -> str:
        """In one line."""
        values = ", ".join(f"{name} = {shown_value(value)}" for name, value in self.values.items())
        given = f"{self.condition}" + (f" ({values})" if values else "")
        return {
            "runs": f"would run: {given}" if self.condition else "would run",
            "skipped": f"would be skipped: {self._reason(given)}",
            "fails": f"would fail: {self.error}",
            "upstream_failed": "would not run, as a step before it would fail",
            "undecided": "decided during the run" + (f" by {', '.join(self.unknown)}" if self.unknown else ""),
        }[self.outcome]

    def _reason(self, given: str) -> str:
        if self.skipped == "condition":
            return f"its condition is false: {given}"
        if self.skipped == "no_input":
            return "its input would not be made"
        return "all steps before it would be"


def forecast(
    steps: Sequence[StepDefinition], source: Values, run: RunProperties, missing: Sequence[str] = ()
) -> dict[str, StepForecast]:
    """The forecast of each step, by id. `source` are the known values of `source.*`; `missing` those not read."""
    found = Forecasts(steps, source, run, frozenset(missing))
    for step in in_order(steps):
        found.by_id[step.id] = found.of(step)
    return found.by_id


def counts(workflow: Workflow, task_id: str, forecasts: Mapping[str, StepForecast]) -> bool:
    """Whether an estimate of the run counts a task: its step may run, or is not of a graph.

    A task that extracts features runs with the first step that reads them, under the same condition.
    """
    step = step_of_task(workflow, task_id)
    return step is None or forecasts[step.id].may_run


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of steps, made one after another in their order. `by_id` has those of steps before.

    `ended`: steps that have run meanwhile; what they made and found is known.
    """

    steps: Sequence[StepDefinition]
    source: Values
    run: RunProperties
    missing: frozenset[str]
    by_id: dict[str, StepForecast] = field(default_factory=dict)
    ended: dict[str, StepOutcome] = field(default_factory=dict)

    def of(self, step: StepDefinition) -> StepForecast:
        """Whether the step would run."""
        runs = StepForecast(step_id=step.id, outcome="runs", condition=step.when)
        before = self._outcomes(step)
        if not reads_outcomes(step.when):
            if "upstream_failed" in before:
                return runs.model_copy(update={"outcome": "upstream_failed"})
            if before and set(before) == {"skipped"}:
                return runs.model_copy(update={"outcome": "skipped", "skipped": "all_skipped"})
        decided = self._by_condition(step, runs)
        if decided.outcome != "runs" or not step.before:
            return decided
        return self._by_steps_before(step, decided, before)

    def _outcomes(self, step: StepDefinition) -> list[Outcome]:
        """Of the steps directly before; after a failed one of `on_failure: continue`, others run."""
        found: list[Outcome] = []
        for other in self.steps:
            if other.id in step.before:
                outcome = self.by_id[other.id].outcome
                lets_go_on = outcome == "fails" and other.on_failure == "continue"
                found.append("runs" if lets_go_on else "upstream_failed" if outcome == "fails" else outcome)
        return found

    def _by_steps_before(self, step: StepDefinition, decided: StepForecast, before: Sequence[Outcome]) -> StepForecast:
        inputs = {self.by_id[id_].outcome for id_ in step.reads}
        if inputs and not any(self.by_id[id_].may_run for id_ in step.reads):
            return decided.model_copy(update={"outcome": "skipped", "skipped": "no_input"})
        if answers := self._answers(step):
            return decided.model_copy(update={"outcome": "undecided", "unknown": answers})
        is_certain = "runs" in before or reads_outcomes(step.when)
        has_input = not inputs or "runs" in inputs
        return decided if is_certain and has_input else decided.model_copy(update={"outcome": "undecided"})

    def _answers(self, step: StepDefinition) -> tuple[str, ...]:
        """Of approvals directly before the step: after a rejection it is skipped, unless its condition reads that."""
        approvals = [other.id for other in self.steps if other.approval and other.id in step.before]
        asked = [id_ for id_ in approvals if self.by_id[id_].may_run]
        answers = (f"steps.{id_}.{ANSWER}" for id_ in asked)
        return tuple(name for name in answers if name not in step.when)

    def _by_condition(self, step: StepDefinition, runs: StepForecast) -> StepForecast:
        if not step.when:
            return runs
        before = steps_before(step, self.steps)
        condition = read_condition(step.when, variables_after(before))
        later = self.missing.union(*(self._known_later(other) for other in before))
        unknown = tuple(name for name in condition.names if name in later)
        try:
            found = evaluate(condition, self._values(before))
        except ConditionError as error:
            failed = (
                {"outcome": "undecided", "unknown": unknown} if unknown else {"outcome": "fails", "error": str(error)}
            )
            return runs.model_copy(update=failed)
        if later.intersection(found.decided_by):  # by has(x), which is false only as long as x is unknown
            return runs.model_copy(update={"outcome": "undecided", "unknown": unknown})
        skipped = {} if found.value else {"outcome": "skipped", "skipped": "condition"}
        return runs.model_copy(update={"values": found.decided_by} | skipped)

    def _values(self, before: Sequence[StepDefinition]) -> Values:
        """The known ones. A step that does not run has a status; one that ran has results, too."""
        states: dict[str, Status] = {"skipped": "skipped", "fails": "failed", "upstream_failed": "upstream_failed"}
        outcomes = {step.id: self.by_id[step.id].outcome for step in before}
        known = {id_: StepOutcome(states[outcome]) for id_, outcome in outcomes.items() if outcome in states}
        return {**self.source, **values_after(before, known | self.ended, self.run)}

    def _known_later(self, step: StepDefinition) -> Iterator[str]:
        """The values of a step that it has when it has run."""
        if self.by_id[step.id].may_run and step.id not in self.ended:
            yield from (variable.name for variable in step_variables(step.id, step.makes_media, step.action))
            yield from (variable.name for variable in (FINDINGS[step.kind].variables if step.kind in FINDINGS else ()))
