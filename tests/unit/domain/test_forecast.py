"""Which steps would run, as far as a source and the steps before decide it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions import definition, graph
from graph_model import ModelStep, Reads, expected
from media_workflows.domain.conditions.outcomes import RunProperties, StepOutcome
from media_workflows.domain.conditions.variables import Value
from media_workflows.domain.forecast import Forecasts, StepForecast, counts, forecast
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.result import ItemResult, OutputRecord
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.workflow import parse_workflow

SOURCE = {"source.width": 1920, "source.short_edge": 1080, "source.has_video": True}
RUN = RunProperties(priority=3, is_forced=False, is_manual=False, source_size_bytes=9)
CHECK = {"id": "check", "quality_control": {"template": 10}}


def step(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    item = {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}
    return {"id": id_, "after": list(after), "sample_snapshot": item} | parts


def transcode(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    return {"id": id_, "after": list(after), "transcode": {"template": 100040}} | parts


def forecasts(*steps: dict[str, Any]) -> dict[str, StepForecast]:
    return forecast(parse_workflow(graph(*steps)).steps, SOURCE, RUN, ["source.tags"])


def outcomes(*steps: dict[str, Any]) -> dict[str, str]:
    return {id_: found.skipped or found.outcome for id_, found in forecasts(*steps).items()}


FALSE, TRUE = "source.width < 1000", "run.priority == 3"
UNKNOWN = "source.fps > 30.0"  # of this source
LATER = "quality.black_screen"


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("", "runs"),
        (TRUE, "runs"),
        (FALSE, "condition"),
        (UNKNOWN, "fails"),
        (LATER, "undecided"),
        (f"{LATER} && {FALSE}", "condition"),
        (f"{FALSE} || {LATER}", "undecided"),
        (f"{TRUE} || {LATER}", "runs"),
        (f"{UNKNOWN} || {LATER}", "undecided"),
        ("has(quality.black_screen_value)", "undecided"),
        ("!has(quality.black_screen_value)", "undecided"),
        ("has(source.fps)", "condition"),
        ('steps.check.status == "failed"', "undecided"),
        ('source.tags["a"] == "b"', "undecided"),
        ("run.manual || run.forced", "condition"),
    ],
)
def test_conditions(when: str, outcome: str) -> None:
    assert outcomes(CHECK, step("x", "check", when=when))["x"] == outcome


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([transcode("a", when=FALSE), step("b", "a"), step("c", "b")], ["condition", "all_skipped", "all_skipped"]),
        ([transcode("a", when=FALSE), step("b"), step("c", "a", "b")], ["condition", "runs", "runs"]),
        ([transcode("a", when=FALSE), step("b"), step("c", "b", input="a")], ["condition", "runs", "no_input"]),
        ([CHECK, transcode("a", "check", when=LATER), step("b", input="a")], ["runs", "undecided", "undecided"]),
        ([CHECK, step("a", "check", when=LATER), step("b", "a", "check")], ["runs", "undecided", "runs"]),
        ([CHECK, step("a", "check", when=LATER), step("b", "a", when=FALSE)], ["runs", "undecided", "condition"]),
        (
            [CHECK, transcode("a", "check", when=LATER), step("b", "check", input="a")],
            ["runs", "undecided", "undecided"],
        ),
        ([step("a", when=UNKNOWN), step("b", "a"), step("c", "b")], ["fails", "upstream_failed", "upstream_failed"]),
        ([step("a", when=UNKNOWN, on_failure="continue"), step("b", "a")], ["fails", "runs"]),
        (
            [transcode("a", when=UNKNOWN, on_failure="continue"), step("b", input="a")],
            ["fails", "no_input"],
        ),
        ([step("a", when=UNKNOWN), step("b", "a", when='steps.a.status == "failed"')], ["fails", "runs"]),
        ([step("a", when=FALSE), step("b", "a", when='steps.a.status == "skipped"')], ["condition", "runs"]),
        ([step("a", when=FALSE), step("b", "a", when='steps.a.status == "failed"')], ["condition", "condition"]),
    ],
)  # fmt: skip
def test_steps_before(steps: list[dict[str, Any]], expected: list[str]) -> None:
    assert list(outcomes(*steps).values()) == expected


def test_findings_of_a_skipped_step_are_unknown() -> None:
    found = forecasts(CHECK | {"when": FALSE}, step("b"), step("x", "check", "b", when=LATER))
    assert found["x"].outcome == "fails"
    assert found["x"].error.startswith("quality.black_screen is unknown for this file")


ASK = {"id": "ask", "approval": {"message": "?"}}
COPY = {"id": "copied", "copy": {"of": ["a"], "bucket": "archive"}}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([ASK, step("x", "ask")], ["runs", "undecided"]),
        ([ASK, step("x", "ask", when='steps.ask.answer == "rejected"')], ["runs", "undecided"]),
        ([ASK | {"when": FALSE}, step("x", "ask")], ["condition", "all_skipped"]),
        ([ASK | {"when": FALSE}, step("b"), step("x", "ask", "b")], ["condition", "runs", "runs"]),
        ([ASK, step("b", "ask"), step("x", "b")], ["runs", "undecided", "undecided"]),
        ([step("a"), COPY], ["runs", "runs"]),
        ([step("a", when=FALSE), step("b"), COPY | {"after": ["b"]}], ["condition", "runs", "no_input"]),
    ],
)
def test_steps_that_make_no_media(steps: list[dict[str, Any]], expected: list[str]) -> None:
    assert list(outcomes(*steps).values()) == expected


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([step("x")], "would run"),
        ([step("x", when=TRUE)], "would run: run.priority == 3 (run.priority = 3)"),
        (
            [step("x", when=FALSE)],
            "would be skipped: its condition is false: source.width < 1000 (source.width = 1920)",
        ),
        ([step("a", when=FALSE), step("x", "a")], "would be skipped: all steps before it would be"),
        (
            [transcode("a", when=FALSE), step("b"), step("x", "b", input="a")],
            "would be skipped: its input would not be made",
        ),
        ([step("a", when=UNKNOWN), step("x", "a")], "would not run, as a step before it would fail"),
        ([CHECK, step("x", "check", when=LATER)], "decided during the run by quality.black_screen"),
        ([CHECK, transcode("a", "check", when=LATER), step("x", input="a")], "decided during the run"),
        ([{"id": "ask", "approval": {"message": "?"}}, step("x", "ask")], "decided during the run by steps.ask.answer"),
    ],
)
def test_messages(steps: list[dict[str, Any]], message: str) -> None:
    assert forecasts(*steps)["x"].message == message


@st.composite
def runs(draw: st.DrawFn) -> list[ModelStep]:
    """Up to 10 steps in order."""
    steps: list[ModelStep] = []
    above: dict[str, set[str]] = {}
    for number in range(draw(st.integers(1, 10))):
        ids = [one.id for one in steps]
        after = tuple(draw(st.lists(st.sampled_from(ids), max_size=3, unique=True))) if ids else ()
        input_ = draw(st.sampled_from(["", "", *ids]))
        before = {*after, input_} - {""}
        above[f"s{number}"] = before.union(*(above[other] for other in before))
        known = sorted(above[f"s{number}"])
        conditions = [st.none(), st.builds(Reads, truth=st.booleans())]
        if known:
            states = st.sampled_from(["success", "failed", "skipped", "upstream_failed"])
            conditions += [st.builds(Reads, of=st.sampled_from(known), status=states),
                           st.builds(Reads, of=st.sampled_from(known))]  # fmt: skip
        when = draw(st.one_of(conditions))
        outcome = draw(st.sampled_from(["success", "success", "failed"]))
        steps.append(ModelStep(f"s{number}", after, input_, when, draw(st.booleans()), outcome))
    return steps


def definitions_of(steps: list[ModelStep]) -> list[StepDefinition]:
    return [
        StepDefinition(
            id=one.id,
            after=list(one.after),
            when=one.when.text if one.when else "",
            input=one.input or "source",
            on_failure="continue" if one.goes_on else "fail",
            transcode=[TranscodeItem(template=100040)],
        )
        for one in steps
    ]


@settings(max_examples=60, deadline=None)
@given(runs())
def test_what_is_forecast_happens(steps: list[ModelStep]) -> None:
    """With the results of earlier steps, forecasts follow the documented rules; before a run, none of them is wrong."""
    _, states = expected(steps)
    source: dict[str, Value] = {"source.size_bytes": 9}
    made = Forecasts(definitions_of(steps), source, RUN, frozenset())
    shown = {"runs": "success", "fails": "failed"}
    for model, step in zip(steps, made.steps, strict=True):
        found = made.of(step)
        made.by_id[step.id] = found
        state = shown.get(found.outcome, found.outcome)
        if found.outcome == "runs":
            has_failed = model.outcome == "failed"
            output = OutputRecord(bucket="b", key="k", size_bytes=1, md5="")
            item = ItemResult(item={}, definition=1, status="FAIL" if has_failed else "SUCCESS", outputs=(output,))
            made.ended[step.id] = StepOutcome("failed" if has_failed else "success", [item])
            if has_failed:
                made.by_id[step.id] = found.model_copy(update={"outcome": "fails"})
                state = "failed"
        assert ("success" if state == "failed" and model.goes_on else state) == states[step.id]
    if all(model.outcome == "success" for model in steps):
        for id_, found in forecast(made.steps, source, RUN).items():
            ended = made.by_id[id_].outcome
            assert found.outcome in ("undecided", ended) or ended == "upstream_failed"  # by a condition without a value


def test_an_estimate_counts_what_may_run() -> None:
    """The extraction of features follows the steps that read them."""
    steps = [
        step("never", when=FALSE),
        CHECK,
        step("later", "check", when=LATER),
        step("error", when=UNKNOWN),
        {"id": "known", "recognition": {"template": 10}},
        {"id": "none", "analysis": {"template": 10}, "when": FALSE},
    ]
    workflow = parse_workflow(graph(*steps))
    found = forecast(workflow.steps, SOURCE, RUN)
    tasks = ["never", "check", "later", "error", "known", "known_features", "none", "none_features"]
    counted = [task for task in tasks if counts(workflow, task, found)]
    assert counted == ["check", "later", "known", "known_features"]


def test_an_estimate_counts_all_tasks_of_a_flat_workflow() -> None:
    flat = parse_workflow(definition(name="w"))
    assert counts(flat, "transcode", {})
    assert counts(flat, "signals", {})
