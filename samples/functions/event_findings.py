"""Summaries of review, recognition and analysis results, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]
Words = dict[str, str]
_SETS = ("AiRecognitionResultSet", "AiAnalysisResultSet")
_WRAPPERS = ("RecognitionTask", "AnalysisTask")  # of the same in a ScheduleTask
_OTHERS = (*_WRAPPERS, "ReviewTask", "QualityControlTask", "ExecRuleTask")
_REVIEW_CATEGORIES = ("Porn", "Terrorism", "Political", "Prohibited", "UserDefine")
_SEVERITY = ("pass", "review", "block")
_MOST_NAMES = 5


def task_of(body: Json) -> Json:
    """The task of an event; that of a ScheduleTask with its results in the sets of a WorkflowTask."""
    if "WorkflowTaskEvent" in body:
        return dict(body["WorkflowTaskEvent"])
    task = body["ScheduleTaskEvent"]
    results = [
        (one["ActivityType"], key, result)
        for one in task["ActivityResultSet"]
        for key, result in one["ActivityResItem"].items()
        if result
    ]
    sets = {
        name: [entry for _, key, result in results if key == wrapper for entry in result["Output"]]
        for name, wrapper in zip(_SETS, _WRAPPERS, strict=True)
    }
    return {
        **task,
        **sets,
        "MediaProcessResultSet": [{"Type": type_, key: result} for type_, key, result in results if key not in _OTHERS],
        "AiQualityControlTaskResult": next((result for _, key, result in results if key == "QualityControlTask"), None),
    }


def findings(body: Json) -> Iterator[tuple[str, Json]]:
    """(type, task) of each sub-task. `Reviews` has those of a review with all that was found."""
    yield from ((review["Type"], review) for review in body["MediaWorkflows"].get("Reviews", ()))
    task = task_of(body)
    for name in _SETS:
        for entry in task.get(name) or ():
            yield entry["Type"], next(value for key, value in entry.items() if key.endswith("Task") and value)
    if quality := task.get("AiQualityControlTaskResult"):
        yield "Quality", quality


def verdict(body: Json) -> str:
    """The worst suggestion of the review: `pass`, `review` or `block`; '' = not requested, or not there yet.

    A check that failed leaves the source unchecked, and so counts as `review`.
    """
    checks = [task for type_, task in findings(body) if _is_review(type_) and task["Status"] != "PROCESSING"]
    return max(map(suggestion, checks), key=_SEVERITY.index, default="")


def suggestion(task: Json) -> str:
    """The suggestion of one check: `pass`, `review` or `block`."""
    return str(task["Output"]["Suggestion"]) if task["Output"] else "review"


def type_words(type_: str, words: Words) -> str:
    """The name of a sub-task type: 'Porn.Asr' -> 'Review for pornography (speech)'."""
    if not _is_review(type_):
        return words[type_]
    category, _, medium = type_.partition(".")
    return words["medium"].format(what=words[category], medium=words[medium or "Image"])


def mark(type_: str, task: Json) -> str:
    """The symbol of a success: a warning for a check that did not pass."""
    return "⚠" if _is_review(type_) and suggestion(task) != "pass" else "✔"


def finding_words(type_: str, task: Json, words: Words, is_shortened: bool) -> str:
    """The findings of a successful sub-task; an incomplete check explains itself in its message."""
    output = task["Output"] or {}
    if _is_review(type_):
        found = _review(output, words)
    else:
        found = _FOUND[type_](output, words) or words["left out" if is_shortened else "none"]
    return words["comma"].join(part for part in (found, task["Message"].partition("\n")[0]) if part)


def _is_review(type_: str) -> bool:
    return type_.partition(".")[0] in _REVIEW_CATEGORIES


def _review(output: Json, words: Words) -> str:
    """The findings of a review, such as 'block 99 %, sexy, places: 2'."""
    if not output:
        return words["review"]
    if output["Suggestion"] == "pass":
        return words["pass"]
    segments = output["SegmentSet"]
    parts = [f"{words[output['Suggestion']]} {output['Confidence']:g} %", *_reasons(output, segments)]
    return words["comma"].join(parts + ([words["places"].format(len(segments))] if segments else []))


def _reasons(output: Json, segments: Sequence[Json]) -> list[str]:
    """Labels, names and keywords, each once."""
    named = [output.get("Label", "")]
    for segment in segments:
        named += [segment.get("Name", ""), *segment.get("KeywordSet", ())]
    return list(dict.fromkeys(filter(None, named)))[:_MOST_NAMES]


def _names(set_: str, name: str) -> Callable[[Json, Words], str]:
    """The first few names of a list."""

    def shown(output: Json, words: Words) -> str:
        names = list(dict.fromkeys(entry[name] for entry in output.get(set_, ())))
        return words["comma"].join(names[:_MOST_NAMES]) + ("…" if len(names) > _MOST_NAMES else "")

    return shown


def _count(set_: str, unit: str) -> Callable[[Json, Words], str]:
    def shown(output: Json, words: Words) -> str:
        count = len(output.get(set_, ()))
        return words[unit].format(count) if count else ""

    return shown


def _speech(output: Json, words: Words) -> str:
    parts = [_count("SegmentSet", "lines")(output, words), output.get("SubtitlePath", "")]
    return words["comma"].join(filter(None, parts))


def _highlights(output: Json, words: Words) -> str:
    count = sum(len(highlight["SegmentSet"]) for highlight in output.get("HighlightSet", ()))
    return words["parts"].format(count) if count else ""


def _quality(output: Json, words: Words) -> str:
    missing = [words[name] for field, name in (("NoVideo", "no picture"), ("NoAudio", "no sound")) if output.get(field)]
    spans = [
        f"{words[found['Type']]} {words['places'].format(len(found['QualityControlItems']))}"
        for found in output.get("QualityControlResultSet", ())
    ]
    diagnoses = [words[found["Type"]] for found in output.get("ContainerDiagnoseResultSet", ())]
    lacks = {words["VideoStreamLack"], words["AudioStreamLack"]}  # said by `missing`
    return words["comma"].join([*missing, *spans, *(name for name in diagnoses if name not in lacks)])


_FOUND: dict[str, Callable[[Json, Words], str]] = {
    "FaceRecognition": _names("ResultSet", "Name"),
    "AsrWordsRecognition": _names("ResultSet", "Word"),
    "OcrWordsRecognition": _names("ResultSet", "Word"),
    "AsrFullTextRecognition": _speech,
    "OcrFullTextRecognition": _count("SegmentSet", "places"),
    "Classification": _names("ClassificationSet", "Classification"),
    "Tag": _names("TagSet", "Tag"),
    "Cover": _names("CoverSet", "CoverPath"),
    "FrameTag": _count("SegmentSet", "parts"),
    "Highlight": _highlights,
    "Description": _names("DescriptionSet", "Title"),
    "Quality": _quality,
}
