"""The tables of docs/vendor-parameters.md are those of the converter, which this file, run as a program, writes.

`PYTHONPATH=tests python tests/unit/docs/test_docs_vendor_parameters.py`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tencentcloud.mps.v20190612 import models

from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.vendor_names import VENDOR_ONLY
from media_workflows.vendor_mps.reading import Constant, Field, Inlined, Part, Table
from media_workflows.vendor_mps.tasks.media_process import TASK_SETS
from media_workflows.vendor_mps.tasks.overlays import MOSAIC, WATERMARK
from media_workflows.vendor_mps.tasks.parameters import OVERRIDE, RAW
from media_workflows.vendor_mps.tasks.streams import OVERRIDE_AUDIO, OVERRIDE_VIDEO, RAW_AUDIO, RAW_VIDEO
from media_workflows.vendor_mps.tasks.subtitles import ADD_ON_AUDIO, ADD_ON_SUBTITLE, BURNED_IN
from media_workflows.vendor_mps.tasks.tables import NUMBERS, TABLES
from vendor_walker import fields_of

ROOT = Path(__file__).parents[3]
CHINESE = json.loads((ROOT / "plugins/media_workflows_plugin/www/src/i18n/errors.zh.json").read_text(encoding="utf-8"))
# Fields of the vendor that are a part of a field here.
SHARED = {
    "fps_denominator": "`fps`",
    "gop_frames": "`gop_frames`, `gop_s`",
    "gop_unit": "`gop_frames`, `gop_s`",
    "path": "`key`",
    "seconds": "`time_offsets`",
    "remove_video": "`video`: null",
    "remove_audio": "`audio`: null",
}
AI_TASKS = {
    "AiContentReviewTask": ("content_review", "AiContentReviewTaskInput"),
    "AiRecognitionTask": ("recognition", "AiRecognitionTaskInput"),
    "AiAnalysisTask": ("analysis", "AiAnalysisTaskInput"),
    "AiQualityControlTask": ("quality_control", "AiQualityControlTaskInput"),
}
OBJECTS = (
    ("RawParameter", RAW, "RawTranscodeParameter"),
    ("RawParameter.VideoTemplate", RAW_VIDEO, "VideoTemplateInfo"),
    ("RawParameter.AudioTemplate", RAW_AUDIO, "AudioTemplateInfo"),
    ("OverrideParameter", OVERRIDE, "OverrideTranscodeParameter"),
    ("OverrideParameter.VideoTemplate", OVERRIDE_VIDEO, "VideoTemplateInfoForUpdate"),
    ("OverrideParameter.AudioTemplate", OVERRIDE_AUDIO, "AudioTemplateInfoForUpdate"),
    ("WatermarkSet", WATERMARK, "WatermarkInput"),
    ("MosaicSet", MOSAIC, "MosaicInput"),
    ("ObjectNumberFormat", NUMBERS, "NumberFormat"),
    ("SubtitleTemplate", BURNED_IN, "SubtitleTemplate"),
    ("AddOnSubtitles", ADD_ON_SUBTITLE, "AddOnSubtitle"),
    ("AddOnAudios", ADD_ON_AUDIO, "AddOnAudio"),
)
WORDS = {
    "docs/vendor-parameters.md": ("field", "here", "only {value}", "refused: {reason}", "refused unless empty"),
    "docs/zh/vendor-parameters.md": ("字段", "本产品", "仅 {value}", "拒绝：{reason}", "非空时拒绝"),
}


def sections() -> Iterator[tuple[str, Table, str]]:
    """The tasks and the objects in them: title, table, model of the SDK."""
    sets = fields_of(models.MediaProcessTaskInput)
    for task_set, kind in TASK_SETS.items():
        yield f"`{task_set}` → `{kind}`", TABLES[kind], sets[task_set].removeprefix("list of ")
    for name, (kind, model) in AI_TASKS.items():
        yield f"`{name}` → `{kind}`", TABLES[kind], model
    yield from ((f"`{title}`", table, model) for title, table, model in OBJECTS)


def rows(table: Table, model: str, document: str, prefix: str = "", ours_prefix: str = "") -> Iterator[str]:
    """A line for each field that the model has."""
    _, _, only, refused, unless_empty = WORDS[document]
    reason: Callable[[InvalidValueError], str] = in_chinese if "zh" in document else str
    supported = {one.vendor: one for one in table.fields}
    for name, type_ in fields_of(getattr(models, model)).items():
        problem = table.unsupported.get(name) or VENDOR_ONLY.get(name.lower())
        match supported.get(name):
            case Constant(value=value):
                text = only.format(value=f"`{value}`")
            case Inlined(table=inner):
                yield from rows(inner, type_, document, f"{name}.")
                continue
            case Part(ours="mark", converter=Table() as image):
                yield from rows(image, type_, document, f"{prefix}{name}.", "mark.")
                continue
            case Field(ours=ours) | Part(ours=ours):
                text = SHARED.get(ours, f"`{ours_prefix}{ours}`")
            case _:
                text = refused.format(reason=reason(problem)) if problem else unless_empty
        yield f"| `{prefix}{name}` | {text} |"


def in_chinese(problem: InvalidValueError) -> str:
    text: str = CHINESE[problem.template]
    return text.format(**problem.parameters) if problem.parameters else text


def generated(document: str) -> str:
    field, here, *_ = WORDS[document]
    head = f"| {field} | {here} |\n|---|---|\n"
    return "\n".join(
        f"## {title}\n\n{head}" + "\n".join(rows(table, model, document)) + "\n" for title, table, model in sections()
    )


def written(document: str) -> str:
    """The document with its tables anew: all from the first task on."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return text.partition("## `TranscodeTaskSet`")[0] + generated(document)


@pytest.mark.parametrize("document", WORDS)
def test_the_tables_are_those_of_the_converter(document: str) -> None:
    """After a change: PYTHONPATH=tests python tests/unit/docs/test_docs_vendor_parameters.py."""
    assert (ROOT / document).read_text(encoding="utf-8") == written(document)


if __name__ == "__main__":
    for name in WORDS:
        (ROOT / name).write_text(written(name), encoding="utf-8")
