"""Sources of a request whose outputs would be one object."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.base import parsed_request
from media_workflows.domain.process import ProcessRequest, request_problems
from media_workflows.errors import InvalidRequestError

COVER: dict[str, Any] = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}


def fields(keys: list[str], output: dict[str, Any], **more: Any) -> list[str]:
    """The fields that are refused."""
    steps = more.get("steps")
    request = {"bucket": "media", "keys": keys, "output": output, **({} if steps else {"jobs": COVER}), **more}
    return [problem.field for problem in request_problems(request)]


FLAT, DEEP, BESIDE = {"directory": "out/"}, {"directory": "out/{inputDirectory}/"}, {"bucket": "other"}
PATH = "jobs.snapshot_by_time_offset[0].output_path"


@pytest.mark.parametrize(
    ("keys", "output", "refused"),
    [
        (["a/x.mp4", "b/x.mp4"], FLAT, [PATH]),
        (["a/x.mp4", "b/x.mp4"], DEEP, []),
        (["a/x.mp4", "b/x.mp4"], BESIDE, []),
        (["x.mp4", "x.mov"], FLAT, [PATH]),
        (["x.mp4", "x.mov"], BESIDE, [PATH]),
        (["a/x.mp4", "a/y.mp4"], FLAT, []),
        (["a/x.mp4", "a/x.mp4"], FLAT, []),
    ],
)
def test_sources_of_one_name(keys: list[str], output: dict[str, Any], refused: list[str]) -> None:
    assert fields(keys, output) == refused


@pytest.mark.parametrize("kind", ["transcode", "animated_graphic", "sample_snapshot", "image_sprite"])
def test_each_kind_of_job(kind: str) -> None:
    template = {"transcode": 100010, "animated_graphic": 20000}.get(kind, 10)
    item = {"template": template, **({"end_offset_s": 2} if kind == "animated_graphic" else {})}
    assert f"jobs.{kind}[0].output_path" in fields(["x.mp4", "x.mov"], FLAT, jobs={kind: [item]})


def test_companions_have_names_of_their_own() -> None:
    path = "{inputName}_{inputFormat}_{definition}_{number}.{format}"
    item = {"template": 10, "output_path": path, "web_vtt_path": "{inputName}.{format}"}
    assert fields(["x.mp4", "x.mov"], FLAT, jobs={"image_sprite": [item]}) == ["jobs.image_sprite[0].web_vtt_path"]


def test_an_output_of_one_item_is_that_of_another_of_another_source() -> None:
    names = ("{inputName}_{number}.{format}", "{inputName}_b_{number}.{format}")
    jobs = {"snapshot_by_time_offset": [{**COVER["snapshot_by_time_offset"][0], "output_path": name} for name in names]}
    assert fields(["x_b.mp4", "x.mp4"], FLAT, jobs=jobs) == ["jobs.snapshot_by_time_offset[1].output_path"]


def test_answers_without_files_share_nothing() -> None:
    jobs = {
        "recognition": [{"parameters": {"face": {}}}],
        "analysis": [{"parameters": {"classification": True}}],
    }
    assert fields(["a/x.mp4", "b/x.mp4"], FLAT, jobs=jobs) == []


def test_copies_of_sources_and_outputs() -> None:
    own = {"id": "cover", **COVER, "output": {"directory": "out/{inputDirectory}/"}}
    flat = {"id": "flat", "copy": {"directory": "c/", "of": ["cover"]}}
    key = {"id": "key", "copy": {"key": "s/{inputName}"}}
    keeps = {"id": "keeps", "copy": {"directory": "k/"}}
    keys = ["a/x.mp4", "b/x.mp4"]
    assert fields(keys, FLAT, steps=[own, flat, key, keeps]) == ["steps[1].copy", "steps[2].copy"]


def test_a_condition_may_distinguish_sources() -> None:
    step = {"id": "cover", **COVER, "when": "source.width > 1000"}
    after = {"id": "copy", "copy": {"key": "s/{inputName}"}, "after": ["cover"]}
    assert fields(["x.mp4", "x.mov"], FLAT, steps=[step, after]) == []
    always = {"id": "copy", "copy": {"key": "s/{inputName}"}}
    assert fields(["x.mp4", "x.mov"], FLAT, steps=[step, always]) == ["steps[1].copy"]


def test_an_earlier_output_below_the_prefix_is_no_other_source() -> None:
    jobs = {
        "transcode": [
            {"template": 100010, "output_path": name} for name in ("{inputName}.{format}", "{inputName}_s.{format}")
        ]
    }
    assert fields(["in/x.mp4", "in/out/x.mp4", "in/out/x_s.mp4"], {"directory": "in/out/"}, jobs=jobs) == []


def test_the_error_names_both_sources_and_the_object() -> None:
    request = parsed_request(
        ProcessRequest, {"bucket": "media", "keys": ["a/x.mp4", "b/x.mp4"], "output": FLAT, "jobs": COVER}
    )
    with pytest.raises(InvalidRequestError) as caught:
        request.definition()
    for words in ("media/out/x_", "'a/x.mp4'", "'b/x.mp4'", "{inputDirectory}/"):
        assert words in str(caught.value)
