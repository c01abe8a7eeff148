"""Which ladders can be played while they are made."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from definitions import definition, graph
from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AdaptiveDynamicStreamingParameters,
)
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError

STREAM = {"video": {"width": 640}, "audio": {}}
LADDER = {
    "adaptive_dynamic_streaming": [{"parameters": {"format": "hls", "streams": [STREAM]}, "early_playlist": True}]
}


def item(parameters: dict[str, Any], **options: Any) -> AdaptiveDynamicStreamingItem:
    asked = {"format": "hls", "streams": [STREAM], **parameters}
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": asked, "early_playlist": True, **options})


@pytest.mark.parametrize("segment_type", [None, "ts-segment", "mp4-segment", "ts-ts-segment", "mp4-mp4-segment"])
@pytest.mark.parametrize("split", ["auto", "never"])
def test_hls_with_a_file_for_each_segment(segment_type: str | None, split: str) -> None:
    assert item({"segment_type": segment_type}, split=split).early_playlist


@pytest.mark.parametrize(
    ("parameters", "options", "expected"),
    [
        ({"format": "dash"}, {}, "early_playlist requires format 'hls'"),
        ({"format": "cmaf"}, {}, "early_playlist requires format 'hls'"),
        ({"segment_type": "ts-byterange"}, {}, "choose a segment_type such as ts-segment; got 'ts-byterange'"),
        ({"segment_type": "mp4-mp4-byterange"}, {}, "choose a segment_type such as ts-segment"),
        ({"encryption": {}}, {}, "early_playlist is not encrypted"),
        ({}, {"split": "always"}, "leave out split 'always'"),
    ],
)
def test_others_are_refused(parameters: dict[str, Any], options: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        item(parameters, **options)
    asked = {"format": "hls", "streams": [STREAM], **parameters}
    without = AdaptiveDynamicStreamingItem.model_validate({"parameters": asked, **options})
    assert not without.early_playlist
    assert "early_playlist" not in without.model_dump()


def test_a_template_of_another_format_does_not_fit() -> None:
    """As the check of a definition finds it, once the template is known."""
    asked = AdaptiveDynamicStreamingItem.model_validate({"template": 10, "early_playlist": True})
    cmaf = AdaptiveDynamicStreamingParameters.model_validate({"format": "cmaf", "streams": [STREAM]})
    assert "early_playlist requires format 'hls'" in str(asked.misfit(cmaf))
    assert asked.misfit(cmaf.model_copy(update={"format": "hls"})) is None


def test_outputs_that_are_held_back_cannot_be_played_early() -> None:
    data = graph({"id": "hd", **LADDER}, publish="together")
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(data)
    (problem,) = caught.value.problems
    assert problem.field == "steps[0].adaptive_dynamic_streaming[0].early_playlist"
    assert "`publish: together` shows nothing of a run before its end" in problem.expected
    assert parse_workflow({**data, "publish": "per_step"}).steps[0].adaptive_dynamic_streaming[0].early_playlist


def test_a_gate_holds_outputs_back() -> None:
    review: dict[str, Any] = {"template": 10, "gate": "publish_on_pass"}
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(definition(jobs={**LADDER, "content_review": [review]}))
    (problem,) = caught.value.problems
    assert problem.field == "jobs.adaptive_dynamic_streaming[0].early_playlist"
    assert "holds outputs back until its verdict" in problem.expected
    assert parse_workflow(definition(jobs={**LADDER, "content_review": [{**review, "gate": "none"}]})).jobs
