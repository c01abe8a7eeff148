"""Templates of review, analysis and recognition. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.content_review import POLITICAL_LABELS, PORN_LABELS, TERRORISM_LABELS
from media_workflows.vendor_mps.reading import Field, Findings, Json, choice
from media_workflows.vendor_mps.templates.shape import Off, Part, Shape, Switched, whole

_NO_DEFAULT_LIBRARY = Off(invalid("there is no default library: add persons to your own, with tags"))
_NO_TRANSLATION = Off(invalid("speech is not translated here: leave it out, or turn it off"))
_CONFIDENCES = (whole("BlockConfidence", "block_confidence"), whole("ReviewConfidence", "review_confidence"))
_TAGS = Field("LabelSet", "labels")


def _labels(known: tuple[str, ...]) -> Field:
    """The labels of an image check; none = all."""

    def read(value: Any) -> Any:
        if not isinstance(value, list) or not all(label in known for label in value):
            raise invalid("must be a list of: {choices}", choices=", ".join(known))
        return value or list(known)

    return Field("LabelSet", "labels", read)


def _image(known: tuple[str, ...]) -> Switched:
    return Switched("ImgReviewInfo", "image", Shape((_labels(known), *_CONFIDENCES)))


_WORDS = Shape(_CONFIDENCES)
_TAGGED = Shape((_TAGS, *_CONFIDENCES))
_SPEECH, _TEXT = Switched("AsrReviewInfo", "asr", _WORDS), Switched("OcrReviewInfo", "ocr", _WORDS)
CONTENT_REVIEW = Shape(
    (
        Part("PornConfigure", "porn", Shape((_image(PORN_LABELS), _SPEECH, _TEXT))),
        Part("TerrorismConfigure", "terrorism", Shape((_image(TERRORISM_LABELS), _TEXT))),
        Part("PoliticalConfigure", "political", Shape((_image(POLITICAL_LABELS), _SPEECH, _TEXT))),
        Part("ProhibitedConfigure", "prohibited", Shape((_SPEECH, _TEXT))),
        Part(
            "UserDefineConfigure",
            "user_defined",
            Shape(
                (
                    Switched("FaceReviewInfo", "face", _TAGGED),
                    Switched("AsrReviewInfo", "asr", _TAGGED),
                    Switched("OcrReviewInfo", "ocr", _TAGGED),
                )
            ),
        ),
    )
)

AI_ANALYSIS = Shape(
    (
        Switched("ClassificationConfigure", "classification"),
        Switched("TagConfigure", "tag"),
        Switched("CoverConfigure", "cover"),
        Switched("FrameTagConfigure", "frame_tag"),
    )
)


def _split_recognition(ours: Json) -> Json:
    """The vendor has the language in the full text of the speech."""
    speech = ours["asr_full_text"]
    return {**ours, "asr_full_text": speech and {**speech, "source_language": ours["language"]}}


def _join_recognition(found: Json, _base: Json | None, _place: str, _findings: Findings) -> Json:
    language = (found.get("asr_full_text") or {}).pop("source_language", None)
    return found if language is None else {**found, "language": language}


AI_RECOGNITION = Shape(
    (
        Switched(
            "FaceConfigure",
            "face",
            Shape(
                (
                    Field("Score", "score"),
                    Field("UserDefineLibraryLabelSet", "user_defined_library_labels"),
                    choice(
                        "FaceLibrary",
                        "face_library",
                        {"All": "all", "UserDefine": "user_defined", "Default": "default"},
                    ),
                ),
                off={"DefaultLibraryLabelSet": _NO_DEFAULT_LIBRARY},
            ),
        ),
        Switched("OcrFullTextConfigure", "ocr_full_text"),
        Switched("OcrWordsConfigure", "ocr_words", Shape((_TAGS,))),
        Switched(
            "AsrFullTextConfigure",
            "asr_full_text",
            Shape(
                (
                    Field("SubtitleFormat", "subtitle_format", lambda value: value or None, lambda value: value),
                    choice("SourceLanguage", "source_language", {"auto": "auto", "": "auto", "zh": "zh", "en": "en"}),
                ),
                defaults={"subtitle_format": None},
            ),
        ),
        Switched("AsrWordsConfigure", "asr_words", Shape((_TAGS,))),
    ),
    off={"TranslateConfigure": _NO_TRANSLATION},
    split=_split_recognition,
    join=_join_recognition,
    places={"language": "AsrFullTextConfigure.SourceLanguage"},
)
