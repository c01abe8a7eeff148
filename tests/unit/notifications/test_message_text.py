"""What people read of each kind of event, within the limits of the services."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from event_examples import examples
from event_text import event_text
from media_workflows.domain.notification import ChatService
from media_workflows.domain.result import RequestedSource
from media_workflows.notifications.message_text import MAX_RESULTS, MessageText, message_text
from media_workflows.notifications.message_words import WORDS
from media_workflows.notifications.transports.chat import chat_request
from media_workflows.vendor_mps.event import canonical_json, workflow_task_event
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_storage import in_cos_form
from media_workflows.vendor_mps.schedule_event import schedule_task_event

SENT = {name: json.loads(data) for name, data in examples().items() if name != "cloud-event"}


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()


@pytest.mark.parametrize(
    ("name", "title", "outcome"),
    [
        ("finished", "done: short-video: a.mp4", "success"),
        ("failures", "3 of 4 failed: short-video: a.mp4", "failure"),
        ("source-error", "the run failed: short-video: a.mp4", "failure"),
        ("cancelled", "the run failed: short-video: a.mp4", "failure"),
        ("change", "in progress: short-video: a.mp4", "info"),
        ("reviewed", "done, blocked by review: short-video: a.mp4", "warning"),
        ("schedule", "done, blocked by review: short-video: a.mp4", "warning"),
        ("step", "step big: short-video: a.mp4", "info"),
        ("track", "en subtitles added: short-video: a.mp4", "success"),
        ("track-failed", "an add-on could not be added: short-video: a.mp4", "failure"),
        ("review", "passed by reviewer: short-video: a.mp4", "success"),
        ("budget", "over its budget, waits for an answer: short-video: a.mp4", "warning"),
    ],
)
def test_the_title_of_each_kind(name: str, title: str, outcome: str) -> None:
    text = message_text(SENT[name], "en")
    assert (text.title, text.outcome) == (title, outcome)
    assert text.lines[0] == "Source: s3://media-input/in/a.mp4"
    assert text.lines[-1].startswith("Run: ")


@pytest.mark.parametrize(
    ("requested", "address"),
    [
        (RequestedSource("", "https://example.com/films/a.mp4"), "https://example.com/films/a.mp4"),
        (RequestedSource("media-input", "in/a.mp4"), "s3://media-input/in/a.mp4"),
    ],
)
@pytest.mark.parametrize("make", [workflow_task_event, schedule_task_event])
def test_a_source_that_could_not_be_used_is_named(make: Any, requested: RequestedSource, address: str) -> None:
    error = RunError("SourceFileError", "the server answered 404")
    run = EventRun("media_process", "process", "r", 1, requested=requested, error=error, finished_at=datetime.now(UTC))
    made = make(run)
    text = message_text(made, "en")
    assert text.title == "the run failed: process: a.mp4"
    assert text.lines[0] == f"Source: {address}"
    assert event_text(made, "en")[1].splitlines()[0].endswith(address)
    assert event_text(in_cos_form(made), "en")


def test_failures_come_first_and_the_rest_is_counted() -> None:
    body = json.loads(json.dumps(SENT["failures"]))
    results = body["WorkflowTaskEvent"]["MediaProcessResultSet"]
    made = next(one for one in results if one["TranscodeTask"] and one["TranscodeTask"]["Status"] == "SUCCESS")
    results[:0] = [made] * MAX_RESULTS
    lines = message_text(body, "en").lines
    assert lines[1].startswith("✘ ")
    assert sum(line.startswith("✘") for line in lines) == 3
    assert "✔ Transcode 100010: out/a_transcode_100010.mp4" in lines
    assert "… and 4 more" in lines


@pytest.mark.parametrize(("service", "limit"), [("wecom", 4096), ("dingtalk", 20_000), ("feishu", 20_000)])
def test_the_longest_message_is_within_the_limits(service: ChatService, limit: int) -> None:
    body = json.loads(json.dumps(SENT["failures"]))
    body["WorkflowTaskEvent"]["InputInfo"]["S3InputInfo"]["S3Object"] = "[片<" * 300
    for entry in body["WorkflowTaskEvent"]["MediaProcessResultSet"] * 4:
        for task in filter(None, (value for key, value in entry.items() if key.endswith("Task"))):
            task.update(Status="FAIL", ErrCodeExt="InternalError", Message="*" * 2000)
    request = chat_request(service, message_text(body, "zh"), "", datetime.now(UTC))
    content = request.body["markdown"]["content"] if service == "wecom" else canonical_json(request.body).decode()
    assert len(content.encode()) <= limit


def test_a_file_name_is_neither_link_nor_mention_nor_line() -> None:
    text = MessageText("t <!channel> [a](http://x) <@all>", ("b <at user_id='all'>",), "info")
    services: tuple[ChatService, ...] = ("wecom", "dingtalk", "slack")
    shown = {
        service: json.dumps(chat_request(service, text, "", datetime.now(UTC)).body, ensure_ascii=False)
        for service in services
    }
    assert "[a](" not in shown["wecom"] + shown["dingtalk"]
    assert all(mention not in one for one in shown.values() for mention in ("<!channel>", "<@all>", "<at "))
    body = json.loads(json.dumps(SENT["finished"]))
    body["WorkflowTaskEvent"]["InputInfo"]["S3InputInfo"]["S3Object"] = "a\nb.mp4"
    assert not any("\n" in line for line in (message_text(body, "en").title, *message_text(body, "en").lines))
