"""What people read of an event."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from event_examples import ITEMS, body, examples, job, reviewed
from event_findings_examples import found
from event_text import MAX_TEXT_BYTES, event_text
from event_words import WORDS
from media_workflows.domain.result import item_failure
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.notifications.sample_event import make_sample_event
from media_workflows.vendor_mps.event_shapes import SHAPES
from media_workflows.vendor_mps.event_storage import in_cos_form

DOCS = Path(__file__).parents[3] / "docs"
SENT = {name: json.loads(data) for name, data in examples().items()}
WECOM_LIMIT_BYTES = 2048
SUB_TASK_TYPES = {
    "content_review": [
        *(
            f"{category}.{medium}"
            for category in ("porn", "terrorism", "political")
            for medium in ("image", "asr", "ocr")
            if (category, medium) != ("terrorism", "asr")  # there is no such check
        ),
        *("prohibited.asr", "prohibited.ocr", "user_defined.face", "user_defined.asr", "user_defined.ocr"),
    ],
    "recognition": ["face", "asr_words", "ocr_words", "asr_full_text", "ocr_full_text"],
    "analysis": ["classification", "tag", "cover", "frame_tag", "highlight", "description"],
}


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
            "✔ 指定时间点截图 10：out/a_snapshotByTimeOffset_10_0.jpg 等 2 个文件",
            "success",
        ),
        ("source-error", "源文件无法处理：short-video：a.mp4", "SourceFileError: the source ends at 3.2 s", "failure"),
        ("change", "处理中：short-video：a.mp4", "… 转码 100010：41 %", "info"),
        ("shortened", "已完成：short-video：a.mp4", "✔ 采样截图 0：out/a_sampleSnapshot_0_0.png", "success"),
    ],
)
def test_each_outcome_in_chinese(name: str, title: str, line: str, outcome: str) -> None:
    said, text, kind = event_text(SENT[name], "zh")
    assert (said, kind) == (title, outcome)
    assert line in text


def test_a_schedule_task_reads_as_a_workflow_task() -> None:
    title, text, outcome = event_text(SENT["schedule"])
    shown = [line for line in text.splitlines() if line.startswith(("✔", "⚠", "✘"))]
    assert outcome == "warning"
    assert title.endswith("short-video: a.mp4")
    assert any("out/a_transcode_100010.mp4" in line for line in shown)
    assert {"review", "quality"} <= {word.lower() for line in shown for word in line.replace(":", " ").split()}


def test_a_source_in_the_form_of_cos() -> None:
    title, text, _ = event_text(in_cos_form(SENT["finished"]))
    assert title.endswith("short-video: a.mp4")
    assert "Source: cos://media-input/in/a.mp4" in text


def test_a_test_event_says_so() -> None:
    made = json.loads(make_sample_event("", "", datetime.now(UTC), "schedule_task").body)
    assert event_text(made)[::2] == ("test event", "info")
    event = json.loads(make_sample_event("", "", datetime.now(UTC)).body)
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


REVIEWED_EN = """\
⚠ Review for pornography (pictures) 20: block 99 %, sexy, places: 1
⚠ Review for prohibited words (speech) 20: needs human review 80 %, 赌博, places: 1
✔ Review for terrorism (text in pictures) 20: pass
✔ Face recognition 20: 张三
✔ Words in pictures 20: nothing found
✔ Speech recognition 20: lines: 1, out/a_recognition_20.vtt
✔ Cover 20: out/a_analysis_20.jpg
✔ Tags 20: speech
✔ Quality check 20: no sound, black picture places: 1
✔ Transcode 100010: out/a_transcode_100010.mp4"""
REVIEWED_ZH = """\
⚠ 涉黄审核（画面） 20：违规 99 %，sexy，1 处
⚠ 违禁词审核（语音） 20：疑似违规，需人工复审 80 %，赌博，1 处
✔ 涉恐审核（文字） 20：通过
✔ 人脸识别 20：张三
✔ 文字关键词识别 20：未发现
✔ 语音全文识别 20：1 条，out/a_recognition_20.vtt
✔ 封面 20：out/a_analysis_20.jpg
✔ 标签 20：speech
✔ 媒体质检 20：无声音，黑屏 1 处
✔ 转码 100010：out/a_transcode_100010.mp4"""


@pytest.mark.parametrize(
    ("language", "title", "lines"),
    [
        ("en", "done, blocked by review: short-video: a.mp4", REVIEWED_EN),
        ("zh", "已完成，审核违规：short-video：a.mp4", REVIEWED_ZH),
    ],
)
def test_verdicts_and_findings(language: str, title: str, lines: str) -> None:
    said, text, outcome = event_text(SENT["reviewed"], language)
    assert (said, outcome) == (title, "warning")
    assert text.split("\n")[1:-1] == lines.split("\n")


def _only_checks(**answers: Any) -> dict[str, Any]:
    """A run whose review has these answers and no others."""
    return body([job("content_review", [found(answers)])])


def _review(suggestion: Any) -> ReviewOutput:
    return ReviewOutput(suggestion=suggestion, confidence=90, duration_s=12)


@pytest.mark.parametrize(
    ("answer", "titles", "outcome"),
    [
        (_review("pass"), ("done, review passed", "已完成，审核通过"), "success"),
        (_review("review"), ("done, needs human review", "已完成，审核疑似违规，需人工复审"), "warning"),
        (_review("block"), ("done, blocked by review", "已完成，审核违规"), "warning"),
        (
            ("FailedOperation", "speech recognition is not available"),
            ("1 of 1 failed", "1 项中有 1 项失败"),
            "failure",
        ),
    ],
)
def test_the_verdict_is_in_the_title(answer: Any, titles: tuple[str, str], outcome: str) -> None:
    event = _only_checks(**{"porn.asr": answer})
    for language, title, colon in zip(("en", "zh"), titles, (": ", "："), strict=True):
        said, _, kind = event_text(event, language)
        assert (said.partition(f"{colon}short-video")[0], kind) == (title, outcome)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_failed_check_is_not_done(language: str) -> None:
    event = body(reviewed(**{"porn.ocr": ("FailedOperation", "OCR is not available")}))
    said, text, outcome = event_text(event, language)
    assert (outcome, WORDS[language]["done"] in said) == ("failure", False)
    assert "✘" in text
    assert "OCR is not available" in text


@pytest.mark.parametrize(("language", "title"), [("en", "the run failed"), ("zh", "运行失败")])
def test_a_run_that_was_cancelled_before_its_jobs(language: str, title: str) -> None:
    said, text, outcome = event_text(SENT["cancelled"], language)
    assert (said.startswith(title), outcome) == (True, "failure")
    assert "the run was cancelled by ana" in text


def test_a_check_s_message_is_shown_beside_its_verdict() -> None:
    event = _only_checks(**{"porn.asr": _review("pass")})
    (entry,) = event["MediaWorkflows"]["Reviews"]
    entry["Message"] = "no word is listed"
    assert "✔ Review for pornography (speech) 20: pass, no word is listed" in event_text(event)[1]


def test_a_shortened_list_is_not_shown_as_an_empty_one() -> None:
    event = json.loads(json.dumps(SENT["reviewed"]))
    event["MediaWorkflows"]["Shortened"] = True
    event["WorkflowTaskEvent"]["AiRecognitionResultSet"][0]["FaceTask"]["Output"]["ResultSet"] = []
    assert "✔ Face recognition 20: too long for this event, see the run" in event_text(event)[1]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("kind", SUB_TASK_TYPES)
def test_every_sub_task_has_words_for_every_state(language: str, kind: str) -> None:
    for type_ in SUB_TASK_TYPES[kind]:
        results = [job(kind, [found({type_: ("InternalError", "cause")})])]
        assert "cause" in event_text(body(results), language)[1]
        waiting = body(results, finished_at=None)
        for review in waiting["MediaWorkflows"]["Reviews"]:
            review |= {"Status": "PROCESSING", "ErrCodeExt": "", "Message": ""}
        for entries in waiting["WorkflowTaskEvent"].values():
            for entry in entries if isinstance(entries, list) else ():
                for key, task in entry.items():
                    if key.endswith("Task") and task:
                        task |= {"Status": "PROCESSING", "ErrCodeExt": "", "Message": ""}
        assert WORDS[language]["going on"] in event_text(waiting, language)[0]
