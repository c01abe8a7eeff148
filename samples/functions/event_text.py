"""An event as a short message for people, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from event_findings import finding_words, findings, mark, task_of, type_words, verdict
from event_words import WORDS

MAX_TEXT_BYTES, MAX_TITLE_BYTES = 1800, 200  # WeCom takes 2,048 for both
MAX_CAUSE_CHARACTERS = 200
MARKS = {"FAIL": "✘", "PROCESSING": "…"}
_SOURCE_ERROR = 60_000


def event_text(body: dict[str, Any], language: str = "en") -> tuple[str, str, str]:
    """(title, text, outcome) of an event; outcome is `success`, `warning`, `failure` or `info`.

    `warning`: everything was made, and the review did not pass. `language` is `en` or `zh`; raises KeyError on others.
    """
    words = WORDS[language]
    summary, outcome = _summary(body, words)
    workflow = body["MediaWorkflows"]["WorkflowName"]
    file = _source(body).rpartition("/")[2]
    title = summary + "".join(words["colon"] + name for name in (workflow, file) if name)
    return _cut(title, MAX_TITLE_BYTES), _cut("\n".join(_lines(body, words)), MAX_TEXT_BYTES), outcome


def _summary(body: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    task = task_of(body)
    states = [result["Status"] for _, result in _all_results(body)]
    if body["MediaWorkflows"].get("Test"):
        return words["test"], "info"
    if _is_lost(body):
        return words["unreadable" if task["ErrCode"] == _SOURCE_ERROR else "run failed"], "failure"
    if failed := states.count("FAIL"):
        return words["failed"].format(failed=failed, all=len(states)), "failure"
    if task["Status"] != "FINISH":
        return words["going on"], "info"
    suggestion = verdict(body)
    return words[f"done, {suggestion}" if suggestion else "done"], "success" if suggestion in (
        "",
        "pass",
    ) else "warning"


def _is_lost(body: dict[str, Any]) -> bool:
    """Whether the whole run failed without any output, so that one cause describes it."""
    return bool(task_of(body)["ErrCode"]) and all(result["Status"] == "FAIL" for _, result in _all_results(body))


def _lines(body: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    task, ours = task_of(body), body["MediaWorkflows"]
    if source := _source(body):
        yield words["source"].format(source)
    if _is_lost(body):
        yield _cause(task["Message"])
    else:
        yield from _result_lines(body, words)
    yield words["run"].format(ours["RunId"])


def _result_lines(body: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    """One line for each item, and for each sub-task of review, recognition and analysis."""
    is_shortened = bool(body["MediaWorkflows"].get("Shortened"))
    for type_, result in findings(body):
        made = finding_words(type_, result, words, is_shortened) if result["Status"] == "SUCCESS" else ""
        yield _line(mark(type_, result), type_words(type_, words), result, made, words)
    for type_, result in _media_results(body):
        made = _made(result, words) if result["Status"] == "SUCCESS" else ""
        yield _line("✔", words[type_], result, made, words)


def _line(success: str, what: str, result: dict[str, Any], made: str, words: dict[str, str]) -> str:
    shown = made or _not_made(result, words)
    return f"{MARKS.get(result['Status'], success)} {what} {result['Input']['Definition']}{words['colon']}{shown}"


def _not_made(result: dict[str, Any], words: dict[str, str]) -> str:
    """The error of a task without output, or its progress."""
    if result["Status"] == "FAIL":
        code = result.get("ErrCodeExt", "")  # a search for highlights has none
        return words["colon"].join(part for part in (code, _cause(result["Message"])) if part)
    return f"{result['Progress']} %" if "Progress" in result else words["going on"]


def _made(result: dict[str, Any], words: dict[str, str]) -> str:
    paths = _paths(result["Output"] or {}) or [result["Input"]["OutputObjectPath"]]
    if len(paths) == 1:
        return paths[0]
    return words["more"].format(first=paths[0], more=len(paths) - 1, all=len(paths))


def _paths(output: dict[str, Any]) -> list[str]:
    pictures = output.get("ImagePathSet", []) + [picture["Path"] for picture in output.get("PicInfoSet", [])]
    return [output["Path"]] if "Path" in output else pictures


def _all_results(body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(type, task) of each item and sub-task."""
    return [*findings(body), *_media_results(body)]


def _media_results(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for result in task_of(body)["MediaProcessResultSet"]:
        yield result["Type"], next(value for key, value in result.items() if key.endswith("Task") and value)


def _source(body: dict[str, Any]) -> str:
    """The address of the source, in any form of places; '' = the run ended before it had one."""
    source = task_of(body)["InputInfo"]
    if not source:
        return ""
    if "UrlInputInfo" in source:
        return str(source["UrlInputInfo"]["Url"])
    if "CosInputInfo" in source:
        return f"cos://{source['CosInputInfo']['Bucket']}{source['CosInputInfo']['Object']}"
    return f"s3://{source['S3InputInfo']['S3Bucket']}/{source['S3InputInfo']['S3Object']}"


def _cause(message: str) -> str:
    """The first line of a message: the rest is ffmpeg's log."""
    return message.partition("\n")[0][:MAX_CAUSE_CHARACTERS]


def _cut(text: str, limit_bytes: int) -> str:
    """The text, cut after whole characters to the limit."""
    data = text.encode()
    return text if len(data) <= limit_bytes else data[: limit_bytes - 3].decode(errors="ignore") + "…"
