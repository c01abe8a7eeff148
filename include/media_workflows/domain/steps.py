"""The steps of a workflow and their order. Each step is an Airflow task of the same id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from media_workflows.domain.jobs import INTELLIGENCE_KINDS, JOB_KINDS, Jobs
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, features_item
from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.step_definition import SOURCE, Output, StepDefinition
from media_workflows.domain.step_key import StepInstance

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow

UPLOAD, GATE, PUBLISH, NOTIFY = "upload", "gate", "publish_together", "notify"
BUDGET = "budget-check"  # with a character that the id of no step has


@dataclass(frozen=True)
class Step:
    """A step of a workflow. `kind` is that of its job or action; of upload, budget check, features, gate, publish and
    notify it is their name.

    `may_skip`: it is skipped where all steps directly before it were, and runs where one was not.
    `after_failures`: it runs whether or not the steps before it succeeded, as its condition reads how they ended.
    """

    id: str
    kind: str
    after: tuple[str, ...]
    may_skip: bool = False
    after_failures: bool = False


@dataclass(frozen=True)
class JobStep:
    """A step that makes what the workflow's author asked for: the items of one job.

    `place` is where it stands in the definition: 'steps[2]', or 'jobs' of a workflow without steps.
    """

    id: str
    kind: str
    items: tuple[JobItem[Any], ...]
    place: str
    definition: StepDefinition | None = None

    @property
    def instance(self) -> StepInstance:
        return StepInstance(self.id)

    @property
    def reads(self) -> str:
        """'source', or the id of the step whose main output it reads."""
        return self.definition.input if self.definition else SOURCE

    def output_of(self, workflow: Workflow) -> Output:
        """The place of its outputs."""
        return workflow.output if self.definition is None else output_of(workflow, self.definition)


@dataclass(frozen=True)
class ActionStep:
    """A step that makes no media: it asks, notifies, copies or calls."""

    id: str
    action: Action
    definition: StepDefinition


def job_steps(workflow: Workflow) -> tuple[JobStep, ...]:
    """The steps of the workflow's jobs, in the order of declaration. Without `steps`, each kind has one of its name."""
    if workflow.jobs is not None:
        return tuple(JobStep(kind, kind, tuple(items), "jobs") for kind, items in workflow.jobs.by_kind())
    return tuple(_job_step(number, step) for number, step in enumerate(workflow.steps) if step.action is None)


def _job_step(number: int, step: StepDefinition) -> JobStep:
    return JobStep(step.id, step.kind, step.items, f"steps[{number}]", step)


def action_steps(workflow: Workflow) -> tuple[ActionStep, ...]:
    """The steps that make no media, in the order of declaration."""
    return tuple(ActionStep(step.id, step.action, step) for step in workflow.steps if step.action is not None)


def output_of(workflow: Workflow, step: StepDefinition) -> Output:
    """The place of a step's outputs: its own; what that leaves out is the workflow's."""
    return step.output.over(workflow.output)


def all_items(workflow: Workflow) -> list[JobItem[Any]]:
    """The items of all steps."""
    return [item for step in job_steps(workflow) for item in step.items]


def steps_of(workflow: Workflow) -> tuple[Step, ...]:
    """All steps of a resolved workflow, in topological order."""
    flat = workflow.jobs and _flat(workflow.jobs)
    steps = flat or _graph(workflow.steps, workflow.publish == "together")
    return tuple(_after_budget(steps) if workflow.budget else steps)


def _after_budget(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, with the check of the budget between the upload and all others."""
    for step in steps:
        yield replace(step, after=tuple(BUDGET if id_ == UPLOAD else id_ for id_ in step.after))
        if step.id == UPLOAD:
            yield Step(BUDGET, BUDGET, (UPLOAD,))


def _flat(jobs: Jobs) -> Iterator[Step]:
    kinds = [kind for kind, _ in jobs.by_kind()]
    has_features = features_item(item for _, items in jobs.by_kind() for item in items) is not None
    has_gate = jobs.gate is not None
    yield Step(UPLOAD, UPLOAD, ())
    if has_features:
        yield Step(FEATURES, FEATURES, (UPLOAD,))
    if has_gate:  # everything but the review waits for it
        yield Step("content_review", "content_review", (FEATURES,))
        yield Step(GATE, GATE, ("content_review",))
        kinds.remove("content_review")
    for kind in sorted(kinds, key=lambda kind: (kind not in INTELLIGENCE_KINDS, JOB_KINDS.index(kind))):
        first = GATE if has_gate else FEATURES if kind in INTELLIGENCE_KINDS else UPLOAD
        yield Step(kind, kind, (first, *_recognition_before(kind, jobs)))
    gate = (GATE,) if has_gate else ()
    yield Step(NOTIFY, NOTIFY, (*(kind for kind, _ in jobs.by_kind()), *gate))


def _recognition_before(kind: str, jobs: Jobs) -> tuple[str, ...]:
    """The recognition step, if a ladder takes its subtitles from it."""
    reads = kind == "adaptive_dynamic_streaming" and bool(jobs.recognition)
    return ("recognition",) if reads and any(item.uses_recognition for item in jobs.adaptive_dynamic_streaming) else ()


def _graph(steps: Sequence[StepDefinition], publishes_together: bool) -> Iterator[Step]:
    yield Step(UPLOAD, UPLOAD, ())
    extracted: set[str] = set()
    for step in in_order(steps):
        is_late = reads_outcomes(step.when)
        before = step.before or (UPLOAD,)
        if step.kind in INTELLIGENCE_KINDS:
            features = features_id(step, steps)
            if features not in extracted:
                extracted.add(features)
                yield Step(features, FEATURES, before, may_skip=True, after_failures=is_late)
            yield Step(step.id, step.kind, (features,), may_skip=True)
        else:
            yield Step(step.id, step.kind, before, may_skip=True, after_failures=is_late)
    ends = tuple(step.id for step in steps)
    if publishes_together:
        yield Step(PUBLISH, PUBLISH, ends, after_failures=True)
        ends = (PUBLISH,)
    yield Step(NOTIFY, NOTIFY, ends)


def in_order(steps: Sequence[StepDefinition]) -> list[StepDefinition]:
    """The steps, each after those before it, else as declared; those of a cycle and after it are left out."""
    ordered: list[StepDefinition] = []
    done: set[str] = set()
    waiting = list(steps)
    while ready := next((step for step in waiting if done.issuperset(step.before)), None):
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.id)
    return ordered


def features_id(step: StepDefinition, steps: Sequence[StepDefinition]) -> str:
    """The step that extracts the features which an intelligence step reads.

    Those that read the same input under the same condition after the same steps share one decode of it; it is named
    after the first of them.
    """
    return f"{shared_features(step, steps)[0].id}_features"


def shared_features(step: StepDefinition, steps: Sequence[StepDefinition]) -> list[StepDefinition]:
    """The intelligence steps that share features with this one, in the order of declaration."""
    same = (step.input, set(step.after), step.when)
    return [
        other
        for other in steps
        if other.kind in INTELLIGENCE_KINDS and (other.input, set(other.after), other.when) == same
    ]


_TEXT = re.compile(r"""\"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
_STATUS = re.compile(r"\bsteps\s*\.\s*\w+\s*\.\s*status\b")


def reads_outcomes(when: str) -> bool:
    """Whether a condition reads how steps ended, and so has to be evaluated also after a failure.

    By its text: a parser of CEL takes longer to import than a DAG file to parse.
    """
    return _STATUS.search(_TEXT.sub("", when)) is not None


def runs_after_failures(workflow: Workflow) -> bool:
    """Whether a step runs after a failed one, so that the run may end without a failed task."""
    return any(reads_outcomes(step.when) for step in workflow.steps)


def step_of_task(workflow: Workflow, task_id: str) -> StepDefinition | None:
    """The step of a graph that a task runs, or for which it extracts features; None in a flat workflow."""
    return next(
        (
            step
            for step in workflow.steps
            if task_id == step.id or (step.kind in INTELLIGENCE_KINDS and task_id == features_id(step, workflow.steps))
        ),
        None,
    )


def steps_before(step: StepDefinition, steps: Sequence[StepDefinition]) -> list[StepDefinition]:
    """All steps that have ended when this one begins, in the order of declaration."""
    by_id = {other.id: other for other in steps}
    found: set[str] = set()
    rest = list(step.before)
    while rest:
        id_ = rest.pop()
        if id_ not in found and id_ in by_id:
            found.add(id_)
            rest += by_id[id_].before
    return [other for other in steps if other.id in found and other is not step]
