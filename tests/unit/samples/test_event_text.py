"""What people read of an event."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from event_examples import ITEMS, body, examples, job
from event_text import MAX_TEXT_BYTES, WORDS, event_text
from media_workflows.model.event import SHAPES
from media_workflows.model.result import item_failure
from media_workflows.notification.test_event import make_test_event

DOCS = Path(__file__).parents[3] / "docs"
SENT = {name: json.loads(data) for name, data in examples().items()}
WECOM_LIMIT_BYTES = 2048


@pytest.mark.parametrize(("document", "language"), [("functions.md", "en"), ("zh/functions.md", "zh")])
def test_the_documents_show_a_real_message(document: str, language: str) -> None:
    (shown,) = re.findall(r"^```text\n(.*?)^```$", (DOCS / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    title, text, outcome = event_text(SENT["failures"], language)
    assert (f"{title}\n{text}\n", outcome) == (shown, "failure")


@pytest.mark.parametrize(
    ("name", "title", "line", "outcome"),
    [
        (
            "finished",
            "已完成：short-video：a.mp4",
            "✔ 时间点截图 10：out/a_snapshotByTimeOffset_10_0.jpg 等 2 个文件",
            "success",
        ),
        ("source-fault", "源文件无法处理：short-video：a.mp4", "SourceFileError: the source ends at 3.2 s", "failure"),
        ("change", "处理中：short-video：a.mp4", "… 转码 100010：41 %", "info"),
        ("shortened", "已完成：short-video：a.mp4", "✔ 采样截图 0：out/a_sampleSnapshot_0_0.png", "success"),
    ],
)
def test_each_outcome_in_chinese(name: str, title: str, line: str, outcome: str) -> None:
    said, text, kind = event_text(SENT[name], "zh")
    assert (said, kind) == (title, outcome)
    assert line in text


def test_a_test_event_says_so() -> None:
    event = json.loads(make_test_event("", "", datetime.now(UTC)).body)
    assert event_text(event)[::2] == ("test event", "info")


@pytest.mark.parametrize("language", WORDS)
def test_every_job_kind_has_a_name(language: str) -> None:
    assert WORDS[language].keys() == WORDS["en"].keys()
    assert {shape.type for shape in SHAPES.values()} <= WORDS[language].keys()


def _of_many(count: int, words: str) -> dict[str, Any]:
    (item,) = ITEMS["animated_graphic"]
    return body(
        [job("animated_graphic", [item_failure(item, "InternalError", words)] * count)], workflow_name="片" * 128
    )


def test_of_a_long_cause_the_first_line_shows() -> None:
    _, text, _ = event_text(_of_many(1, f"ffmpeg failed{'!' * 300}\nframe= 1\nframe= 2"))
    assert "ffmpeg failed!!!" in text
    assert "frame=" not in text


def test_a_long_message_is_cut_to_what_wecom_takes() -> None:
    title, text, _ = event_text(_of_many(100, "失败的原因"), "zh")
    assert len(f"{title}\r\n{text}".encode()) <= WECOM_LIMIT_BYTES
    assert len(text.encode()) > MAX_TEXT_BYTES - 10
    assert text.endswith("…")
