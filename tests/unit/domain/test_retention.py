"""`Retention`: its limits, and the outcome for the outputs of an item together."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, workflow
from media_workflows.domain.retention import OldOutput, OutputOutcome, notice_of, together
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError


def old(outcome: OutputOutcome, key: str = "k") -> OldOutput:
    return OldOutput(bucket="b", key=key, etag="e", size_bytes=1, outcome=outcome)


def test_a_definition_without_it_says_nothing_of_it() -> None:
    assert "retention" not in workflow().model_dump()
    assert workflow(retention={"outputs_days": 30}).model_dump()["retention"]["outputs_days"] == 30


@pytest.mark.parametrize(
    ("retention", "message"),
    [
        ({}, "must have outputs_days, reports_days or both"),
        ({"outputs_days": 90, "reports_days": 30}, "give reports as many days, or more"),
        ({"outputs_days": 0}, "1"),
        ({"reports_days": 36_501}, "36500"),
        ({"output_days": 3}, "output_days"),
    ],
)
def test_what_is_refused(retention: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_workflow(definition(retention=retention))
    assert message in str(refused.value)
    assert "retention" in str(refused.value)


@pytest.mark.parametrize(
    ("outcomes", "decided"),
    [
        (["delete", "gone", "delete"], ["delete", "gone", "delete"]),
        (["delete", "gone", "changed"], ["changed", "gone", "changed"]),
        (["in_use", "delete"], ["in_use", "in_use"]),
        (["source"], ["source"]),
    ],
)
def test_outputs_of_an_item_go_or_stay_together(outcomes: list[OutputOutcome], decided: list[OutputOutcome]) -> None:
    assert [one.outcome for one in together([old(outcome) for outcome in outcomes])] == decided


def test_the_notice_names_the_file_for_which_they_stay() -> None:
    assert notice_of([old("delete"), old("gone")], 30).message == (
        "its 2 outputs were deleted after the 30 days of the workflow's retention"
    )
    kept = notice_of([old("gone"), old("changed", "a/b.m3u8")], 7)
    assert (kept.code, kept.parameters) == ("OutputsKept", {"count": 2, "days": 7, "key": "a/b.m3u8"})
