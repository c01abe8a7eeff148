"""`analysis` (分析): cover, tags, classification, highlights and quality of a source."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from media_workflows.domain.features import FeatureName
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.intelligence import IntelligenceItem, IntelligenceParameters, Label, SubTask

# The features that tags are based on. One that is missing is skipped.
_EVIDENCE: frozenset[FeatureName] = frozenset({"text", "speech", "faces", "labels", "sound"})


class AnalysisParameters(IntelligenceParameters):
    """The sub-tasks of an analysis. One that is left out is off."""

    classification: bool = False
    tag: bool = False
    cover: bool = False
    frame_tag: bool = False
    highlight: bool = False
    quality: bool = False
    labels: tuple[Label, ...] = Field(
        (), max_length=100, description="What a zero-shot model looks for, if there is one"
    )

    @model_validator(mode="after")
    def _something_to_analyse(self) -> AnalysisParameters:
        if not self.sub_tasks:
            raise invalid("must have at least one of classification, tag, cover, frame_tag, highlight, quality")
        return self

    @property
    def image_labels(self) -> tuple[str, ...]:
        return self.labels

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        evidence = _EVIDENCE if self.labels else _EVIDENCE - {"labels"}
        frames: frozenset[FeatureName] = frozenset({"shots", "frames"})
        known = (
            SubTask("classification", frames, evidence),
            SubTask("tag", frames, evidence),
            SubTask("cover", frames, frozenset({"faces", "picture"})),
            SubTask("frame_tag", frames, evidence),
            SubTask("highlight", frames, frozenset({"sound"})),
            SubTask("quality", frozenset({"picture", "sound"})),
        )
        return tuple(task for task in known if getattr(self, task.type))

    @property
    def file_format(self) -> str:
        """The file format of the cover."""
        return "jpg"


class AnalysisItem(IntelligenceItem[AnalysisParameters]):
    """An analysis. Its output file is the cover."""

    kind: ClassVar[str] = "analysis"
    default_output_path: ClassVar[str] = "{inputName}_analysis_{definition}.{format}"

    @property
    def may_have_files(self) -> bool:
        return "cover" in self.sub_task_types
