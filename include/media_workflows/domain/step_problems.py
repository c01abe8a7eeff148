"""What is wrong between the steps of a workflow: ids, order, inputs, conditions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import InvalidValueError, InvalidValuesError, invalid
from media_workflows.domain.jobs import INTELLIGENCE_KINDS, JOB_ITEMS
from media_workflows.domain.step_definition import SOURCE, Output, StepDefinition
from media_workflows.domain.steps import features_id, in_order, steps_before
from media_workflows.errors import FieldProblem

_NAMED_STEP = re.compile(r"\bsteps\s*\.\s*([a-z][a-z0-9_]*)")


def step_problems(steps: Sequence[StepDefinition]) -> list[FieldProblem]:
    """All problems, in the order of the steps."""
    found = [problem for number, step in enumerate(steps) for problem in _problems(f"steps[{number}]", step, steps)]
    return [*found, *_cycles(steps)]


def together_problems(steps: Sequence[StepDefinition]) -> Iterator[FieldProblem]:
    """Of a workflow that publishes all of a run together."""
    if not steps:
        yield invalid("`together` is for a workflow with `steps`: remove it, or write the jobs as steps").at(
            "publish", "'together'"
        )
    for number, step in enumerate(steps):
        if step.action and step.action.consumes_source:
            yield invalid(
                "a step of {kind} requires outputs that are published, and `publish: together` publishes them after "
                "the last step: remove the step, or use `publish: per_step`",
                kind=step.kind,
            ).at(f"steps[{number}].{step.kind}", step.kind)


def _problems(place: str, step: StepDefinition, steps: Sequence[StepDefinition]) -> Iterator[FieldProblem]:
    ids = [other.id for other in steps]
    if Counter(ids)[step.id] > 1:
        first = ids.index(step.id)
        if steps[first] is not step:
            yield invalid("steps[{first}] has this id, too: give one of them another", first=first).at(
                f"{place}.id", shown(step.id)
            )
    generated = {features_id(other, steps): other.id for other in steps if other.kind in INTELLIGENCE_KINDS}
    if step.id in generated:
        yield invalid(
            "is the id of the task that extracts the features for step '{step}': choose another",
            step=generated[step.id],
        ).at(f"{place}.id", shown(step.id))
    for index, id_ in enumerate(step.after):
        if problem := _unknown(id_, step, ids):
            yield problem.at(f"{place}.after[{index}]", shown(id_))
    yield from (problem.at(f"{place}.input", shown(step.input)) for problem in _input_problems(step, steps))
    yield from (problem.at(f"{place}.when", shown(step.when)) for problem in _condition_problems(step, steps))
    yield from _action_problems(place, step, ids)
    if step.action and step.action.consumes_source:
        yield from _too_early(place, step, steps)
        yield from _removed_twice(place, step, steps)
    for item in step.items:
        if (gate := getattr(item, "gate", "none")) != "none":
            yield invalid(
                "is for workflows without steps: write a condition that reads review.verdict in the steps after it"
            ).at(f"{place}.{step.kind}[0].gate", shown(gate))


def _action_problems(place: str, step: StepDefinition, ids: Sequence[str]) -> Iterator[FieldProblem]:
    if step.action is None:
        return
    if step.input != SOURCE:
        yield invalid("a step of {kind} has no input: name the step in `after`", kind=step.kind).at(
            f"{place}.input", shown(step.input)
        )
    if step.output != Output():
        yield invalid("a step of {kind} has no outputs: remove it", kind=step.kind).at(
            f"{place}.output", shown(step.output.model_dump(exclude_none=True))
        )
    for index, id_ in enumerate(step.action.reads):
        if problem := _unknown(id_, step, ids):
            yield problem.at(f"{place}.{step.kind}.of[{index}]", shown(id_))


def _too_early(place: str, step: StepDefinition, steps: Sequence[StepDefinition]) -> Iterator[FieldProblem]:
    """The source must be there for all that is made of it."""
    before = {other.id for other in steps_before(step, steps)}
    missing = [other.id for other in steps if other.makes_objects and other.id not in before]
    if missing:
        yield invalid(
            "a step of {kind} must be after every step that makes something: add {steps}",
            kind=step.kind,
            steps=", ".join(missing),
        ).at(f"{place}.after", shown(step.after))


def _removed_twice(place: str, step: StepDefinition, steps: Sequence[StepDefinition]) -> Iterator[FieldProblem]:
    """Two steps may each remove the source only where conditions or answers choose between them."""
    others = [other.id for other in steps if other is not step and other.action and other.action.consumes_source]
    if others and not any(one.when or one.approval for one in (step, *steps_before(step, steps))):
        yield invalid(
            "step '{other}' removes the source, too, and this step has no condition: give each of them a condition, "
            "or remove one",
            other=others[0],
        ).at(f"{place}.{step.kind}", step.kind)


def _unknown(id_: str, step: StepDefinition, ids: Sequence[str]) -> InvalidValueError | None:
    if id_ == step.id:
        return invalid("is the step itself: name the steps before it")
    if id_ in ids:
        return None
    if near := get_close_matches(id_, ids, n=1, cutoff=0.6):
        return invalid("there is no step '{id}'; did you mean '{near}'?", id=id_, near=near[0])
    return invalid("there is no step '{id}': choose one of {ids}", id=id_, ids=", ".join(ids))


def _input_problems(step: StepDefinition, steps: Sequence[StepDefinition]) -> Iterator[InvalidValueError]:
    if step.input == SOURCE:
        return
    if problem := _unknown(step.input, step, [other.id for other in steps]):
        yield problem
        return
    other = next(other for other in steps if other.id == step.input)
    if not other.makes_media:
        kinds = ", ".join(kind for kind, item in JOB_ITEMS.items() if item.makes_media)
        yield invalid(
            "step '{id}' makes no media file that another step could read: name a step of {kinds}, or '{source}'",
            id=other.id,
            kinds=kinds,
            source=SOURCE,
        )


def _condition_problems(step: StepDefinition, steps: Sequence[StepDefinition]) -> Iterator[InvalidValueError]:
    if not step.when:
        return
    from media_workflows.domain.conditions.checking import check_condition  # protobuf: only where it is needed
    from media_workflows.domain.conditions.outcomes import variables_after

    before = steps_before(step, steps)
    named = set(_NAMED_STEP.findall(step.when)) - {other.id for other in before}
    if named:
        ids = [other.id for other in steps]
        yield from (_not_before(id_, step, ids) for id_ in sorted(named))
        return
    try:
        check_condition(step.when, variables_after(before))
    except InvalidValuesError as error:
        yield from error.problems


def _not_before(id_: str, step: StepDefinition, ids: Sequence[str]) -> InvalidValueError:
    if id_ == step.id:
        return invalid("a step's condition is evaluated before the step: it cannot read steps.{id}", id=id_)
    return _unknown(id_, step, ids) or invalid("step '{id}' is not before this one: add it to `after`", id=id_)


def _cycles(steps: Sequence[StepDefinition]) -> Iterator[FieldProblem]:
    """One problem for each cycle, at its first step."""
    ordered = {step.id for step in in_order([_with_known_before(step, steps) for step in steps])}
    rest = {step.id: step for step in steps if step.id not in ordered}
    reported: set[str] = set()
    for number, step in enumerate(steps):
        path = _cycle_through(step.id, rest)
        if path and not reported.intersection(path):
            reported.update(path)
            problem = invalid(
                "the steps wait for each other: {cycle}; remove one of these from `after` or `input`",
                cycle=" → ".join([*path, path[0]]),
            )
            yield problem.at(*_edge(number, step, path[-2]))


def _edge(number: int, step: StepDefinition, before: str) -> tuple[str, str]:
    """The field that puts a step after another, and what it holds."""
    if before in step.after:
        return f"steps[{number}].after", shown(step.after)
    if step.action:
        return f"steps[{number}].{step.kind}.of", shown(list(step.action.reads))
    return f"steps[{number}].input", shown(step.input)


def _with_known_before(step: StepDefinition, steps: Sequence[StepDefinition]) -> StepDefinition:
    """Without ids that no step has, and its own: they are reported by themselves."""
    ids = {other.id for other in steps} - {step.id}
    input_ = step.input if step.input in ids else SOURCE
    return step.model_copy(update={"after": [id_ for id_ in step.after if id_ in ids], "input": input_})


def _cycle_through(start: str, rest: dict[str, StepDefinition]) -> list[str]:
    """The shortest way from a step back to itself, against the order of the steps; [] = there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        step = rest.get(way[-1])
        for id_ in step.before if step else ():
            if id_ == start and len(way) > 1:
                return way[::-1]
            if id_ in rest and id_ not in seen:
                seen.add(id_)
                ways.append([*way, id_])
    return []
