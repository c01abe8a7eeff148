"""Own templates: parsing, names and ids, overrides, what a workflow becomes with them."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.templates import PARAMETERS, PRESETS, Library, Template, parse_template, stored_template
from media_workflows.domain.templates.references import used_templates, with_ids, with_names
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import DefinitionError, NotFoundError

HDR = {"video": {"hdr": "keep", "bit_depth": 10}}
OWN = {
    "kind": "transcode",
    "name": "短 720p",
    "parameters": {"container": "mp4", "video": {"codec": "h265", "crf": 28, "height": 720}, "audio": {}},
}


@pytest.fixture
def library() -> Library:
    return Library([stored_template(1_000_000, 3, OWN)])


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(DefinitionError) as raised:
        parse_template(data)
    return {problem.field: problem.expected for problem in raised.value.problems}


def test_a_template() -> None:
    made = parse_template(OWN)
    assert (made.kind, made.name, made.comment) == ("transcode", "短 720p", "")
    assert made.parameters.video.crf == 28


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: f"{preset.kind}-{preset.id}")
def test_every_preset_can_be_copied(preset: Template) -> None:
    data = {"kind": preset.kind, "name": "copy", "parameters": preset.parameters.model_dump(mode="json")}
    assert parse_template(data).parameters == preset.parameters


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"kind": "teleport"}, "kind", "must be one of: transcode"),
        ({"name": ""}, "name", "at least 1 character"),
        ({"name": "12"}, "name", "pattern"),
        ({"name": "x" * 65}, "name", "at most 64 characters"),
        ({"comment": "x" * 257}, "comment", "at most 256 characters"),
        ({"id": 7}, "id", "unknown field"),
        ({"parameters": {"container": "avi"}}, "parameters.container", "must be one of: 'mp4'"),
        ({"parameters": {"container": "mp4"}}, "parameters", "must have video, audio or both"),
        ({"parameters": {"container": "mp4", "video": {"crf": 99}}}, "parameters.video.crf", "must be at most"),
        ({"parameters": None}, "parameters", "must be an object"),
    ],
)
def test_problems_name_their_field(change: dict[str, Any], field: str, expected: str) -> None:
    found = problems({**OWN, **change})
    assert expected in found[field], found


def test_kinds() -> None:
    assert {kind for kind, _ in PRESETS} <= PARAMETERS.keys()


def test_a_workflow_names_templates_by_name_or_id(library: Library) -> None:
    for reference in ("短 720p", 1_000_000):
        data = definition(jobs={"transcode": [{"template": reference}, {"template": 100010}]})
        workflow = parse_workflow(data, library)
        assert [item.template for item in workflow.jobs.transcode] == [1_000_000, 100_010]


def test_an_unknown_name_is_reported(library: Library) -> None:
    with pytest.raises(DefinitionError, match=r"jobs\.transcode\[0\]\.template"):
        parse_workflow(definition(jobs={"transcode": [{"template": "no such"}]}), library)


def test_resolved_items_carry_their_parameters_and_their_template(library: Library) -> None:
    data = definition(jobs={"transcode": [{"template": 1_000_000}, {"template": 100010}]})
    own, preset = resolved(parse_workflow(data, library), library).jobs.transcode
    assert (own.definition, own.resolved_parameters.video.codec) == (1_000_000, "h265")
    assert preset.resolved_parameters == PRESETS["transcode", 100_010].parameters


def test_an_override_changes_single_parameters() -> None:
    override = {"video": {"bitrate_kbps": 900, "gop_s": 2}, "audio": None}
    workflow = parse_workflow(definition(jobs={"transcode": [{"template": 100010, "override": override}]}))
    (item,) = resolved(workflow, Library()).jobs.transcode
    assert (
        item.resolved_parameters.video.bitrate_kbps,
        item.resolved_parameters.video.gop_s,
        item.resolved_parameters.video.fps,
    ) == (900, 2, 25)
    assert item.resolved_parameters.audio is None


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"template": 100010, "override": {"video": {"crf": 20}}}, "jobs.transcode[0].override.video"),
        ({"template": 100010, "override": {"container": "mp3"}}, "jobs.transcode[0].override.(whole definition)"),
        ({"template": 100010, "override": {"speed": 2}}, "jobs.transcode[0].override.speed"),
        ({"parameters": OWN["parameters"], "override": {}}, "jobs.transcode[0]"),
        ({"template": 875, "head": ["intro.mp4"]}, "jobs.transcode[0]"),
        ({"template": 520, "override": HDR, "head": ["intro.mp4"]}, "jobs.transcode[0]"),
    ],
)
def test_overrides_and_parts_that_do_not_fit(item: dict[str, Any], field: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        parse_workflow(definition(jobs={"transcode": [item]}))
    assert [problem.field for problem in raised.value.problems] == [field]


STYLE = {"kind": "watermark", "name": "台标", "parameters": {"mark": {"type": "text"}, "origin": "bottom_right"}}


class TestWatermarks:
    def parsed(self, kind: str = "transcode", **watermark: Any) -> Workflow:
        library = Library([stored_template(1_000_001, 1, STYLE)])
        item = {"template": 10 if "snapshot" in kind else 100010, "watermarks": [watermark]}
        more = {"time_offsets": ["0s"]} if kind == "snapshot_by_time_offset" else {}
        return resolved(parse_workflow(definition(jobs={kind: [item | more]}), library), library)

    def test_the_look_comes_from_the_template_and_the_text_from_the_item(self) -> None:
        (mark,) = self.parsed(template="台标", text="媒体").jobs.transcode[0].watermarks
        assert (mark.template, mark.mark.text, mark.origin) == (1_000_001, "媒体", "bottom_right")

    @pytest.mark.parametrize(
        ("kind", "watermark", "field", "expected"),
        [
            ("transcode", {"template": 5}, "template", "there is no watermark template 5"),
            ("transcode", {"template": 1_000_001}, "text", "requires `text`: the template has none"),
            ("transcode", {"template": 1_000_001, "text": " "}, "text", "more than white space"),
            ("transcode", {"template": 1_000_001, "svg": "<svg/>"}, "svg", "the template is of type text"),
            ("sample_snapshot", {"template": 1_000_001}, "text", "requires `text`"),
        ],
    )
    def test_what_does_not_fit_is_reported_at_its_field(
        self, kind: str, watermark: dict[str, Any], field: str, expected: str
    ) -> None:
        with pytest.raises(DefinitionError) as raised:
            self.parsed(kind, **watermark)
        (problem,) = raised.value.problems
        assert problem.field == f"jobs.{kind}[0].watermarks[0].{field}"
        assert expected in problem.expected

    def test_snapshots_take_no_text(self) -> None:
        with pytest.raises(DefinitionError, match="image watermarks only"):
            self.parsed("snapshot_by_time_offset", template=1_000_001, text="x")


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(NotFoundError, match=r"no transcode template 100011: choose another of .*100010"):
        Library().find("transcode", 100_011)


def test_names_and_ids_are_exchanged_in_items_and_watermarks(library: Library) -> None:
    raw = {"jobs": {"transcode": [{"template": "短 720p", "watermarks": [{"template": 5}, {"mark": {}}]}, 3]}}
    numbered = with_ids(raw, library)
    assert numbered["jobs"]["transcode"][0]["template"] == 1_000_000
    assert list(used_templates(numbered)) == [("watermark", 5), ("transcode", 1_000_000)] or list(
        used_templates(numbered)
    ) == [("transcode", 1_000_000), ("watermark", 5)]
    assert with_names(numbered, library) == raw
    assert with_names({"jobs": {"transcode": [{"template": 100010}]}}, library)["jobs"]["transcode"][0] == {
        "template": 100_010
    }


def test_names_and_ids_are_exchanged_in_steps(library: Library) -> None:
    raw = {"steps": [{"id": "a", "after": [], "transcode": {"template": "短 720p"}}, 3,
                     {"id": "b", "transcode": [{"template": "短 720p"}, 3], "input": "a"}]}  # fmt: skip
    numbered = with_ids(raw, library)
    assert numbered["steps"][0]["transcode"] == {"template": 1_000_000}
    assert numbered["steps"][2]["transcode"] == [{"template": 1_000_000}, 3]
    assert list(used_templates(numbered)) == [("transcode", 1_000_000)]
    assert with_names(numbered, library) == raw


ODD: list[Any] = [
    None,
    [],
    {},
    {"jobs": 3},
    {"jobs": {"transcode": 3}},
    {"steps": 3},
    {"steps": [{"transcode": "x"}, None]},
]


@pytest.mark.parametrize("data", ODD)
def test_odd_data_passes_untouched(library: Library, data: Any) -> None:
    assert with_ids(data, library) == data


def test_a_workflow_dump_keeps_no_resolved_parameters(library: Library) -> None:
    workflow = parse_workflow(definition(jobs={"transcode": [{"template": 1_000_000}]}), library)
    assert workflow.model_dump()["jobs"]["transcode"][0]["parameters"] is None
    assert Workflow.model_validate(workflow.model_dump(mode="json")) == workflow
