"""Engines and encoders that are not installed: at validation, saving, enabling, in dry runs and with templates."""

from __future__ import annotations

from typing import Any

import pytest

from api_definitions import BUCKET, definition
from media_workflows.services import buckets
from media_workflows.settings import get_settings

PICTURES = {"content_review": [{"template": 10}]}
SETTING = "image_moderation_model_path"


def test_validation_and_saving_warn(admin: Any) -> None:
    asked = {"definition": {"jobs": PICTURES}}  # not complete yet
    answer = admin.post("/api/v1/workflows/validate", json=asked).json()
    assert [problem["field"] for problem in answer["problems"]] == ["name", "trigger"]
    (one,) = answer["unavailable"]
    assert (one["field"], one["fails"], one["affected"][-1]) == ("jobs.content_review[0]", True, "political.image")
    assert SETTING in one["message"]
    saved = admin.post("/api/v1/workflows", json=definition("pictures", jobs=PICTURES))
    assert saved.status_code == 201, saved.text
    assert saved.json()["unavailable"] == [one]
    assert admin.get(f"/api/v1/workflows/{saved.json()['id']}").json()["unavailable"] == [one]


def test_enabling_is_refused_with_the_setting(admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = create("refused", jobs=PICTURES)
    answer = admin.post(f"/api/v1/workflows/{workflow}/enable")
    assert (answer.status_code, answer.json()["code"]) == (409, "FailedOperation")
    (problem,) = answer.json()["problems"]
    assert problem["field"] == "jobs.content_review[0]"
    assert SETTING in problem["expected"]
    assert SETTING in answer.json()["message"]
    monkeypatch.setenv("MEDIA_WORKFLOWS_REQUIRE_AVAILABLE", "false")
    get_settings.cache_clear()
    allowed = admin.post(f"/api/v1/workflows/{workflow}/enable").json()
    assert "not enabled, as" not in str(allowed)


def test_a_workflow_of_which_runs_can_succeed_is_enabled(admin: Any, create: Any) -> None:
    jobs = {"content_review": [{"template": 10, "when_unavailable": "skip"}]}
    answer = admin.post(f"/api/v1/workflows/{create('left-out', jobs=jobs)}/enable").json()
    assert "not enabled, as" not in str(answer)


def test_a_dry_run_says_what_is_missing(admin: Any) -> None:
    buckets.storage().client.put_object(Bucket=BUCKET, Key="other/a.mp4", Body=b"1")
    asked = {"definition": definition("tried", jobs=PICTURES), "key": "other/a.mp4"}
    answer = admin.post("/api/v1/dry-run", json=asked)
    assert answer.status_code == 200, answer.text
    assert [SETTING in one["message"] for one in answer.json()["unavailable"]] == [True]


def test_templates_say_what_they_require_and_how_they_are_offered(viewer: Any) -> None:
    items = {(one["kind"], one["id"]): one for one in viewer.get("/api/v1/templates?limit=1000").json()["items"]}
    assert SETTING in items["content_review", 10]["unavailable"][0]["message"]
    assert items["transcode", 100030]["unavailable"] == []
    standings = {key: items["transcode", key]["standing"] for key in (100030, 100010, 20)}
    assert standings == {100030: "recommended", 100010: "usual", 20: "old"}
    assert {one["kind"] for one in items.values() if one["standing"] == "recommended"} == {one for one, _ in items}


@pytest.mark.parametrize(
    ("parts", "field", "status"),
    [
        ({"name": "taken"}, "name", 409),
        ({"trigger": {"bucket": "not-there"}}, "trigger.bucket", 422),
        ({"output": {"bucket": "not-there"}}, "output.bucket", 422),
        ({"jobs": {"transcode": [{"template": 999}]}}, "jobs.transcode[0].template", 422),
    ],
)
def test_refusals_name_their_field(admin: Any, create: Any, parts: dict[str, Any], field: str, status: int) -> None:
    create("taken")
    answer = admin.post("/api/v1/workflows", json={**definition("free"), **parts})
    assert answer.status_code == status, answer.text
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]
