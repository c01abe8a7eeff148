"""Reviews through a real Airflow: verdicts, the gate and the person it waits for, and an engine that is not there."""

from __future__ import annotations

import time
from typing import Any

import pytest

from airflow_product import FINAL_STATES, Product, eventually
from product_scenarios import Scenario
from stub_engines import needs_speech_model
from talking_clips import CAPTION_FROM_S, CAPTION_TO_S

SPEECH = "We will buy a new computer tomorrow."
REVIEW = {
    "language": "en",
    "prohibited": {"ocr": {"block_confidence": 90}, "asr": {"block_confidence": 60, "review_confidence": 50}},
}
SNAPSHOT = [{"template": 10, "time_offsets": ["0s"], "output_path": "{inputName}_{number}.{format}"}]
UNSURE = {"parameters": {"terrorism": {"image": {}}}, "when_unavailable": "skip"}  # no installed model knows it


BAD = ("这里有敏感詞", SPEECH)
CLEAN = ("一切正常", "One two three four.")
WORDS = {
    "words": [{"keyword": "敏感词"}, {"keyword": "tomorrow", "usages": ["review.asr"]}],
    "tags": ["prohibited"],
}
GATED = {
    "content_review": [{"parameters": REVIEW, "gate": "publish_on_pass", "quarantine_directory": "held/"}],
    "snapshot_by_time_offset": SNAPSHOT,
    "analysis": [{"parameters": {"cover": True}}],
}
WAITING = {
    "output": {"bucket": "media-output", "directory": "waiting-out/"},
    "jobs": {"content_review": [UNSURE | {"gate": "publish_on_pass"}], "snapshot_by_time_offset": SNAPSHOT},
}
# A workflow that requires the engine could not be enabled.
NO_ENGINE: dict[str, Any] = {
    "content_review": [
        {"parameters": {"terrorism": {"image": {}}, "prohibited": {"ocr": {}}}, "when_unavailable": "skip"},
    ]
}


def reviews(product: Product, workflow: str, key: str) -> dict[str, dict[str, Any]]:
    """The event's review results of an upload, by type."""

    def events_of_upload() -> list[dict[str, Any]]:
        tasks = [event["event"]["WorkflowTaskEvent"] for event in product.events(workflow)]
        return [task for task in tasks if task["InputInfo"]["S3InputInfo"]["S3Object"] == key]

    (task,) = eventually(events_of_upload)
    found = {}
    for result in task["AiContentReviewResultSet"]:
        (one,) = [value for name, value in result.items() if name.endswith("Task") and value]
        found[result["Type"]] = one
    return found


@needs_speech_model
@pytest.mark.scenario("gated", {"bad.mp4": BAD, "clean.mp4": CLEAN}, words=WORDS, parts={"jobs": GATED})
def test_a_gate_lets_the_clean_pass_and_puts_the_blocked_into_quarantine(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    runs = product.finished(workflow, count=2)
    assert {run["state"] for run in runs} == {"success"}

    assert {"gated-out/clean_0.jpg", "gated-out/clean_analysis_0.jpg"} <= set(product.outputs("gated-out/"))
    assert [key for key in product.outputs("gated-out/bad") if "_signals/" not in key] == [
        "gated-out/bad_contentReview_0_0.jpg"  # what shows the finding
    ]
    assert product.outputs("held/") == ["held/gated-out/bad_0.jpg", "held/gated-out/bad_analysis_0.jpg"]

    blocked = reviews(product, workflow, "gated/bad.mp4")
    written, spoken = blocked["Prohibited.Ocr"]["Output"], blocked["Prohibited.Asr"]["Output"]
    assert (written["Suggestion"], spoken["Suggestion"]) == ("block", "block")
    (segment,) = written["SegmentSet"]
    assert segment["KeywordSet"] == ["敏感词"]
    assert segment["StartTimeOffset"] == pytest.approx(CAPTION_FROM_S, abs=0.6)
    assert segment["EndTimeOffset"] == pytest.approx(CAPTION_TO_S, abs=0.6)
    assert len(segment["AreaCoordSet"]) == 4
    assert "bad_contentReview_0_0.jpg" in segment["Url"]
    assert spoken["SegmentSet"][0]["KeywordSet"] == ["tomorrow"]
    passed = reviews(product, workflow, "gated/clean.mp4")
    assert {task["Output"]["Suggestion"] for task in passed.values()} == {"pass"}


@pytest.mark.parametrize(
    ("answer", "prefix"),
    [
        pytest.param(
            answer,
            prefix,
            marks=pytest.mark.scenario(f"waiting-{answer.lower()}", {f"{answer}.mp4": CLEAN}, parts=WAITING),
        )
        for answer, prefix in (("Approve", "waiting-out/"), ("Reject", "quarantine/waiting-out/"))
    ],
)
def test_an_unsure_review_waits_for_a_person(product: Product, scenario: Scenario, answer: str, prefix: str) -> None:
    workflow = scenario.workflow
    (run,) = eventually(lambda: product.runs(workflow))
    tasks = f"/dags/{workflow}/dagRuns/{run['run_id']}/taskInstances/gate/-1/hitlDetails"
    eventually(lambda: product.task_states(workflow, run["run_id"]).get("gate", ("",))[0] == "awaiting_input")
    asked = product.airflow.get(tasks).json()
    assert asked["options"] == ["Approve", "Reject"]
    assert "terrorism.image** was not checked" in asked["body"]
    assert product.outputs(f"waiting-out/{answer}_0.jpg") == []

    def has_ended() -> bool:
        """Airflow 3.3.2 loses an answer that comes soon after the question, and the gate asks again."""
        if product.task_states(workflow, run["run_id"])["gate"][0] == "awaiting_input":
            time.sleep(5)  # as a person does
            given = product.airflow.patch(tasks, json={"chosen_options": [answer], "params_input": {}})
            assert given.status_code in (200, 409), given.text  # 409: it has the answer already
        return product.runs(workflow)[0]["state"] in FINAL_STATES

    eventually(has_ended, 600)
    (ended,) = product.finished(workflow)
    assert ended["state"] == "success", (product.task_states(workflow, run["run_id"]), ended["jobs"])
    assert product.outputs(f"{prefix}{answer}_0.jpg") == [f"{prefix}{answer}_0.jpg"]


@pytest.mark.scenario("no-engine", {"a.mp4": CLEAN}, parts={"jobs": NO_ENGINE})
def test_an_engine_that_is_not_installed_is_named(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    answers = reviews(product, workflow, "no-engine/a.mp4")
    image, text = answers["Terrorism"], answers["Prohibited.Ocr"]
    assert (image["Status"], image["Output"], image["ErrCodeExt"]) == ("FAIL", None, "FailedOperation")
    assert "image_moderation_model_path" in image["Message"]
    assert (text["Status"], text["Output"]["Suggestion"]) == ("SUCCESS", "pass")
