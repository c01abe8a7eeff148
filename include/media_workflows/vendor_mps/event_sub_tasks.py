"""The format of the sub-tasks of review, recognition and analysis in events. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from media_workflows.domain.sub_tasks import SubTaskOutput
from media_workflows.domain.sub_tasks.analysis import (
    ClassificationOutput,
    CoverOutput,
    DescriptionOutput,
    FrameTagOutput,
    Highlight,
    HighlightOutput,
    Paragraph,
    QualityOutput,
    Tag,
    TagOutput,
)
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.domain.sub_tasks.recognition import (
    AsrFullTextOutput,
    FaceOutput,
    FoundSegment,
    OcrFullTextOutput,
    WordsOutput,
)
from media_workflows.vendor_mps.event_quality import measurements, quality_control
from media_workflows.vendor_mps.event_reviews import reported_type, review, review_name
from media_workflows.vendor_mps.event_shapes import Json, shown_area, shown_span, storage

_TYPES = {
    "face": ("FaceRecognition", "FaceTask"),
    "asr_words": ("AsrWordsRecognition", "AsrWordsTask"),
    "ocr_words": ("OcrWordsRecognition", "OcrWordsTask"),
    "asr_full_text": ("AsrFullTextRecognition", "AsrFullTextTask"),
    "ocr_full_text": ("OcrFullTextRecognition", "OcrFullTextTask"),
    "classification": ("Classification", "ClassificationTask"),
    "tag": ("Tag", "TagTask"),
    "cover": ("Cover", "CoverTask"),
    "frame_tag": ("FrameTag", "FrameTagTask"),
    "highlight": ("Highlight", "HighlightTask"),
    "description": ("Description", "DescriptionTask"),
}
# The vendor's task keys of each result set; in an entry, all but its own are null.
_TASK_KEYS = {
    "content_review": (
        *("PornTask", "TerrorismTask", "PoliticalTask", "PornAsrTask", "PornOcrTask", "PoliticalAsrTask"),
        *("PoliticalOcrTask", "TerrorismOcrTask", "ProhibitedAsrTask", "ProhibitedOcrTask"),
    ),
    "recognition": (
        *("FaceTask", "AsrWordsTask", "OcrWordsTask", "AsrFullTextTask", "OcrFullTextTask", "TransTextTask"),
        "ObjectTask",
    ),
    "analysis": (
        *("ClassificationTask", "CoverTask", "TagTask", "FrameTagTask", "HighlightTask", "DescriptionTask"),
        *("DeLogoTask", "SegmentTask", "HeadTailTask"),
    ),
}
_WITHOUT_CODE = frozenset({"HighlightTask", "DescriptionTask"})  # their task has no ErrCodeExt in the vendor


class EventNames(NamedTuple):
    """A sub-task's names in the vendor."""

    type: str
    task_key: str


def names_of(type_: str) -> EventNames:
    """'porn.ocr' -> ('Porn.Ocr', 'PornOcrTask'). Raises KeyError for an unknown type."""
    if type_ in _TYPES:
        return EventNames(*_TYPES[type_])
    name = review_name(reported_type(type_))
    return EventNames(name, f"{name.replace('.', '')}Task")


def of_kind(kind: str, type_: str, task: Json, output: SubTaskOutput | None) -> Json:
    """An entry of the kind's result set."""
    names = names_of(type_)
    sampling: Json = {}
    if kind == "content_review":
        review = output if isinstance(output, ReviewOutput) else None
        sampling = {
            "SampleRate": review.sample_rate if review else 0.0,
            "Duration": review.duration_s if review else 0.0,
        }
    if names.task_key in _WITHOUT_CODE:
        task = {name: value for name, value in task.items() if name != "ErrCodeExt"}
    return {"Type": names.type, **sampling, **dict.fromkeys(_TASK_KEYS[kind]), names.task_key: task}


def place_of(kind: str, type_: str) -> int:
    """The place of a type in the kind's result set."""
    return _TASK_KEYS[kind].index(names_of(type_).task_key)


def output_of(type_: str, output: SubTaskOutput, region: str) -> Json:
    """The vendor's Output of a sub-task."""
    return _OUTPUTS[output.shape](type_, output, region)


def _found(segment: FoundSegment) -> Json:
    area = {} if segment.box is None else {"AreaCoordSet": shown_area(segment.box)}
    return {**shown_span(segment), "Confidence": segment.confidence, **area}


def _faces(_type: str, output: FaceOutput, _region: str) -> Json:
    results = [
        {
            "Id": str(face.person_id),
            "Type": "UserDefine",
            "Name": face.name,
            "SegmentSet": [_found(segment) for segment in face.segments],
        }
        for face in output.results
    ]
    return {"ResultSet": results}


def _words(_type: str, output: WordsOutput, _region: str) -> Json:
    results = [
        {"Word": word.keyword, "SegmentSet": [_found(segment) for segment in word.segments]} for word in output.results
    ]
    return {"ResultSet": results}


def _ocr_full_text(_type: str, output: OcrFullTextOutput, _region: str) -> Json:
    segments: list[Json] = [
        {
            **shown_span(sighting),
            "TextSet": [
                {"Confidence": line.confidence, "AreaCoordSet": shown_area(line.box), "Text": line.text}
                for line in sighting.lines
            ],
        }
        for sighting in output.segments
    ]
    return {"SegmentSet": segments}


def _asr_full_text(_type: str, output: AsrFullTextOutput, region: str) -> Json:
    segments: list[Json] = [
        {
            "Confidence": utterance.confidence,
            **shown_span(utterance),
            "Text": utterance.text,
            "Wordlist": [{"Word": word.text, "Start": word.start_s, "End": word.end_s} for word in utterance.words],
        }
        for utterance in output.segments
    ]
    bucket, path = output.subtitle or ("", "")
    return {
        "SegmentSet": segments,
        "SubtitlePath": path,
        "OutputStorage": storage(bucket, region) if output.subtitle else None,
    }


def _tag(tag: Tag) -> Json:
    return {"Tag": tag.tag, "Confidence": tag.confidence, "SpecialInfo": f"{tag.basis}: {tag.reason}"}


def _tags(_type: str, output: TagOutput, _region: str) -> Json:
    return {"TagSet": [_tag(tag) for tag in output.tags]}


def _classification(_type: str, output: ClassificationOutput, _region: str) -> Json:
    classes = [{"Classification": one.tag, "Confidence": one.confidence} for one in output.classes]
    return {"ClassificationSet": classes}


def _frame_tags(_type: str, output: FrameTagOutput, _region: str) -> Json:
    segments: list[Json] = [
        {
            **shown_span(part),
            "TagSet": [{"Tag": tag.tag, "CategorySet": [tag.basis], "Confidence": tag.confidence} for tag in part.tags],
        }
        for part in output.segments
    ]
    return {"SegmentSet": segments}


def _cover(_type: str, output: CoverOutput, region: str) -> Json:
    if output.picture is None:
        return {"CoverSet": [], "OutputStorage": None}
    bucket, path = output.picture
    return {
        "CoverSet": [{"CoverPath": path, "Confidence": output.confidence}],
        "OutputStorage": storage(bucket, region),
    }


def _highlights(_type: str, output: HighlightOutput, region: str) -> Json:
    """One highlight for each clip. Without video it has no cover; in results of earlier versions paths are empty."""
    bucket = next((part.clip[0] for part in output.segments if part.clip), None)
    return {
        "HighlightSet": [_highlight(part) for part in output.segments],
        "OutputStorage": storage(bucket, region) if bucket else None,
    }


def _highlight(part: Highlight) -> Json:
    return {
        "HighlightPath": part.clip[1] if part.clip else "",
        "CovImgPath": part.picture[1] if part.picture else "",
        "Confidence": part.confidence,
        "Duration": round(part.end_s - part.start_s, 3),
        "SegmentSet": [{"Confidence": part.confidence, **shown_span(part)}],
    }


def _description(_type: str, output: DescriptionOutput, _region: str) -> Json:
    """Quoted sentences. The vendor has no field that says so, nor one for times of keywords, nor one for topics."""
    description: Json = {
        "Description": _joined([one.text for one in output.sentences]),
        "Confidence": output.confidence,
        "Title": output.title.text if output.title else "",
        "Keywords": [one.keyword for one in output.keywords],
        "Paragraphs": [_paragraph(one) for one in output.paragraphs],
    }
    return {"DescriptionSet": [description]}


def _paragraph(paragraph: Paragraph) -> Json:
    return {
        "Title": paragraph.title,
        "Summary": _joined([one.text for one in paragraph.sentences]),
        "Keywords": list(paragraph.keywords),
        **shown_span(paragraph),
    }


def _joined(sentences: Sequence[str]) -> str:
    """One text; between Chinese sentences is no space."""
    return "".join(f" {text}" if at and text[:1].isascii() else text for at, text in enumerate(sentences))


def _quality(_type: str, output: QualityOutput, _region: str) -> Json:
    problems = {"BlackScreen": output.black, "Freeze": output.frozen, "Silence": output.silent}
    return {
        "NoAudio": not output.has_sound,
        "NoVideo": not output.has_picture,
        "QualityControlResultSet": [
            {"Type": name, "QualityControlItems": [{"Confidence": 100, **shown_span(span)} for span in spans]}
            for name, spans in problems.items()
            if spans
        ],
    }


def own_quality(output: QualityOutput | QualityControlOutput) -> Json:
    """What the vendor's QualityControlData does not have."""
    if isinstance(output, QualityControlOutput):
        return {"Measurements": measurements(output)}
    loudness = {
        "IntegratedLufs": output.integrated_lufs,
        "LoudnessRangeLu": output.loudness_range_lu,
        "TruePeakDbtp": output.true_peak_dbtp,
    }
    return {"Loudness": loudness}


_OUTPUTS: dict[str, Callable[[str, Any, str], Json]] = {
    "review": review,
    "faces": _faces,
    "words": _words,
    "ocr_full_text": _ocr_full_text,
    "asr_full_text": _asr_full_text,
    "classification": _classification,
    "tags": _tags,
    "frame_tags": _frame_tags,
    "cover": _cover,
    "highlights": _highlights,
    "speech_description": _description,
    "quality": _quality,
    "quality_control": quality_control,
}
