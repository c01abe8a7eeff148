"""Whether it is a step's turn: approvals, its condition, and the output that it reads. Before any work is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from media_workflows.domain.conditions.outcomes import ANSWER, RunProperties, StepOutcome
from media_workflows.domain.conditions.run_outcomes import outcomes_of
from media_workflows.domain.conditions.source import SourceProperties, source_values
from media_workflows.domain.conditions.variables import Value
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import SourceObject, now
from media_workflows.domain.step_actions.approval import REJECTED
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_definition import SOURCE, StepDefinition
from media_workflows.execution.running_step import RunningStep
from media_workflows.media.source.kept_readings import kept_readings
from media_workflows.media.source.probe import probe
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_properties import read_properties
from media_workflows.store import decisions as store
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.runs import results_of_run


@dataclass(frozen=True)
class Turn:
    """A step of a graph with all steps before it. `task_states` are Airflow's, by task id, at this moment."""

    step: StepDefinition
    before: Sequence[StepDefinition]
    task_states: Callable[[], Mapping[str, str | None]]
    priority: int
    is_manual: bool

    @property
    def reads_outcomes(self) -> bool:
        """Whether the steps before matter: to the condition, for an input, or by the answer of an approval."""
        return bool(self.step.when or self.step.reads or any(step.approval for step in self.before))


def take_turn(running: RunningStep, turn: Turn) -> SourceObject | StepDecision:
    """The object that the step has to read, or the decision that skips it; the decision is stored in either case.

    Raises ConditionError when the condition has no value, MediaError when the source cannot be read, StorageError.
    """
    outcomes = outcomes_before(running, turn) if turn.reads_outcomes else {}
    decision = _by_condition(running, turn, outcomes)
    source = _input(running, turn, outcomes)
    if decision.skipped is None and source is None:
        decision = decision.model_copy(update={"skipped": "no_input", "input": "', '".join(turn.step.reads)})
    key, is_worth_noting = running.request.step, bool(turn.step.when or decision.skipped)
    with transaction() as session:
        store.forget_decision(session, key)  # of an earlier try
        if is_worth_noting:
            store.record_decision(session, key, decision)
    if is_worth_noting:
        running.log(decision.message)
    return decision if decision.skipped or source is None else source


def outcomes_before(running: RunningStep, turn: Turn) -> dict[str, StepOutcome]:
    """Of the steps before."""
    key, states = running.request.step, turn.task_states()
    with transaction() as session:
        results = results_of_run(session, key.workflow_id, key.run_id)
        actions = actions_of_run(session, key.workflow_id, key.run_id)
    return outcomes_of(turn.before, states, results, actions)


def _input(running: RunningStep, turn: Turn, outcomes: Mapping[str, StepOutcome]) -> SourceObject | None:
    reads = turn.step.action.reads if turn.step.action else ()
    if reads and not any(outcomes[id_].outputs for id_ in reads):
        return None
    if turn.step.input == SOURCE:
        return running.request.source
    made = outcomes[turn.step.input].main_output
    if made is None:
        return None
    return SourceObject(bucket=made.bucket, key=made.key, etag=made.etag, size_bytes=made.size_bytes)


def _by_condition(running: RunningStep, turn: Turn, outcomes: Mapping[str, StepOutcome]) -> StepDecision:
    text = turn.step.when
    decision = StepDecision(step_id=running.request.step.step_id, condition=text, decided_at=now())
    if not text:
        return _unless_rejected(decision, turn, outcomes, ())
    from media_workflows.domain.conditions.checking import read_condition  # protobuf: only where it is needed
    from media_workflows.domain.conditions.evaluation import evaluate
    from media_workflows.domain.conditions.outcomes import variables_after

    condition = read_condition(text, variables_after(turn.before))
    decision = _unless_rejected(decision, turn, outcomes, condition.names)
    if decision.skipped:
        return decision
    found = evaluate(condition, _values(running, turn, outcomes, condition.names))
    return decision.model_copy(update={"skipped": None if found.value else "condition", "values": found.decided_by})


def _unless_rejected(
    decision: StepDecision, turn: Turn, outcomes: Mapping[str, StepOutcome], names: Sequence[str]
) -> StepDecision:
    """Skipped after an approval that was rejected; a condition that reads its answer decides by itself."""
    for step in turn.before:
        is_read = f"steps.{step.id}.{ANSWER}" in names
        if step.approval and step.id in turn.step.before and not is_read and outcomes[step.id].answer == REJECTED:
            found = {"skipped": "rejected", "rejected": step.id, "rejected_by": outcomes[step.id].by}
            return decision.model_copy(update=found)
    return decision


def _values(
    running: RunningStep, turn: Turn, outcomes: Mapping[str, StepOutcome], names: Sequence[str]
) -> dict[str, Value]:
    from media_workflows.domain.conditions.outcomes import values_after

    request = running.request
    needs_duration = any(name.endswith(".duration_ratio") for name in names)
    properties = source_properties_of(running, [*names, *(["source.duration_s"] if needs_duration else [])])
    run = RunProperties(
        priority=turn.priority,
        is_forced=request.force,
        is_manual=turn.is_manual,
        source_size_bytes=request.source.size_bytes,
        source_duration_s=properties.info.duration_s if properties and properties.info else None,
    )
    return {**(source_values(properties) if properties else {}), **values_after(turn.before, outcomes, run)}


def source_properties_of(running: RunningStep, names: Sequence[str]) -> SourceProperties | None:
    """What conditions, or a budget, read of the source; None = nothing. Read once for each run, and kept in the store.

    Raises MediaError, StorageError.
    """
    if not any(name.startswith("source.") for name in names):
        return None
    key, source = running.request.step, running.request.source
    with transaction() as session:
        known = store.source_properties(session, key.workflow_id, key.run_id, source.etag)

    def media_info() -> MediaInfo:
        cache = source_cache(running.settings)
        with cache.fetch(running.storage, source) as path, kept_readings({path: cache.readings(source)}):
            return probe(path)

    properties = read_properties(names, running.storage, source, media_info, known)
    if properties != known:
        with transaction() as session:
            store.keep_source_properties(session, key.workflow_id, key.run_id, source.etag, properties)
    return properties
