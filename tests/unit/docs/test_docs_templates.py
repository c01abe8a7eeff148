"""The templates of docs/workflows.md are the presets, its fields are the model's, and sample workflows are valid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from definitions import workflow
from media_workflows.domain.jobs import Jobs
from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AdaptiveDynamicStreamingParameters,
    StreamParameters,
)
from media_workflows.domain.jobs.add_ons import AddOnAudio, AddOnSubtitle
from media_workflows.domain.jobs.analysis import AnalysisItem, AnalysisParameters
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem, AnimatedGraphicParameters
from media_workflows.domain.jobs.content_review import (
    Check,
    ContentReviewItem,
    ContentReviewParameters,
    PornReview,
    UserDefinedReview,
)
from media_workflows.domain.jobs.encryption import Encryption, KeyServer
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem, ImageSpriteParameters
from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.quality_control import QualityControlParameters
from media_workflows.domain.jobs.recognition import (
    AsrFullText,
    FaceRecognition,
    RecognitionItem,
    RecognitionParameters,
)
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem, SampleSnapshotParameters
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.jobs.watermark import ImageWatermark, SvgWatermark, TextWatermark, Watermark
from media_workflows.domain.persons import NewPerson
from media_workflows.domain.step_definition import Output, StepDefinition
from media_workflows.domain.templates import PRESETS, parse_template
from media_workflows.domain.trigger import DEFAULT_FORMATS, Trigger
from media_workflows.domain.words import WordSample
from media_workflows.domain.workflow import Workflow, parse_workflow

ROOT = Path(__file__).parents[3]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LANGUAGES = ["docs/workflows.md", "docs/zh/workflows.md"]
MODELS = (
    *(Workflow, StepDefinition, Trigger, Output, Jobs, TranscodeItem, SnapshotByTimeOffsetItem, SampleSnapshotItem),
    *(AnimatedGraphicItem, TranscodeParameters, VideoParameters, AudioParameters, SampleSnapshotParameters),
    *(AnimatedGraphicParameters, Watermark, TextWatermark, ImageWatermark, SvgWatermark, Mosaic),
    *(ImageSpriteItem, ImageSpriteParameters),
)


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """(where, text) of the fenced blocks of a kind, without the indent of a list."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in re.finditer(rf"^ *```{kind}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
            line = text[: match.start()].count("\n") + 1
            yield f"{document.relative_to(ROOT)}:{line}", dedent(match[1])


NOTIFICATIONS = [(where, text) for where, text in blocks("yaml") if text.startswith("notification:")]
TEMPLATES = [(where, text) for where, text in blocks("yaml") if text.startswith("kind:")]
WORKFLOWS = [(where, text) for where, text in blocks("yaml") if text.startswith("name:")]


@pytest.mark.parametrize("document", ["docs/templates.md", "docs/zh/templates.md"])
def test_every_template_is_documented(document: str) -> None:
    written = re.findall(
        r"^\| `(\w+)` \| (\d+) \| (.+) \|$", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert written == [(p.kind, str(p.id), p.name) for p in PRESETS.values()]


@pytest.mark.parametrize("document", LANGUAGES)
def test_every_field_is_documented(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    documented = {name for names in re.findall(r"`([\w.]+)`", text) for name in names.split(".")}
    assert {
        f"{model.__name__}.{name}" for model in MODELS for name in model.model_fields if name not in documented
    } == set()


@pytest.mark.parametrize("document", ["docs/adaptive-streaming.md", "docs/zh/adaptive-streaming.md"])
def test_every_field_of_a_ladder_is_documented(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    documented = {name for names in re.findall(r"`([\w.]+)`", text) for name in names.split(".")}
    parameters = (AdaptiveDynamicStreamingParameters, StreamParameters, Encryption, KeyServer)
    models = (AdaptiveDynamicStreamingItem, *parameters, AddOnAudio, AddOnSubtitle)
    assert {
        f"{model.__name__}.{name}" for model in models for name in model.model_fields if name not in documented
    } == set()


@pytest.mark.parametrize("document", ["docs/intelligence.md", "docs/zh/intelligence.md"])
def test_every_field_of_intelligence_is_documented(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    documented = {name for names in re.findall(r"`([\w.]+)`", text) for name in names.split(".")}
    items = (*(ContentReviewItem, RecognitionItem, AnalysisItem), *(WordSample, NewPerson))
    parameters = (ContentReviewParameters, RecognitionParameters, AnalysisParameters, Check, FaceRecognition)
    models = (*items, *parameters, AsrFullText, PornReview, UserDefinedReview)
    names = {(model.__name__, name) for model in models for name in model.model_fields}
    shared = {"template", "parameters", "output_path", "faces"}  # documented in workflows.md, and as `--face`
    assert {place for place in names if place[1] not in documented | shared} == set()


@pytest.mark.parametrize("document", ["docs/quality-control.md", "docs/zh/quality-control.md"])
def test_every_item_of_quality_control_is_documented_with_its_defaults(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z][a-z0-9_]*)` \|.*?\|(.+?)\|", text, re.MULTILINE))
    assert list(rows) == list(QualityControlParameters.model_fields)
    for name, item in PRESETS["quality_control", 10].parameters:
        written = re.findall(r"`(\w+)`\s?[(（]([-\d.]+)[)）]", rows[name])
        assert {field: float(value) for field, value in written} == dict(item)


@pytest.mark.parametrize("document", LANGUAGES)
def test_the_default_formats_are_documented(document: str) -> None:
    line = next(
        line
        for line in (ROOT / document).read_text(encoding="utf-8").splitlines()
        if line.startswith(("Default formats", "默认格式"))
    )
    assert re.findall(r"\b[a-z0-9]+\b", line.partition("mp4")[1] + line.partition("mp4")[2]) == [
        name.removeprefix(".") for name in DEFAULT_FORMATS
    ]


def test_there_are_sample_workflows() -> None:
    assert len(WORKFLOWS) >= 4


@pytest.mark.parametrize(("where", "text"), WORKFLOWS, ids=[where for where, _ in WORKFLOWS])
def test_sample_workflows_are_valid(where: str, text: str) -> None:
    parse_workflow(yaml.safe_load(text))


@pytest.mark.parametrize(("where", "text"), TEMPLATES, ids=[where for where, _ in TEMPLATES])
def test_sample_templates_are_valid(where: str, text: str) -> None:
    parse_template(yaml.safe_load(text))


@pytest.mark.parametrize(("where", "text"), NOTIFICATIONS, ids=[where for where, _ in NOTIFICATIONS])
def test_sample_notifications_are_valid(where: str, text: str) -> None:
    assert workflow(**yaml.safe_load(text)).notification


def test_sample_code_compiles() -> None:
    for where, text in blocks("python"):
        compile(text, where, "exec")


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(document.relative_to(ROOT)) for document in DOCUMENTS])
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}, which is not there"
