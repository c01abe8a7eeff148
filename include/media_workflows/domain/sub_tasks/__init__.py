"""Results of the sub-tasks of review, recognition, analysis and quality control (the vendor, by our names)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.sub_tasks.analysis import (
    ClassificationOutput,
    CoverOutput,
    DescriptionOutput,
    FrameTagOutput,
    HighlightOutput,
    QualityOutput,
    TagOutput,
)
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput, FaceOutput, OcrFullTextOutput, WordsOutput

SubTaskOutput: TypeAlias = Annotated[
    ReviewOutput
    | FaceOutput
    | WordsOutput
    | OcrFullTextOutput
    | AsrFullTextOutput
    | ClassificationOutput
    | TagOutput
    | FrameTagOutput
    | CoverOutput
    | HighlightOutput
    | DescriptionOutput
    | QualityOutput
    | QualityControlOutput,
    Field(discriminator="shape"),
]


class SubTaskResult(Model):
    """The result of a sub-task ('porn.ocr', 'cover'): SUCCESS with an output, or FAIL with a code and a message."""

    type: str
    status: Literal["SUCCESS", "FAIL"]
    code: str = ""
    message: str = ""
    output: SubTaskOutput | None = None

    def without_findings(self) -> SubTaskResult:
        """Only the status, and the verdict of a review."""
        verdict = self.output.model_copy(update={"segments": ()}) if isinstance(self.output, ReviewOutput) else None
        return self.model_copy(update={"output": verdict})
