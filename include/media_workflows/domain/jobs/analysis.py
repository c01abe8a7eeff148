"""`analysis` (分析): cover, tags, classification, highlights, description and quality of a source."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.features import FeatureName
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.highlights import HighlightParameters
from media_workflows.domain.jobs.intelligence import IntelligenceItem, IntelligenceParameters, Label, SubTask

# The features that tags are based on. One that is missing is skipped.
_EVIDENCE: frozenset[FeatureName] = frozenset({"text", "speech", "faces", "labels", "sound"})


class AnalysisParameters(IntelligenceParameters):
    """The sub-tasks of an analysis. One that is left out is off."""

    classification: bool = False
    tag: bool = False
    cover: bool = False
    frame_tag: bool = False
    highlight: HighlightParameters | None = None
    description: bool = Field(False, description="Title, keywords and paragraphs, quoted from the transcript")
    quality: bool = False
    labels: tuple[Label, ...] = Field(
        (), max_length=100, description="Labels for a zero-shot model, in place of the packaged classes"
    )

    @field_validator("highlight", mode="before")
    @classmethod
    def _as_of_earlier_versions(cls, value: Any) -> Any:
        """Earlier versions had a switch in its place."""
        return {True: {}, False: None}[value] if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _something_to_analyse(self) -> AnalysisParameters:
        if not self.sub_tasks:
            raise invalid(
                "must have at least one of classification, tag, cover, frame_tag, highlight, description, quality"
            )
        return self

    @property
    def image_labels(self) -> tuple[str, ...]:
        return self.labels

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return self.highlight.encodings if self.highlight else ()

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        frames: frozenset[FeatureName] = frozenset({"shots", "frames"})
        known = (
            SubTask("classification", frames, _EVIDENCE),
            SubTask("tag", frames, _EVIDENCE),
            SubTask("cover", frames, frozenset({"faces", "picture"}), of_picture=True),
            SubTask("frame_tag", frames, _EVIDENCE, of_picture=True),
            SubTask("highlight", frames, frozenset({"sound", "faces", "speech"})),
            SubTask("description", frozenset({"transcript"})),
            SubTask("quality", frozenset({"picture", "sound"})),
        )
        return tuple(task for task in known if getattr(self, task.type))

    @property
    def file_format(self) -> str:
        """The file format of the cover."""
        return "jpg"


class AnalysisItem(IntelligenceItem[AnalysisParameters]):
    """An analysis. Its output files are the cover, and clips of highlights with a cover each."""

    kind: ClassVar[str] = "analysis"
    task_name: ClassVar[str] = "Analysis"
    default_output_path: ClassVar[str] = "{inputName}_analysis_{definition}.{format}"
    default_highlight_path: ClassVar[str] = "{inputName}_analysis_{definition}_highlight_{number}.{format}"
    companion_variables: ClassVar[frozenset[str]] = frozenset({"number"})

    highlight_path: str = Field(
        "",
        exclude_if=lambda path: not path,
        description="Name pattern of highlight clips and their covers",
    )

    @field_validator("highlight_path")
    @classmethod
    def _has_numbers(cls, path: str) -> str:
        if path and "{number}" not in path:
            raise invalid("must contain {variable}: names would be equal without it", variable="{number}")
        return path

    @property
    def cuts_clips(self) -> bool:
        """Whether it encodes clips of highlights; False until its template is resolved."""
        return "highlight" in self.sub_task_types

    @property
    def may_have_files(self) -> bool:
        return self.cuts_clips or "cover" in self.sub_task_types

    @property
    def highlight_pattern(self) -> str:
        """The effective name pattern of clips and their covers."""
        return self.highlight_path or self.default_highlight_path

    @property
    def companion_patterns(self) -> dict[str, tuple[str, str]]:
        """The pattern of the clips, if there may be some."""
        has_clips = self.cuts_clips or self.highlight_path
        return {"highlight_path": (self.highlight_pattern, "mp4")} if has_clips else {}

    @property
    def least_variables(self) -> dict[str, str]:
        """The first clip has the number 0."""
        return {"number": "0"}
