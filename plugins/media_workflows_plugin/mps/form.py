"""Form bodies of the vendor's API: dotted names make objects and lists, and every value is text."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from media_workflows.domain.plain_data import MAX_DEPTH, MAX_VALUES
from media_workflows_plugin.mps.action import Json
from media_workflows_plugin.mps.errors import InvalidCallError

# Fields that are about the call, not parameters of its action.
CALL_FIELDS = {
    *("Action", "Version", "Region", "Timestamp", "Nonce", "Language", "RequestClient"),
    *("SecretId", "Signature", "SignatureMethod", "Token"),
}
# Parameters of the actions here that are numbers or switches; all others are text. Width, Height and SegmentType are
# text in some places, and there no text is a number.
INTEGERS = {
    *("AudioChannel", "BackgroundVolume", "BeginMs", "Bframes", "BitDepth", "Bitrate", "BlockConfidence"),
    *("BoardHeight", "BoardHeightUnit", "BoardWidth", "BoardWidthUnit", "ChannelsRemix", "CheckDuration"),
    *("CheckInterval", "CirclesNumber", "ColumnCount", "Compress", "ContentAdaptStream", "Definition"),
    *("Definitions", "DisableHigherVideoBitrate", "DisableHigherVideoResolution", "Duration", "EndMs", "Fps"),
    *("FpsDen", "FpsDenominator", "FpsNum", "FragmentEndNum", "FragmentTime", "Gop", "Height", "HlsTime"),
    *("Increment", "InitialValue", "IntervalTime", "KeyPTSList", "Limit", "LineSpacing", "LineSpacingUnit"),
    *("MaxVideoBitrate", "MinLength", "NoScenecut", "Offset", "OutlineWidthUnit", "PredriveIndex", "ProcessType"),
    *("PureAudio", "RawPts", "RearDriveIndexs", "ReardriveIndex", "RemoveAudio", "RemoveVideo", "ReviewConfidence"),
    *("RowCount", "SampleHeight", "SampleInterval", "SampleRate", "SampleWidth", "ScenarioBased", "ScheduleId"),
    *("ScheduleIds", "SegmentType", "ShadowWidthUnit", "Size", "SkipDuration", "SkipMateData", "SpeakerLabel"),
    *("SpeakerMode", "StreamIndex", "StreamSelects", "SubAppId", "SubtitleEmbedId", "SubtitleType", "TaskPriority"),
    *("TasksPriority", "Unit", "UseOriginalPos", "UseOriginalSize", "Vcrf", "VodBasic", "Width", "WorkflowId"),
    "WorkflowIds",
}
NUMBERS = {
    *("BoardAlpha", "ChannelVolume", "EndTimeOffset", "FontAlpha", "Intensity", "LeftTopX", "LeftTopY"),
    *("OutlineAlpha", "OutlineWidth", "Quality", "RightBottomX", "RightBottomY", "Score", "ShadowAlpha"),
    *("ShadowWidth", "StartTimeOffset", "TimeOffsetSet"),
}
SWITCHES = {"DefaultTrack", "SubTaskHasFailed"}
MAX_DIGITS = 20


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises InvalidCallError."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_VALUES)
    except ValueError:
        raise InvalidCallError("the body must be a form in UTF-8 with at most {most} fields", most=MAX_VALUES) from None
    if any("\0" in part for pair in pairs for part in pair):
        raise InvalidCallError("the form must not contain a NUL character")
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidCallError("the form has a field twice: number the values of a list, as in `WorkflowIds.0`")
    return fields


def parameters_of(fields: dict[str, str]) -> Json:
    """The parameters in a form: `Trigger.Type=a` is {"Trigger": {"Type": "a"}}. Raises InvalidCallError."""
    tree: dict[str, Any] = {}
    for name, text in fields.items():
        if name not in CALL_FIELDS:
            _put(tree, name, text)
    return {name: _lists(part, name) for name, part in tree.items()}


def _put(tree: dict[str, Any], name: str, text: str) -> None:
    *places, last = name.split(".")
    if len(places) >= MAX_DEPTH:
        raise InvalidCallError("a field of the form must have at most {most} levels", most=MAX_DEPTH)
    for place in places:
        tree = tree.setdefault(place, {})
        if not isinstance(tree, dict):
            break
    if not isinstance(tree, dict) or last in tree:
        raise InvalidCallError("field {name} of the form is both a value and an object", name=name)
    tree[last] = text


def _lists(part: Any, name: str) -> Any:
    """Objects whose names are 0, 1, … become lists, and texts the values of parameter `name`."""
    if not isinstance(part, dict):
        return _value(part, name)
    numbers = [str(number) for number in range(len(part))]
    if part.keys() == set(numbers):
        return [_lists(part[number], name) for number in numbers]
    return {inner: _lists(one, inner) for inner, one in part.items()}


def _value(text: str, name: str) -> Any:
    """The value of a parameter; text that does not fit stays text, which the action refuses by name."""
    if name in SWITCHES and text.lower() in ("true", "false"):
        return text.lower() == "true"
    digits = text.removeprefix("-")
    if name in INTEGERS | NUMBERS and digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS:
        return int(text)
    if name in NUMBERS and digits.isascii() and digits.replace(".", "", 1).isdigit() and len(digits) <= MAX_DIGITS:
        return float(text)
    return text
