"""The values that conditions read of steps before: known ones, and those that are left out."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.conditions.outcomes import (
    FINDINGS,
    RunProperties,
    Status,
    StepOutcome,
    values_after,
    variables_after,
)
from media_workflows.domain.conditions.variables import Value
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, OutputRecord
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import ClassificationOutput, Tag, TagOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem
from media_workflows.domain.sub_tasks.recognition import WordResult, WordsOutput

RUN = RunProperties(priority=3, is_forced=True, is_manual=False, source_size_bytes=1000, source_duration_s=20.0)
RUN_VALUES = {"run.priority": 3, "run.forced": True, "run.manual": False}


def step(id_: str, kind: str) -> StepDefinition:
    template = 100040 if kind == "transcode" else 10
    return StepDefinition.model_validate({"id": id_, kind: {"template": template}})


def item(*sub_tasks: SubTaskResult, outputs: tuple[OutputRecord, ...] = (), status: Any = "SUCCESS") -> ItemResult:
    return ItemResult(item={}, definition=10, status=status, outputs=outputs, sub_tasks=sub_tasks)


def output(role: Any = "main", **parts: Any) -> OutputRecord:
    return OutputRecord(bucket="b", key="k", size_bytes=250, md5="", role=role, **parts)


def values(kind: str, *items: ItemResult, status: Status = "success", run: RunProperties = RUN) -> dict[str, Value]:
    """Those of one step `x` but `run.*` and its status."""
    found = values_after([step("x", kind)], {"x": StepOutcome(status, items)}, run)
    assert found.pop("steps.x.status") == status
    return {name: value for name, value in found.items() if name not in RUN_VALUES}


def done(output: Any, type_: str = "x") -> SubTaskResult:
    return SubTaskResult(type=type_, status="SUCCESS", output=output)


def test_without_steps_only_the_run_is_known() -> None:
    assert values_after([], {}, RUN) == RUN_VALUES


def test_a_step_without_outcome_has_no_status() -> None:
    assert values_after([step("x", "transcode")], {}, RUN) == RUN_VALUES


@pytest.mark.parametrize("status", ["success", "failed", "skipped", "upstream_failed"])
def test_status(status: Status) -> None:
    assert values("transcode", status=status) == {}


INFO = MediaInfo(container="mp4", size_bytes=250, duration_s=10.0, bitrate_bps=200_000)


def test_the_first_main_output() -> None:
    first = item(outputs=(output("segment"), output(info=INFO, vmaf=93.5)))
    found = values("transcode", first, item(outputs=(output(),)))
    assert found == {
        "steps.x.output.size_bytes": 250,
        "steps.x.output.size_ratio": 0.25,
        "steps.x.output.duration_s": 10.0,
        "steps.x.output.duration_ratio": 0.5,
        "steps.x.output.bitrate_kbps": 200.0,
        "steps.x.output.vmaf": 93.5,
    }


def test_unknown_values_are_absent() -> None:
    empty_source = RunProperties(0, False, True, source_size_bytes=0)
    assert values("transcode", item(outputs=(output(),)), run=empty_source) == {"steps.x.output.size_bytes": 250}
    info = INFO.model_copy(update={"duration_s": 0.0, "bitrate_bps": 0})
    assert set(values("transcode", item(outputs=(output(info=info),)))) == {
        "steps.x.output.size_bytes",
        "steps.x.output.size_ratio",
    }


def test_a_failed_item_has_no_output() -> None:
    assert values("transcode", item(outputs=(output(),), status="FAIL"), status="failed") == {}
    assert StepOutcome("success", [item(), item(outputs=(output(),))]).main_output is not None


def test_quality() -> None:
    report = QualityControlOutput(
        duration_s=10.0,
        no_video=False,
        no_audio=True,
        items=(
            QualityItem(type="black_screen", hit=True, value=2.5, unit="s", share=0.25),
            QualityItem(type="silence", hit=None, reason="no_audio"),
        ),
    )
    assert values("quality_control", item(done(report))) == {
        "quality.black_screen": True,
        "quality.black_screen_value": 2.5,
        "quality.black_screen_share": 0.25,
    }


def review(suggestion: Any) -> ReviewOutput:
    return ReviewOutput(suggestion=suggestion, confidence=1.0, duration_s=10.0)


NOT_CHECKED = SubTaskResult(type="terrorism.picture", status="FAIL", code="X", message="x")


@pytest.mark.parametrize(
    ("checks", "verdict", "categories"),
    [
        ([done(review("pass"), "porn.picture")], "pass", []),
        ([done(review("pass"), "porn.picture"), done(review("review"), "porn.words")], "review", ["porn"]),
        (
            [done(review("block"), "porn.picture"), done(review("review"), "terrorism.picture")],
            "block",
            ["porn", "terrorism"],
        ),
        ([done(review("pass"), "porn.picture"), NOT_CHECKED], "review", []),
        ([done(review("block"), "porn.picture"), NOT_CHECKED], "block", ["porn"]),
    ],
)
def test_review(checks: list[SubTaskResult], verdict: str, categories: list[str]) -> None:
    found = values("content_review", item(*checks))
    assert found == {"review.verdict": verdict, "review.categories": categories}


def test_words_and_tags() -> None:
    words = WordsOutput(results=(WordResult(keyword="广告", segments=()), WordResult(keyword="abc", segments=())))
    again = WordsOutput(results=(WordResult(keyword="abc", segments=()),))
    assert values("recognition", item(done(words), done(again))) == {"recognition.words": ["广告", "abc"]}
    assert values("recognition", item(done(WordsOutput()))) == {"recognition.words": []}
    news, sport = (Tag(tag=name, confidence=90.0, basis="model", reason="") for name in ("news", "sport"))
    found = values("analysis", item(done(TagOutput(tags=(news,))), done(ClassificationOutput(classes=(news, sport)))))
    assert found == {"analysis.tags": ["news", "sport"]}


@pytest.mark.parametrize("kind", sorted(FINDINGS))
def test_a_step_without_results_finds_nothing(kind: str) -> None:
    assert values(kind, status="skipped") == {}


def test_the_last_step_of_a_kind_that_ran_counts() -> None:
    def tagged(name: str) -> ItemResult:
        return item(done(TagOutput(tags=(Tag(tag=name, confidence=90.0, basis="model", reason=""),))))

    steps = [step(id_, "analysis") for id_ in "abc"]
    outcomes = {
        "a": StepOutcome("success", [tagged("one")]),
        "b": StepOutcome("success", [tagged("two")]),
        "c": StepOutcome("skipped"),
    }
    assert values_after(steps, outcomes, RUN)["analysis.tags"] == ["two"]


def test_each_value_is_a_variable() -> None:
    kinds = ["transcode", *FINDINGS]
    variables = variables_after([step(kind, kind) for kind in kinds])
    names = set(variables.by_name)
    assert {"run.priority", "source.width", "steps.transcode.status", "steps.transcode.output.vmaf"} <= names
    assert {"quality.black_screen_share", "review.verdict", "recognition.words", "analysis.tags"} <= names
    assert "steps.analysis.output.size_bytes" not in names  # it makes no media
    assert "quality.black_screen" not in variables_after([step("hd", "transcode")]).by_name
