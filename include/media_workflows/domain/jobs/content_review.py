"""`content_review` (审核): a verdict of pass, review or block, with the segments that led to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.intelligence import (
    Confidence,
    IntelligenceItem,
    IntelligenceParameters,
    Label,
    SubTask,
)
from media_workflows.domain.trigger import Directory

# Reference 4.4: the labels of the image checks.
PORN_LABELS = ("porn", "sexy", "vulgar", "intimacy")
TERRORISM_LABELS = (
    *("guns", "crowd", "police", "bloody", "banners", "militant", "explosion", "terrorists", "scenario"),
)
POLITICAL_LABELS = ("violation_photo", "politician")
# Words of the library with one of these tags belong to that category.
WORD_CATEGORIES = ("porn", "terrorism", "political", "prohibited")
CATEGORIES = (*WORD_CATEGORIES, "user_defined")
_FEATURES: dict[str, FeatureName] = {"image": "moderation", "asr": "transcript", "ocr": "text", "face": "faces"}


class Check(Model):
    """A check. Segments of at least these confidences (0 to 100) are blocked or reviewed. Defaults: the vendor."""

    block_confidence: Confidence = 100
    review_confidence: Confidence = 75
    labels: tuple[Label, ...] = Field((), max_length=100)

    @model_validator(mode="after")
    def _review_comes_first(self) -> Check:
        if self.review_confidence > self.block_confidence:
            raise invalid(
                "review_confidence ({review}) must be at most block_confidence ({block}): set both",
                review=f"{self.review_confidence:g}",
                block=f"{self.block_confidence:g}",
            )
        return self


class PornImageCheck(Check):
    """Porn in pictures, by the packaged open_nsfw or your own model. `labels` are those of the model that count."""

    block_confidence: Confidence = 90
    review_confidence: Confidence = 0
    labels: tuple[Label, ...] = Field(PORN_LABELS, min_length=1, max_length=100)


class TerrorismImageCheck(Check):
    """Terrorism in pictures: only by your own model; the packaged one does not cover it."""

    block_confidence: Confidence = 90
    review_confidence: Confidence = 80
    labels: tuple[Label, ...] = Field(TERRORISM_LABELS, min_length=1, max_length=100)


class PoliticalImageCheck(Check):
    """Politics in pictures: only by your own model; the packaged one does not cover it."""

    block_confidence: Confidence = 97
    review_confidence: Confidence = 95
    labels: tuple[Label, ...] = Field(POLITICAL_LABELS, min_length=1, max_length=100)


class WordCheck(Check):
    """A check for words of the library. `labels` are tags; none = the category's, for `user_defined` all others."""


class FaceCheck(Check):
    """A check for persons of the library. `labels` are their tags; none = all persons."""

    block_confidence: Confidence = 97
    review_confidence: Confidence = 95


class PornReview(Model):
    """The checks for porn. One that is left out is off."""

    image: PornImageCheck | None = None
    asr: WordCheck | None = None
    ocr: WordCheck | None = None


class TerrorismReview(Model):
    """The checks for terrorism. One that is left out is off."""

    image: TerrorismImageCheck | None = None
    ocr: WordCheck | None = None


class PoliticalReview(Model):
    """The checks for political content. One that is left out is off."""

    image: PoliticalImageCheck | None = None
    asr: WordCheck | None = None
    ocr: WordCheck | None = None


class ProhibitedReview(Model):
    """The checks for prohibited words. One that is left out is off."""

    asr: WordCheck | None = None
    ocr: WordCheck | None = None


class UserDefinedReview(Model):
    """The checks for custom persons and words. One that is left out is off."""

    face: FaceCheck | None = None
    asr: WordCheck | None = None
    ocr: WordCheck | None = None


class ContentReviewParameters(IntelligenceParameters):
    """The checks of a review, by category."""

    porn: PornReview = PornReview()
    terrorism: TerrorismReview = TerrorismReview()
    political: PoliticalReview = PoliticalReview()
    prohibited: ProhibitedReview = ProhibitedReview()
    user_defined: UserDefinedReview = UserDefinedReview()

    @model_validator(mode="after")
    def _something_to_check(self) -> ContentReviewParameters:
        if not any(self.checks()):
            raise invalid("must have at least one check, for example `prohibited: {ocr: {}}`")
        return self

    def checks(self) -> Iterator[tuple[str, str, Check]]:
        """(category, medium, check) of each enabled check: ('porn', 'image', ...)."""
        for category in CATEGORIES:
            for medium, check in getattr(self, category):
                if check is not None:
                    yield category, medium, check

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        return tuple(
            SubTask(
                f"{category}.{medium}",
                frozenset({_FEATURES[medium]}),
                image_labels=check.labels if medium == "image" else (),
            )
            for category, medium, check in self.checks()
        )

    @property
    def file_format(self) -> str:
        """The file format of the pictures of segments."""
        return "jpg"


class ContentReviewItem(IntelligenceItem[ContentReviewParameters]):
    """A review. Its output files are pictures of segments.

    With `gate` the other jobs wait for the verdict: on `pass` they publish as usual, on `review` a person decides,
    on `block` and after a rejection their outputs go below `quarantine_directory` of the output bucket.
    """

    kind: ClassVar[str] = "content_review"
    task_name: ClassVar[str] = "Content review"
    default_output_path: ClassVar[str] = "{inputName}_contentReview_{definition}_{number}.{format}"

    gate: Literal["none", "publish_on_pass"] = Field("none", description="none: the verdict is reported only")
    quarantine_directory: Directory = Field("quarantine/", description="Put before the keys of what did not pass")

    @model_validator(mode="after")
    def _quarantine_is_a_place(self) -> ContentReviewItem:
        if self.quarantine_directory is None:
            raise invalid("quarantine_directory must be a directory such as 'quarantine/', not the whole bucket")
        return self
