"""`recognition` (识别): faces, text and speech of a source."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.intelligence import (
    Confidence,
    IntelligenceItem,
    IntelligenceParameters,
    Label,
    SubTask,
)


class FaceRecognition(Model):
    """Recognition of persons of the library. The limits and the score are those of the vendor."""

    score: Confidence = Field(95, description="Least confidence of a result")
    face_library: Literal["all", "user_defined"] = Field("all", description="No library of celebrities is shipped")
    user_defined_library_labels: tuple[Label, ...] = Field((), max_length=100, description="Tags; none = all persons")

    @field_validator("face_library", mode="before")
    @classmethod
    def _has_no_default_library(cls, value: object) -> object:
        if value == "default":
            raise invalid("there is no default library: add persons to your own, and choose 'user_defined'")
        return value


class WordRecognition(Model):
    """Recognition of words of the library."""

    labels: tuple[Label, ...] = Field((), max_length=10, description="Tags; none = all words")


class AsrFullText(Model):
    """The full text of the speech."""

    subtitle_format: Literal["vtt"] | None = Field("vtt", description="None: no subtitle file")


class RecognitionParameters(IntelligenceParameters):
    """The sub-tasks of a recognition. One that is left out is off."""

    face: FaceRecognition | None = None
    ocr_full_text: bool = False
    ocr_words: WordRecognition | None = None
    asr_full_text: AsrFullText | None = None
    asr_words: WordRecognition | None = None

    @model_validator(mode="after")
    def _something_to_recognise(self) -> RecognitionParameters:
        if not self.sub_tasks:
            raise invalid("must have at least one of face, ocr_full_text, ocr_words, asr_full_text, asr_words")
        return self

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        features: dict[str, FeatureName] = {
            "face": "faces",
            "ocr_full_text": "text",
            "ocr_words": "text",
            "asr_full_text": "transcript",
            "asr_words": "transcript",
        }
        return tuple(SubTask(name, frozenset({feature})) for name, feature in features.items() if getattr(self, name))

    @property
    def has_subtitles(self) -> bool:
        """Whether the job makes a subtitle file."""
        return self.asr_full_text is not None and self.asr_full_text.subtitle_format is not None

    @property
    def file_format(self) -> str:
        """The file format of the subtitles."""
        return "vtt"


class RecognitionItem(IntelligenceItem[RecognitionParameters]):
    """A recognition. Its output file has the subtitles of the speech."""

    kind: ClassVar[str] = "recognition"
    task_name: ClassVar[str] = "Recognition"
    default_output_path: ClassVar[str] = "{inputName}_recognition_{definition}.{format}"

    @property
    def may_have_files(self) -> bool:
        return self.resolved_parameters.has_subtitles
