"""Which steps would run, as far as a source and the steps before decide it."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import graph
from media_workflows.domain.conditions.outcomes import RunFacts
from media_workflows.domain.forecast import StepForecast, forecast
from media_workflows.domain.workflow import parse_workflow

SOURCE = {"source.width": 1920, "source.short_edge": 1080, "source.has_video": True}
RUN = RunFacts(priority=3, is_forced=False, is_manual=False, source_size_bytes=9)
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
    ],
)
def test_messages(steps: list[dict[str, Any]], message: str) -> None:
    assert forecasts(*steps)["x"].message == message
