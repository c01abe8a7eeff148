"""What is wrong between steps: every message, with its place, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError

KINDS = "transcode"


def step(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    """A step that makes snapshots, under its own id."""
    item = {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}
    return {"id": id_, "after": list(after), "sample_snapshot": item} | parts


def transcode(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    return {"id": id_, "after": list(after), "transcode": {"template": 100040}} | parts


def problems(*steps: dict[str, Any], **parts: Any) -> dict[str, str]:
    """Field -> what is expected; {} = none."""
    try:
        parse_workflow(graph(*steps, **parts))
    except DefinitionError as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            found.setdefault(problem.field, []).append(problem.expected)
        return {field: "\n".join(expected) for field, expected in found.items()}
    return {}


def test_a_graph_without_problems() -> None:
    steps = [
        transcode("hd", when="source.short_edge >= 1080"),
        step("covers", input="hd", when="steps.hd.output.size_ratio < 1.0"),
        step("sorry", "hd", "covers", when='steps.hd.status == "failed"'),
    ]
    assert problems(*steps) == {}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step("a"), transcode("a")], {"steps[1].id": "steps[0] has this id, too: give one of them another"}),
        ([step("a", "a")], {"steps[0].after[0]": "is the step itself: name the steps before it"}),
        ([step("a", input="a")], {"steps[0].input": "is the step itself: name the steps before it"}),
        (
            [step("covers", "chekc"), {"id": "check", "quality_control": {"template": 10}}],
            {"steps[0].after[0]": "there is no step 'chekc'; did you mean 'check'?"},
        ),
        ([step("a", "zzzz"), step("b")], {"steps[0].after[0]": "there is no step 'zzzz': choose one of a, b"}),
        ([step("a", input="hdd"), transcode("hd")], {"steps[0].input": "there is no step 'hdd'; did you mean 'hd'?"}),
        (
            [step("a"), step("b", input="a")],
            {
                "steps[1].input": "step 'a' makes no media file that another step could read: name a step of "
                f"{KINDS}, or 'source'"
            },
        ),
        (
            [step("a"), step("b", when='steps.a.status == "failed"')],
            {"steps[1].when": "step 'a' is not before this one: add it to `after`"},
        ),
        (
            [step("a", when='steps.a.status == "failed"')],
            {"steps[0].when": "a step's condition is evaluated before the step: it cannot read steps.a"},
        ),
        (
            [step("tags_features"), {"id": "tags", "analysis": {"template": 10}}],
            {
                "steps[0].id": "is the id of the task that extracts the features for step 'tags': choose another",
            },
        ),
        (
            [{"id": "review", "content_review": {"template": 10, "gate": "publish_on_pass"}}],
            {
                "steps[0].content_review[0].gate": "is for workflows without steps: write a condition that reads "
                "review.verdict in the steps after it"
            },
        ),
        (
            [step("a", "b"), step("b", "a")],
            {
                "steps[0].after": "the steps wait for each other: b → a → b; remove one of these from `after` or "
                "`input`"
            },
        ),
        (
            [step("a", input="hd"), transcode("hd", "a")],
            {
                "steps[0].input": "the steps wait for each other: hd → a → hd; remove one of these from `after` or "
                "`input`"
            },
        ),
        (
            [{"id": "a", "copy": {"of": ["b"], "bucket": "media-cdn"}}, transcode("b", "a")],
            {
                "steps[0].copy.of": "the steps wait for each other: b → a → b; remove one of these from `after` or "
                "`input`"
            },
        ),
    ],
)  # fmt: skip
def test_messages(steps: list[dict[str, Any]], expected: dict[str, str]) -> None:
    assert problems(*steps) == expected


def test_each_cycle_is_named_once_and_what_is_after_it_is_not() -> None:
    found = problems(
        step("a", "c"), step("b", "a"), step("c", "b"), step("behind", "c"), step("x", "y"), step("y", "x")
    )
    assert list(found) == ["steps[0].after", "steps[4].after"]
    assert "b → c → a → b;" in found["steps[0].after"]


def test_together_needs_steps_and_leaves_the_source() -> None:
    clean = {"id": "clean", "delete_source": {}, "after": ["hd"]}
    found = problems(transcode("hd"), clean, publish="together")
    assert list(found) == ["steps[1].delete_source"]
    assert "`publish: together` publishes them after the last step" in found["steps[1].delete_source"]
    assert list(problems(transcode("hd"), clean | {"after": []}, publish="together", name="?")) == [
        "name",
        "steps[1].after",
        "steps[1].delete_source",
    ]
    with pytest.raises(DefinitionError, match="`together` is for a workflow with `steps`"):
        parse_workflow(definition(publish="together"))


def test_findings_are_known_only_after_their_step() -> None:
    check = {"id": "check", "quality_control": {"template": 10}}
    assert problems(check, step("a", "check", when="quality.black_screen")) == {}
    found = problems(check, step("a", when="quality.black_screen"))
    assert list(found) == ["steps[1].when"]
    assert "quality" in found["steps[1].when"]


def test_names_and_types_in_conditions() -> None:
    found = problems(transcode("hd"), step("a", "hd", when="steps.hd.output.size_rati > 1.0 && source.widht > 1"))
    first, second = found["steps[1].when"].splitlines()
    assert "did you mean steps.hd.output.size_ratio" in first
    assert "did you mean source.width" in second
    assert "the result must be true or false" in problems(step("a", when="source.width"))["steps[0].when"]


def test_two_steps_that_write_one_object() -> None:
    found = problems(transcode("a"), transcode("b"))
    assert found == {
        "steps[1].transcode[0].output_path": "writes the same object as steps[0].transcode[0].output_path: give one "
        "of them its own output_path"
    }
    assert problems(transcode("a"), transcode("b", output={"directory": "b/"})) == {}


def test_directories_and_regions_of_steps() -> None:
    found = problems(step("a", output={"directory": "{inputName}/"}), step("b", output={"region": "cn-north-1"}),
                     trigger={"bucket": "media-input", "region": "us-east-1"})  # fmt: skip
    assert list(found) == ["steps[0].output.directory", "steps[1].output.region"]


def test_languages_of_steps_that_share_features() -> None:
    def words(kind: str, language: str) -> dict[str, Any]:
        own = {"recognition": {"asr_full_text": {}}, "analysis": {"tag": True}}[kind]
        return {"id": kind, kind: {"parameters": {"language": language} | own}}

    text, tags = words("recognition", "zh"), words("analysis", "en")
    found = problems(text, tags)
    assert list(found) == ["steps[0].recognition[0]"]
    assert found["steps[0].recognition[0]"].startswith("all jobs must have the same language")
    assert problems(text, tags | {"when": "source.has_audio"}) == {}  # features of their own


def test_subtitles_from_a_recognition_before() -> None:
    speech = {"id": "text", "recognition": {"parameters": {"asr_full_text": {}}}}
    ladder = {
        "id": "ladder",
        "adaptive_dynamic_streaming": {"template": 10, "add_on_subtitles": [{"source": "recognition", "name": "中文"}]},
    }
    field = "steps[1].adaptive_dynamic_streaming[0].add_on_subtitles[0].source"
    found = problems(speech, ladder)
    assert list(found) == [field]
    assert problems(speech, ladder | {"after": ["text"]}) == {}


def test_all_problems_together() -> None:
    found = problems(
        step("a", "nowhere", when="source.widht > 1"),
        step("b", "c", input="a"),
        {"id": "c", "after": ["b"], "transcode": {"template": 1}},
        name="a b",
    )
    assert list(found) == ["name", "steps[2].transcode[0].template", "steps[0].after[0]", "steps[0].when",
                           "steps[1].input", "steps[1].after"]  # fmt: skip


def test_steps_are_not_compared_where_one_is_invalid() -> None:
    assert list(problems(step("a", "B"), step("B"))) == ["steps[1].id"]
    assert list(problems(step("a"), {"id": "b", "transcode": {"template": 1}, "x": 1})) == [
        "steps[1].x",
        "steps[1].transcode[0].template",
    ]


@pytest.mark.parametrize("steps", [[], {}, "x", [1], [None], [{}], [{"id": 3, "transcode": 3}]])
def test_data_of_other_types(steps: Any) -> None:
    data = graph()
    with pytest.raises(DefinitionError) as caught:
        parse_workflow({**data, "steps": steps})
    assert all(problem.field.startswith("steps") for problem in caught.value.problems)
