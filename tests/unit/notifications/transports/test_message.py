"""The forms of an event: the vendor's shape, signed or not, and CloudEvents 1.0."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from media_workflows.errors import UndeliverableError
from media_workflows.notifications.transports.message import (
    CLOUD_EVENT_TYPE,
    MAX_QUEUED_BYTES,
    Event,
    compose,
    shortened,
)
from media_workflows.vendor_mps.event import canonical_json

NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
BODY = {
    "EventType": "WorkflowTask",
    "WorkflowTaskEvent": {"Status": "FINISH", "MediaProcessResultSet": []},
    "MediaWorkflows": {"WorkflowId": "wf_1", "RunId": "upload__1", "WorkflowName": "片"},
}


def _event(body: dict[str, Any]) -> Event:
    return Event("evt_1", "wf_1", canonical_json(body).decode(), NOW)


def test_the_reference_s_shape_is_sent_as_it_was_stored() -> None:
    message = compose(_event(BODY), "workflow_task", "", NOW)
    assert message.body == canonical_json(BODY)
    assert (message.content_type, message.event_id, message.group) == ("application/json", "evt_1", "wf_1")


def test_sign_is_the_md5_of_the_expiry_and_the_key() -> None:
    """Reference 4.2: MD5(Timestamp + NotifyKey), Timestamp = ten minutes from now."""
    body = json.loads(compose(_event(BODY), "workflow_task", "key", NOW).body)
    assert body["Timestamp"] == int(NOW.timestamp()) + 600
    assert body["Sign"] == hashlib.md5(f"{body['Timestamp']}key".encode(), usedforsecurity=False).hexdigest()
    assert {name: value for name, value in body.items() if name not in ("Timestamp", "Sign")} == BODY


@pytest.mark.parametrize(("status", "kind"), [("FINISH", "finish"), ("PROCESSING", "change")])
def test_a_cloud_event_has_what_version_1_asks_for(status: str, kind: str) -> None:
    body = BODY | {"WorkflowTaskEvent": {"Status": status, "MediaProcessResultSet": []}}
    message = compose(_event(body), "cloud_event", "key", NOW)
    assert message.content_type == CLOUD_EVENT_TYPE
    assert json.loads(message.body) == {
        "specversion": "1.0",
        "id": "evt_1",
        "source": "/media-workflows/workflows/wf_1",
        "type": f"org.media-workflows.workflow-task.{kind}",
        "subject": "runs/upload__1",
        "time": "2026-01-02T03:04:05.000678+00:00",
        "datacontenttype": "application/json",
        "data": body,
    }


def test_an_event_that_fits_a_queue_stays_as_it_is() -> None:
    event = _event(BODY)
    assert shortened(event) is event


def test_one_too_long_without_pictures_cannot_be_queued() -> None:
    body = BODY | {"MediaWorkflows": {"WorkflowName": "x" * MAX_QUEUED_BYTES}}
    with pytest.raises(UndeliverableError, match=r"even without its lists.*HTTP callback"):
        shortened(_event(body))


def test_long_texts_are_left_out_before_the_places_of_a_review() -> None:
    place = {"StartTimeOffset": 1.0, "EndTimeOffset": 2.0, "KeywordSet": ["词"]}
    speech = {"Output": {"SegmentSet": [{"Text": "x" * MAX_QUEUED_BYTES}], "SubtitlePath": "a.vtt"}}
    reviewed = {"Output": {"Suggestion": "block", "SegmentSet": [place]}}
    sets = {
        "MediaProcessResultSet": [],
        "AiRecognitionResultSet": [{"Type": "AsrFullTextRecognition", "FaceTask": None, "AsrFullTextTask": speech}],
        "AiAnalysisResultSet": [],
        "AiContentReviewResultSet": [{"Type": "Prohibited.Ocr", "ProhibitedOcrTask": reviewed}],
    }
    body = json.loads(shortened(_event(BODY | {"WorkflowTaskEvent": {"Status": "FINISH", **sets}})).body)
    assert body["MediaWorkflows"]["Shortened"] is True
    task = body["WorkflowTaskEvent"]
    assert task["AiRecognitionResultSet"][0]["AsrFullTextTask"]["Output"] == {"SegmentSet": [], "SubtitlePath": "a.vtt"}
    assert task["AiContentReviewResultSet"][0]["ProhibitedOcrTask"] == reviewed


def test_the_vendor_s_form_has_nothing_of_ours() -> None:
    """But an event that the vendor does not have keeps what says which run it is of."""
    sent = json.loads(compose(_event(BODY), "vendor", "key", NOW).body)
    assert sent.keys() == BODY.keys() - {"MediaWorkflows"} | {"Timestamp", "Sign"}
    review = {"EventType": "WorkflowReview", "WorkflowReviewEvent": {}, "MediaWorkflows": {"RunId": "r1"}}
    assert json.loads(compose(_event(review), "vendor", "", NOW).body) == review


def test_places_of_reviews_are_left_out_of_both_lists() -> None:
    places = [{"StartTimeOffset": 1, "KeywordSet": ["x" * 100]}] * 3000
    review = {"Output": {"Suggestion": "block", "SegmentSet": places}}
    task = {"Status": "FINISH", "AiContentReviewResultSet": [{"Type": "Porn", "PornTask": review}]}
    ours = BODY["MediaWorkflows"] | {"Reviews": [{"Type": "Porn", **review}]}
    body = json.loads(shortened(_event(BODY | {"WorkflowTaskEvent": task, "MediaWorkflows": ours})).body)
    empty = {"Suggestion": "block", "SegmentSet": []}
    assert body["WorkflowTaskEvent"]["AiContentReviewResultSet"][0]["PornTask"]["Output"] == empty
    assert body["MediaWorkflows"]["Reviews"] == [{"Type": "Porn", "Output": empty}]


def test_the_lists_of_a_schedule_task_are_left_out_in_the_same_order() -> None:
    pictures = {"Output": {"ImagePathSet": ["a.jpg"]}}
    speech = {"Output": {"SegmentSet": [{"Text": "x" * MAX_QUEUED_BYTES}], "SubtitlePath": "a.vtt"}}
    reviewed = {"Output": {"Suggestion": "block", "SegmentSet": [{"StartTimeOffset": 1.0}]}}
    keys = ("SampleSnapshotTask", "RecognitionTask", "AnalysisTask", "ReviewTask")
    tasks = {
        "SampleSnapshotTask": pictures,
        "RecognitionTask": {"Output": [{"Type": "AsrFullTextRecognition", "AsrFullTextTask": speech}]},
        "ReviewTask": {"Output": [{"Type": "Porn", "PornTask": reviewed}]},
    }
    results = [{"ActivityResItem": {**dict.fromkeys(keys), key: task}} for key, task in tasks.items()]
    event = {"Status": "FINISH", "ActivityResultSet": results}
    body = {"EventType": "ScheduleTask", "ScheduleTaskEvent": event, "MediaWorkflows": BODY["MediaWorkflows"]}
    made = json.loads(shortened(_event(body)).body)
    items = [one["ActivityResItem"] for one in made["ScheduleTaskEvent"]["ActivityResultSet"]]
    assert items[0]["SampleSnapshotTask"]["Output"] == {"ImagePathSet": []}
    assert items[1]["RecognitionTask"]["Output"][0]["AsrFullTextTask"]["Output"]["SegmentSet"] == []
    assert items[2]["ReviewTask"] == tasks["ReviewTask"]
    cloud = json.loads(compose(_event(body), "cloud_event", "", NOW).body)
    assert (cloud["type"], cloud["data"]) == ("org.media-workflows.schedule-task.finish", body)
