"""`message_text`: an event as a short text for people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from media_workflows.domain.notification import MessageLanguage
from media_workflows.notifications.budget_event import BUDGET_EVENT, WAITING
from media_workflows.notifications.event_results import Result, results_of, verdict_of
from media_workflows.notifications.message_words import WORDS, Words
from media_workflows.notifications.review_event import REVIEW_EVENT
from media_workflows.notifications.step_event import STEP_EVENT
from media_workflows.notifications.track_event import TRACK_EVENT, TRACK_FAILED_EVENT

Json = dict[str, Any]
Outcome = Literal["success", "warning", "failure", "info"]

MAX_LINE_BYTES = 300
MAX_RESULTS = 10
_MARKS = {"SUCCESS": "✔", "FAIL": "✘"}


@dataclass(frozen=True)
class MessageText:
    """`outcome`: of what the title says; `warning` is a success that needs a decision."""

    title: str
    lines: tuple[str, ...]
    outcome: Outcome

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def message_text(body: Json, language: MessageLanguage) -> MessageText:
    """The text of an event of any kind; `body` is in the shape of the vendor or in one of our own."""
    words, ours = WORDS[language], body["MediaWorkflows"]
    summary, outcome, lines = _content(body, words)
    file = _source(body)
    title = words["colon"].join(filter(None, (summary, ours["WorkflowName"], file.rpartition("/")[2])))
    source = [words["source"].format(file=file)] if file else []
    all_lines = [*source, *lines, words["run"].format(run=ours["RunId"])]
    return MessageText(_line(title), tuple(map(_line, all_lines)), outcome)


def _content(body: Json, words: Words) -> tuple[str, Outcome, list[str]]:
    """Summary, outcome and lines."""
    if body["MediaWorkflows"].get("Test"):
        return words["test"], "info", []
    if step := body.get(STEP_EVENT):
        outputs = [output["Key"] for one in step["Steps"] for output in one["Outputs"]]
        return words["step"].format(step=step["StepId"]), "info", _first(outputs, words)
    if track := body.get(TRACK_EVENT):
        summary = words["track"].format(type=words[track["Type"]], language=track["Language"])
        return summary, "success", [track["AddOn"]["Key"]]
    if failed := body.get(TRACK_FAILED_EVENT):
        return words["track failed"], "failure", [failed["AddOn"]["Key"], failed["Message"]]
    if review := body.get(REVIEW_EVENT):
        passed = review["Verdict"] == "pass"
        summary = words[f"decided, {review['Verdict']}"].format(by=review["DecidedBy"])
        note = [words["note"].format(note=review["Note"])] if review["Note"] else []
        return summary, "success" if passed else "failure", note
    if budget := body.get(BUDGET_EVENT):
        return _of_budget(budget, words)
    return _of_run(body.get("WorkflowTaskEvent") or body["ScheduleTaskEvent"], words)


def _of_budget(budget: Json, words: Words) -> tuple[str, Outcome, list[str]]:
    state = budget["State"]
    summary = words[f"budget, {state}"].format(by=budget["DecidedBy"])
    if state == WAITING:
        until = words["until"].format(until=budget["AnswerUntil"])
        return summary, "warning", [budget["Message"], until]
    return summary, "success" if state == "approved" else "failure", []


def _of_run(task: Json, words: Words) -> tuple[str, Outcome, list[str]]:
    results = results_of(task)
    failed = [one for one in results if one.status == "FAIL"]
    if task["ErrCode"] and len(failed) == len(results):  # one cause describes it
        return words["run failed"], "failure", [task["Message"]]
    # Failures first, so that they are not among those that are left out.
    lines = _first([_result_line(one, words) for one in sorted(results, key=lambda one: one.status != "FAIL")], words)
    if failed:
        return words["some failed"].format(failed=len(failed), all=len(results)), "failure", lines
    if task["Status"] != "FINISH":
        return words["in progress"], "info", lines
    verdict = verdict_of(results)
    return words[f"done, {verdict}" if verdict else "done"], "success" if verdict in ("", "pass") else "warning", lines


def _result_line(result: Result, words: Words) -> str:
    name = f"{words.get(result.kind, result.kind)} {result.template}".rstrip()
    detail = {"FAIL": result.error, "SUCCESS": result.path}.get(result.status, f"{result.percent} %")
    return f"{_MARKS.get(result.status, '…')} " + words["colon"].join(filter(None, (name, detail)))


def _source(body: Json) -> str:
    """The URL of the source, s3://… of an object; '' where the event has none."""
    for name in (STEP_EVENT, TRACK_EVENT, TRACK_FAILED_EVENT, REVIEW_EVENT, BUDGET_EVENT):
        if name in body:
            source = body[name]["Source"]
            return f"s3://{source['Bucket']}/{source['Key']}" if source else ""
    given = (body.get("WorkflowTaskEvent") or body["ScheduleTaskEvent"])["InputInfo"]
    if given is None:
        return ""
    if given["Type"] == "URL":
        return str(given["UrlInputInfo"]["Url"])
    return f"s3://{given['S3InputInfo']['S3Bucket']}/{given['S3InputInfo']['S3Object']}"


def _first(lines: list[str], words: Words) -> list[str]:
    more = len(lines) - MAX_RESULTS
    return lines if more <= 0 else [*lines[:MAX_RESULTS], words["more"].format(count=more)]


def _line(text: str) -> str:
    """The first line, cut after whole characters: the rest of an error is a log, and a key may contain line breaks."""
    line = next(iter(text.splitlines()), "")
    data = line.encode(errors="replace")
    return line if len(data) <= MAX_LINE_BYTES else data[: MAX_LINE_BYTES - 3].decode(errors="ignore") + "…"
