"""An event as a short message for people, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MAX_TEXT_BYTES, MAX_TITLE_BYTES = 1800, 200  # WeCom takes 2,048 for both
MAX_CAUSE_CHARACTERS = 200
MARKS = {"SUCCESS": "✔", "FAIL": "✘", "PROCESSING": "…"}
WORDS = {
    "en": {
        "test": "test event",
        "going on": "in progress",
        "done": "done",
        "failed": "{failed} of {all} failed",
        "unreadable": "the source cannot be processed",
        "source": "Source: {0}",
        "run": "Run: {0}",
        "more": "{first} and {more} more",
        "colon": ": ",
        "Transcode": "Transcode",
        "AnimatedGraphics": "Animation",
        "SnapshotByTimeOffset": "Snapshots",
        "SampleSnapshot": "Sampled snapshots",
        "ImageSprites": "Sprite sheets",
        "AdaptiveDynamicStreaming": "Adaptive streaming",
    },
    "zh": {
        "test": "测试事件",
        "going on": "处理中",
        "done": "已完成",
        "failed": "{all} 项中有 {failed} 项失败",
        "unreadable": "源文件无法处理",
        "source": "源文件：{0}",
        "run": "运行：{0}",
        "more": "{first} 等 {all} 个文件",
        "colon": "：",
        "Transcode": "转码",
        "AnimatedGraphics": "转动图",
        "SnapshotByTimeOffset": "时间点截图",
        "SampleSnapshot": "采样截图",
        "ImageSprites": "雪碧图",
        "AdaptiveDynamicStreaming": "自适应码流",
    },
}


def event_text(body: dict[str, Any], language: str = "en") -> tuple[str, str, str]:
    """(title, text, outcome) of an event; outcome is `success`, `failure` or `info`.

    `language` is `en` or `zh`; raises KeyError on others.
    """
    words = WORDS[language]
    summary, outcome = _summary(body, words)
    workflow = body["MediaWorkflows"]["WorkflowName"]
    file = _key(body).rpartition("/")[2]
    title = summary + "".join(words["colon"] + name for name in (workflow, file) if name)
    return _cut(title, MAX_TITLE_BYTES), _cut("\n".join(_lines(body, words)), MAX_TEXT_BYTES), outcome


def _summary(body: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    task = body["WorkflowTaskEvent"]
    states = [result["Status"] for _, result in _results(body)]
    if body["MediaWorkflows"].get("Test"):
        return words["test"], "info"
    if task["ErrCode"]:
        return words["unreadable"], "failure"
    if failed := states.count("FAIL"):
        return words["failed"].format(failed=failed, all=len(states)), "failure"
    return (words["done"], "success") if task["Status"] == "FINISH" else (words["going on"], "info")


def _lines(body: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    task, ours = body["WorkflowTaskEvent"], body["MediaWorkflows"]
    if source := _key(body):
        yield words["source"].format(f"s3://{task['InputInfo']['S3InputInfo']['S3Bucket']}/{source}")
    if task["ErrCode"]:  # and so no item could be made
        yield _cause(task["Message"])
    for type_, result in () if task["ErrCode"] else _results(body):
        what = f"{words[type_]} {result['Input']['Definition']}"
        yield f"{MARKS[result['Status']]} {what}{words['colon']}{_outcome(result, words)}"
    yield words["run"].format(ours["RunId"])


def _outcome(result: dict[str, Any], words: dict[str, str]) -> str:
    """What an item made, why it made nothing, or how far it is."""
    if result["Status"] == "FAIL":
        return f"{result['ErrCodeExt']}{words['colon']}{_cause(result['Message'])}"
    if result["Status"] == "PROCESSING":
        return f"{result['Progress']} %" if "Progress" in result else words["going on"]
    paths = _paths(result["Output"] or {}) or [result["Input"]["OutputObjectPath"]]
    if len(paths) == 1:
        return paths[0]
    return words["more"].format(first=paths[0], more=len(paths) - 1, all=len(paths))


def _paths(output: dict[str, Any]) -> list[str]:
    pictures = output.get("ImagePathSet", []) + [picture["Path"] for picture in output.get("PicInfoSet", [])]
    return [output["Path"]] if "Path" in output else pictures


def _results(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(type, task) of each item."""
    for result in body["WorkflowTaskEvent"]["MediaProcessResultSet"]:
        yield result["Type"], next(value for key, value in result.items() if key.endswith("Task") and value)


def _key(body: dict[str, Any]) -> str:
    source = body["WorkflowTaskEvent"]["InputInfo"]
    return source["S3InputInfo"]["S3Object"] if source else ""


def _cause(message: str) -> str:
    """The first line: the rest is what ffmpeg said."""
    return message.partition("\n")[0][:MAX_CAUSE_CHARACTERS]


def _cut(text: str, limit_bytes: int) -> str:
    """Whole characters that fit."""
    data = text.encode()
    return text if len(data) <= limit_bytes else data[: limit_bytes - 3].decode(errors="ignore") + "…"
