"""The format of the checks of a review in events. Pure.

The vendor has no type of a review by the user's own persons and words: it reports them as `Political` and
`Prohibited`. Its segments have fewer fields than ours, too. `own_review` has all of it, under names that follow the
reference's: `UserDefine.Face`, `UserDefine.Asr` and `UserDefine.Ocr`.
"""

from __future__ import annotations

from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.vendor_mps.event_shapes import Json, shown_area, shown_span, shown_time

_CATEGORIES = {
    "porn": "Porn",
    "terrorism": "Terrorism",
    "political": "Political",
    "prohibited": "Prohibited",
    "user_defined": "UserDefine",
}
_MEDIA = {"image": "", "asr": "Asr", "ocr": "Ocr", "face": "Face"}
_REPORTED_AS = {
    "user_defined.face": "political.image",
    "user_defined.asr": "prohibited.asr",
    "user_defined.ocr": "prohibited.ocr",
}
_PLACE = ("StartTimeOffset", "EndTimeOffset", "Confidence", "Suggestion")
_PICTURE = ("Url", "PicUrlExpireTime")
# The fields of a segment in the vendor, by type or medium; of the others first.
_IMAGE_FIELDS = (*_PLACE, "Label", *_PICTURE)
_SEGMENT_FIELDS = {
    "political.image": (*_IMAGE_FIELDS, "Name", "AreaCoordSet"),
    "asr": (*_PLACE, "KeywordSet"),
    "ocr": (*_PLACE, "KeywordSet", "AreaCoordSet", *_PICTURE),
}


def reported_type(type_: str) -> str:
    """The type that the vendor has for a check."""
    return _REPORTED_AS.get(type_, type_)


def review_name(type_: str) -> str:
    """'porn.ocr' -> 'Porn.Ocr', 'porn.image' -> 'Porn'."""
    category, medium = (names[part] for names, part in zip((_CATEGORIES, _MEDIA), type_.split("."), strict=True))
    return f"{category}.{medium}" if medium else category


def own_review(type_: str, output: ReviewOutput | None) -> Json:
    """Type and output of a review with all that was found."""
    return {"Type": review_name(type_), "Output": _full_review(type_, output) if output else None}


def review(type_: str, output: ReviewOutput, _region: str) -> Json:
    """The vendor's Output of a review."""
    full = _full_review(type_, output)
    type_ = reported_type(type_)
    fields = _SEGMENT_FIELDS.get(type_) or _SEGMENT_FIELDS.get(type_.partition(".")[2], _IMAGE_FIELDS)
    return full | {"SegmentSet": [{name: segment[name] for name in fields} for segment in full["SegmentSet"]]}


def _full_review(type_: str, output: ReviewOutput) -> Json:
    medium = type_.partition(".")[2]
    shown: Json = {"Confidence": output.confidence, "Suggestion": output.suggestion}
    if medium in ("image", "face"):
        shown["Label"] = output.label
    return {**shown, "SegmentSet": [_review_segment(medium, segment) for segment in output.segments]}


def _review_segment(medium: str, segment: ReviewSegment) -> Json:
    shown = {**shown_span(segment), "Confidence": segment.confidence, "Suggestion": segment.suggestion}
    if medium in ("asr", "ocr"):
        shown |= {"KeywordSet": list(segment.keywords), "Label": segment.label}
    else:
        shown |= {"Label": segment.label, "Name": segment.name}
    if medium != "asr":
        shown["AreaCoordSet"] = shown_area(segment.box)
        shown |= _picture(segment)
    return shown


def _picture(segment: ReviewSegment) -> Json:
    """The URL of the picture, or its key if the setting `picture_url_s` is 0."""
    picture = segment.picture
    if picture is None:
        return {"Url": "", "PicUrlExpireTime": ""}
    return {
        "Url": picture.url or picture.key,
        "PicUrlExpireTime": shown_time(picture.url_expires_at) if picture.url else "",
    }
