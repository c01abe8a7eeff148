"""What a condition may read of the steps before it: how they ended, what they made, what they found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from media_workflows.domain.conditions.source import SOURCE
from media_workflows.domain.conditions.variables import Value, ValueType, Variable, Variables
from media_workflows.domain.jobs.analysis import AnalysisItem
from media_workflows.domain.jobs.content_review import CATEGORIES, ContentReviewItem
from media_workflows.domain.jobs.quality_control import QualityControlItem, QualityControlParameters
from media_workflows.domain.jobs.recognition import RecognitionItem
from media_workflows.domain.result import ItemResult, OutputRecord
from media_workflows.domain.step_actions import ACTIONS
from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.sub_tasks.analysis import ClassificationOutput, TagOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.domain.sub_tasks.recognition import WordsOutput
from media_workflows.domain.sub_tasks.verdict import SEVERITY, verdict

BOOLEAN, INTEGER, NUMBER = ValueType.BOOLEAN, ValueType.INTEGER, ValueType.NUMBER
TEXT, TEXTS = ValueType.TEXT, ValueType.TEXTS

Status = Literal["success", "failed", "skipped", "upstream_failed"]


@dataclass(frozen=True)
class RunProperties:
    """What was known when a run began. `source_duration_s` None = not read, or unknown."""

    priority: int
    is_forced: bool
    is_manual: bool
    source_size_bytes: int
    source_duration_s: float | None = None


@dataclass(frozen=True)
class StepOutcome:
    """How a step ended, as conditions after it read it. `items` are its results; none of a step that did not run.

    Of a step without media, `answer` is its answer, and `by` who gave it.
    """

    status: Status | None = None
    items: Sequence[ItemResult] = ()
    answer: str | dict[str, str] | None = None
    by: str = ""

    @property
    def outputs(self) -> list[OutputRecord]:
        """All that it has made."""
        return [output for item in self.items if item.status == "SUCCESS" for output in item.outputs]

    @property
    def main_output(self) -> OutputRecord | None:
        """The first main output, which steps after it may read."""
        return next((output for output in self.outputs if output.role == "main"), None)


RUN = (
    Variable("run.priority", INTEGER, "priority of the workflow, -10 to 10"),
    Variable("run.forced", BOOLEAN, "the run was started with `force`: nothing is reused"),
    Variable("run.manual", BOOLEAN, "the run was started by hand or by the API, not by an upload"),
)


def run_values(run: RunProperties) -> dict[str, Value]:
    """The values of `run.*`."""
    return {"run.priority": run.priority, "run.forced": run.is_forced, "run.manual": run.is_manual}


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part and whole else None


def _duration_s(output: OutputRecord) -> float | None:
    return output.info.duration_s or None if output.info else None


# What `steps.<id>.output` has, of the first main output.
_OUTPUT: tuple[tuple[str, ValueType, str, str, Callable[[OutputRecord, RunProperties], Value | None]], ...] = (
    ("size_bytes", INTEGER, "bytes", "size", lambda output, _: output.size_bytes),
    ("size_ratio", NUMBER, "", "size in relation to the source's",
     lambda output, run: _ratio(output.size_bytes, run.source_size_bytes)),
    ("duration_s", NUMBER, "seconds", "duration", lambda output, _: _duration_s(output)),
    ("duration_ratio", NUMBER, "", "duration in relation to the source's",
     lambda output, run: _ratio(_duration_s(output), run.source_duration_s)),
    ("bitrate_kbps", NUMBER, "kbit/s", "bitrate of the whole file",
     lambda output, _: output.info.bitrate_bps / 1000 or None if output.info else None),
    ("vmaf", NUMBER, "", "VMAF, 0 to 100, where the step measures it", lambda output, _: output.vmaf),
)  # fmt: skip

ANSWER = "answer"
STATUSES: tuple[Status, ...] = get_args(Status)
STATUS = ("status", TEXT, f"how the step ended: {', '.join(f'`{status}`' for status in STATUSES)}")


def step_variables(step_id: str, makes_media: bool, action: Action | None = None) -> Iterator[Variable]:
    """`steps.<id>.*` of one step."""
    name, type_, meaning = STATUS
    yield Variable(f"steps.{step_id}.{name}", type_, meaning, values=STATUSES)
    if makes_media:
        for name, type_, unit, meaning, _ in _OUTPUT:
            yield Variable(f"steps.{step_id}.output.{name}", type_, f"first main output: {meaning}", unit)
    if action:
        yield from _answer_variables(step_id, type(action))


def _answer_variables(step_id: str, action: type[Action]) -> Iterator[Variable]:
    if action.answer:
        meaning = f"{action.kind}: {action.answer_meaning}"
        yield Variable(f"steps.{step_id}.{ANSWER}", action.answer, meaning, values=action.answers)


def _step_values(step_id: str, outcome: StepOutcome, run: RunProperties) -> Iterator[tuple[str, Value | None]]:
    yield f"steps.{step_id}.status", outcome.status
    yield f"steps.{step_id}.{ANSWER}", outcome.answer
    if output := outcome.main_output:
        for name, *_, read in _OUTPUT:
            yield f"steps.{step_id}.output.{name}", read(output, run)


def _quality_variables() -> Iterator[Variable]:
    for name in QualityControlParameters.model_fields:
        yield Variable(f"quality.{name}", BOOLEAN, f"the control found the problem `{name}`")
        yield Variable(f"quality.{name}_value", NUMBER, f"worst value of `{name}`, in the unit of the report")
        yield Variable(f"quality.{name}_share", NUMBER, f"share of the time that has the problem `{name}`, 0 to 1")


def _quality_values(outputs: Iterable[Any]) -> Iterator[tuple[str, Value | None]]:
    for report in outputs:
        if isinstance(report, QualityControlOutput):
            for item in report.items:
                yield f"quality.{item.type}", item.hit
                yield f"quality.{item.type}_value", item.value
                yield f"quality.{item.type}_share", item.share


_REVIEW = (
    Variable(
        "review.verdict",
        TEXT,
        "`pass`, `review` or `block`; `review` also where a check could not be made",
        values=tuple(SEVERITY),
    ),
    Variable(
        "review.categories",
        TEXTS,
        "categories with a verdict other than `pass`: `porn`, `terrorism`",
        values=CATEGORIES,
    ),
)


def _review_values(items: Sequence[ItemResult]) -> Iterator[tuple[str, Value | None]]:
    checks = [one for item in items for one in item.sub_tasks]
    if checks:
        yield "review.verdict", verdict(checks)
        found = [one for one in checks if isinstance(one.output, ReviewOutput) and one.output.suggestion != "pass"]
        yield "review.categories", list(dict.fromkeys(one.type.partition(".")[0] for one in found))


_RECOGNITION = (Variable("recognition.words", TEXTS, "words of the library that were found, in speech and pictures"),)


def _recognition_values(outputs: Iterable[Any]) -> Iterator[tuple[str, Value | None]]:
    words = [one for one in outputs if isinstance(one, WordsOutput)]
    if words:
        yield "recognition.words", list(dict.fromkeys(result.keyword for one in words for result in one.results))


_ANALYSIS = (Variable("analysis.tags", TEXTS, "tags and classes of the video"),)


def _analysis_values(outputs: Iterable[Any]) -> Iterator[tuple[str, Value | None]]:
    tags = [
        one.tags if isinstance(one, TagOutput) else one.classes
        for one in outputs
        if isinstance(one, TagOutput | ClassificationOutput)
    ]
    if tags:
        yield "analysis.tags", list(dict.fromkeys(tag.tag for group in tags for tag in group))


@dataclass(frozen=True)
class _Findings:
    """What the last step of a kind before a condition adds to its names."""

    variables: tuple[Variable, ...]
    values: Callable[[Sequence[ItemResult]], Iterator[tuple[str, Value | None]]]


def _of_outputs(read: Callable[[Iterable[Any]], Iterator[tuple[str, Value | None]]]) -> Any:
    return lambda items: read(one.output for item in items for one in item.sub_tasks)


FINDINGS: dict[str, _Findings] = {
    QualityControlItem.kind: _Findings(tuple(_quality_variables()), _of_outputs(_quality_values)),
    ContentReviewItem.kind: _Findings(_REVIEW, _review_values),
    RecognitionItem.kind: _Findings(_RECOGNITION, _of_outputs(_recognition_values)),
    AnalysisItem.kind: _Findings(_ANALYSIS, _of_outputs(_analysis_values)),
}
# Every variable that a condition may read somewhere; `<id>` stands for a step before it, `<call>` for one of that kind.
ALL = (
    *SOURCE,
    *RUN,
    *(variable for found in FINDINGS.values() for variable in found.variables),
    *step_variables("<id>", makes_media=True),
    *(variable for action in ACTIONS.values() for variable in _answer_variables(f"<{action.kind}>", action)),
)
Outcomes: TypeAlias = Mapping[str, StepOutcome]  # by step id


# The kind of step that adds a group of names, or a last part of names.
_LATER = {
    **{found.variables[0].name.partition(".")[0]: kind for kind, found in FINDINGS.items()},
    ANSWER: " or ".join(action.kind for action in ACTIONS.values() if action.answer),
    "steps": "any kind",
}


def variables_after(before: Sequence[StepDefinition]) -> Variables:
    """What the condition of a step may read that runs after all of these."""
    kinds = {step.kind for step in before}
    return Variables(
        [
            *SOURCE,
            *RUN,
            *(variable for kind, found in FINDINGS.items() if kind in kinds for variable in found.variables),
            *(variable for step in before for variable in step_variables(step.id, step.makes_media, step.action)),
        ],
        later=_LATER,
    )


def values_after(before: Sequence[StepDefinition], outcomes: Outcomes, run: RunProperties) -> dict[str, Value]:
    """The known values of these variables but `source.*`. Findings are those of the last step of their kind."""
    found: dict[str, Value | None] = dict(run_values(run))
    for step in before:
        outcome = outcomes.get(step.id, StepOutcome())
        if step.kind in FINDINGS and outcome.items:
            found |= dict(FINDINGS[step.kind].values(outcome.items))
        found |= dict(_step_values(step.id, outcome, run))
    return {name: value for name, value in found.items() if value is not None}
