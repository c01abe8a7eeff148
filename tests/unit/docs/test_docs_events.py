"""docs/events.md, docs/event.schema.json and docs/examples are what the code sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from event_examples import EXAMPLES, SOURCE, body, examples, reviewed, scheduled, successes, written
from event_schema import BODIES, CLOUD_EVENTS, DOCUMENT, SCHEMA
from event_schema import written as written_schema
from media_workflows.domain.notification import (
    ChatTarget,
    EmailTarget,
    HttpFunctionTarget,
    HttpTarget,
    LambdaTarget,
    MessageLanguage,
    SnsTarget,
    SqsTarget,
)
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.result import RequestedSource
from media_workflows.notifications.message_text import message_text
from media_workflows.notifications.retry_schedule import JITTER, wait_s
from media_workflows.notifications.sample_event import make_sample_event
from media_workflows.notifications.transports.message import MAX_QUEUED_BYTES, SIGN_LIFETIME
from media_workflows.notifications.transports.receipt import ANSWER_LIMIT_BYTES
from media_workflows.settings import Settings
from media_workflows.vendor_mps.event import with_context, with_origin
from media_workflows.vendor_mps.event_models.run_event import RESULT_KEYS
from media_workflows.vendor_mps.event_shapes import SHAPES

ROOT = Path(__file__).parents[3]
LANGUAGES = ["docs/events.md", "docs/zh/events.md"]
SENT = examples()


def other_bodies() -> dict[str, dict[str, Any]]:
    """Events that make no example."""
    return {
        "a run that ended before it had a source": body(source=None),
        "a run whose URL was not fetched": body(
            source=None, requested=RequestedSource("", "https://example.com/a.mp4")
        ),
        "a run whose object is gone": body(source=None, requested=RequestedSource("media-input", "in/a.mp4")),
        "a run whose source has metadata": body(source=SOURCE.model_copy(update={"metadata": {"title": "a"}})),
        "a run of a backfill": with_origin(body(), "BackfillId", "bf_0123456789ab"),
        "a run of a request with a context": with_context(
            with_origin(body(), "RequestId", "order-7"),
            RequestContext(id="order-7", text="two words", tags={"team": "news"}),
        ),
        "a test": json.loads(make_sample_event("", "", datetime.now(UTC)).body),
        "a test of a workflow with steps": json.loads(
            make_sample_event("", "", datetime.now(UTC), "schedule_task").body
        ),
    }


def keys(data: Any) -> Iterator[str]:
    """All field names at any depth."""
    for part in data if isinstance(data, list) else data.values() if isinstance(data, dict) else ():
        yield from keys(part)
    if isinstance(data, dict):
        yield from data


def fields(schema: Any) -> Iterator[str]:
    """All field names that a schema defines."""
    for key, part in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if key == "properties":
            yield from part
        if isinstance(part, (dict, list)):
            yield from fields(part)


@pytest.mark.parametrize("name", SENT)
def test_the_examples_are_what_the_code_sends(name: str) -> None:
    """After a change: python tests/event_examples.py."""
    assert (EXAMPLES / f"{name}.json").read_text(encoding="utf-8") == written(SENT[name])


def test_there_is_no_other_example() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == set(SENT)


def test_the_schema_is_that_of_the_types() -> None:
    """After a change: python tests/event_schema.py."""
    assert DOCUMENT.read_text(encoding="utf-8") == written_schema()


def test_the_types_have_each_kind_of_media_job() -> None:
    assert {shape.type: shape.task_key for shape in SHAPES.values()} == RESULT_KEYS


@pytest.mark.parametrize("name", SENT)
def test_the_examples_fit_the_schema(name: str) -> None:
    data = json.loads(SENT[name])
    (CLOUD_EVENTS if name == "cloud-event" else BODIES).validate(data)


@pytest.mark.parametrize("name", other_bodies())
def test_other_events_fit_the_schema(name: str) -> None:
    BODIES.validate(other_bodies()[name])


def test_the_schema_defines_no_field_that_never_occurs() -> None:
    seen = {key for data in SENT.values() for key in keys(json.loads(data))}
    seen |= {key for data in other_bodies().values() for key in keys(data)}
    assert set(fields(SCHEMA)) - seen == set()


def require_refused(data: Any, path: tuple[Any, ...], value: Any) -> None:
    """Valid data are not, with this value in this place."""
    BODIES.validate(data)
    *parents, last = path
    place = data
    for step in parents:
        place = place[step]
    place[last] = value
    assert not BODIES.is_valid(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("EventType",), "ScheduleTask"),
        (("WorkflowTaskEvent", "Status"), "FAIL"),
        (("WorkflowTaskEvent", "Unknown"), 1),
        (("WorkflowTaskEvent", "MediaProcessResultSet", 0, "Type"), "ImageSprites"),
        (("WorkflowTaskEvent", "MediaProcessResultSet", 0, "TranscodeTask", "Input", "Unknown"), 1),
        (("WorkflowTaskEvent", "MediaProcessResultSet", 0, "TranscodeTask", "Output", "Path"), None),
        (("Sign",), "0" * 32),
        (("WorkflowTaskEvent", "AiContentReviewResultSet", 0, "PornTask", "Output", "Suggestion"), "maybe"),
        (("WorkflowTaskEvent", "AiRecognitionResultSet", 0, "Type"), "Porn"),
        (("WorkflowTaskEvent", "AiAnalysisResultSet", 0, "Unknown"), 1),
    ],
)
def test_the_schema_refuses_what_is_wrong(path: tuple[Any, ...], value: Any) -> None:
    require_refused(body([*successes(), *reviewed()[1:]]), path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("EventType",), "WorkflowTask"),
        (("ScheduleTaskEvent", "ActivityResultSet", 0, "ActivityType"), "Quality"),
        (("ScheduleTaskEvent", "ActivityResultSet", 0, "ActivityResItem", "Unknown"), 1),
        (("ScheduleTaskEvent", "ActivityResultSet", 1, "ActivityResItem", "ReviewTask", "Output", 0, "Type"), "Tag"),
    ],
)
def test_the_schema_refuses_what_is_wrong_in_a_schedule_task(path: tuple[Any, ...], value: Any) -> None:
    require_refused(scheduled(), path, value)


def test_the_schema_refuses_a_wrong_body_in_a_cloud_event() -> None:
    data = json.loads(SENT["cloud-event"])
    data["data"]["EventType"] = "ScheduleTask"
    assert not CLOUD_EVENTS.is_valid(data)


def is_part(excerpt: Any, whole: Any) -> bool:
    """Whether the whole has all that an excerpt shows, in its order."""
    if isinstance(excerpt, dict):
        return isinstance(whole, dict) and all(
            key in whole and is_part(part, whole[key]) for key, part in excerpt.items()
        )
    if isinstance(excerpt, list):
        return isinstance(whole, list) and all(map(is_part, excerpt, whole))
    return bool(excerpt == whole)


@pytest.mark.parametrize("document", LANGUAGES)
def test_the_excerpt_is_of_an_example(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    (excerpt,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert is_part(json.loads(excerpt), json.loads(SENT["finished"]))


@pytest.mark.parametrize("document", LANGUAGES)
def test_every_target_is_documented(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in (HttpTarget, SqsTarget, SnsTarget, ChatTarget, EmailTarget, LambdaTarget, HttpFunctionTarget):
        types = get_args(target.model_fields["type"].annotation)
        assert [type_ for type_ in types if f"`type: {type_}`" not in text] == []
        assert [name for name in target.model_fields if name != "type" and f"`{name}`" not in text] == []


@pytest.mark.parametrize(("document", "language"), [("docs/events.md", "en"), ("docs/zh/events.md", "zh")])
def test_the_message_is_a_real_one(document: str, language: MessageLanguage) -> None:
    """Each line is one of the example's message, or the start of one."""
    text = message_text(json.loads(SENT["failures"]), language)
    (shown,) = re.findall(r"^```text\n(.*?)^```$", (ROOT / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    for line in shown.splitlines():
        assert any(one.startswith(line.removesuffix("…")) for one in (text.title, *text.lines)), line


@pytest.mark.parametrize("document", LANGUAGES)
def test_the_numbers_are_those_of_the_code(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    settings = {name: field.default for name, field in Settings.model_fields.items()}
    numbers = (
        f"{settings['notify_timeout_s']:g} s",
        f"{settings['notify_first_wait_s']:g} s",
        f"{settings['notify_longest_wait_s'] / 3600:g} h",
        f"{settings['notify_give_up_after_s'] / 3600:g} h",
        f"{JITTER:.0%}".replace("%", " %"),
        f"{MAX_QUEUED_BYTES:,} ",
        f"{SIGN_LIFETIME.seconds // 60} min",
        f"{ANSWER_LIMIT_BYTES // 1024} kB",
        f"{settings['notify_concurrency']} ",
        f"{settings['notify_concurrency_per_receiver']} ",
    )
    assert [number for number in numbers if number not in text] == []


def test_the_attempts_of_a_day_are_counted() -> None:
    """As documented in both languages, without jitter."""
    settings = Settings()
    moments_s = [0.0]
    while moments_s[-1] < settings.notify_give_up_after_s:
        moments_s.append(moments_s[-1] + wait_s(len(moments_s), settings))
    assert (len(moments_s) - 1, sum(moment <= 45 * 60 for moment in moments_s)) == (33, 10)
