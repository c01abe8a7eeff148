"""Templates of review, analysis and recognition. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.content_review import POLITICAL_LABELS, PORN_LABELS, TERRORISM_LABELS
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import Field, Part, choice
from media_workflows.vendor_mps.request_table import RequestTable, switched, whole

_NO_DEFAULT_LIBRARY = invalid("there is no default library: add persons to your own, with tags")
_NO_TRANSLATION = invalid("speech is not translated here: leave it out, or turn it off")
_CONFIDENCES = (whole("BlockConfidence", "block_confidence"), whole("ReviewConfidence", "review_confidence"))
_TAGS = Field("LabelSet", "labels")


def _labels(known: tuple[str, ...]) -> Field:
    """The labels of an image check; none = all."""

    def read(value: Any) -> Any:
        if not isinstance(value, list) or not all(label in known for label in value):
            raise invalid("must be a list of: {choices}", choices=", ".join(known))
        return value or list(known)

    return Field("LabelSet", "labels", read)


def _image(known: tuple[str, ...]) -> Part:
    return switched("ImgReviewInfo", "image", _labels(known), *_CONFIDENCES)


_SPEECH = switched("AsrReviewInfo", "asr", *_CONFIDENCES)
_TEXT = switched("OcrReviewInfo", "ocr", *_CONFIDENCES)
CONTENT_REVIEW = RequestTable(
    Part("PornConfigure", "porn", RequestTable(_image(PORN_LABELS), _SPEECH, _TEXT)),
    Part("TerrorismConfigure", "terrorism", RequestTable(_image(TERRORISM_LABELS), _TEXT)),
    Part("PoliticalConfigure", "political", RequestTable(_image(POLITICAL_LABELS), _SPEECH, _TEXT)),
    Part("ProhibitedConfigure", "prohibited", RequestTable(_SPEECH, _TEXT)),
    Part(
        "UserDefineConfigure",
        "user_defined",
        RequestTable(
            switched("FaceReviewInfo", "face", _TAGS, *_CONFIDENCES),
            switched("AsrReviewInfo", "asr", _TAGS, *_CONFIDENCES),
            switched("OcrReviewInfo", "ocr", _TAGS, *_CONFIDENCES),
        ),
    ),
)

AI_ANALYSIS = RequestTable(
    switched("ClassificationConfigure", "classification"),
    switched("TagConfigure", "tag"),
    switched("CoverConfigure", "cover"),
    switched("FrameTagConfigure", "frame_tag"),
)


def _split_recognition(ours: Json) -> Json:
    """The vendor has the language in the full text of the speech."""
    speech = ours["asr_full_text"]
    return {**ours, "asr_full_text": speech and {**speech, "source_language": ours["language"]}}


def _join_recognition(found: Json, _base: Json | None, _place: str, _findings: Findings) -> Json:
    language = (found.get("asr_full_text") or {}).pop("source_language", None)
    return found if language is None else {**found, "language": language}


AI_RECOGNITION = RequestTable(
    switched(
        "FaceConfigure",
        "face",
        Field("Score", "score"),
        Field("UserDefineLibraryLabelSet", "user_defined_library_labels"),
        choice("FaceLibrary", "face_library", {"All": "all", "UserDefine": "user_defined", "Default": "default"}),
        unsupported={"DefaultLibraryLabelSet": _NO_DEFAULT_LIBRARY},
    ),
    switched("OcrFullTextConfigure", "ocr_full_text"),
    switched("OcrWordsConfigure", "ocr_words", _TAGS),
    switched(
        "AsrFullTextConfigure",
        "asr_full_text",
        Field("SubtitleFormat", "subtitle_format", lambda value: value or None, lambda value: value),
        choice("SourceLanguage", "source_language", {"auto": "auto", "": "auto", "zh": "zh", "en": "en"}),
        defaults={"subtitle_format": None},
    ),
    switched("AsrWordsConfigure", "asr_words", _TAGS),
    unsupported={"TranslateConfigure": _NO_TRANSLATION},
    split=_split_recognition,
    join=_join_recognition,
    places={"language": "AsrFullTextConfigure.SourceLanguage"},
)
