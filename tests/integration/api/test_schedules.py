"""Schedules through the API, the store and the command line come back as they were imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api_definitions import BUCKET, OTHER_BUCKET
from media_workflows.cli import app as commands
from schedules import ELEVEN, RULES, Json


def here(data: Json, **parts: Any) -> Json:
    """The schedule on buckets that are there."""
    text = json.dumps({**data, **parts}).replace("media-input", BUCKET).replace("media-output", OTHER_BUCKET)
    made: Json = json.loads(text)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["schedules", *arguments], env={"COLUMNS": "500"})


@pytest.mark.parametrize("data", [ELEVEN, RULES], ids=["eleven", "rules"])
def test_import_and_export(admin: Any, viewer: Any, data: Json) -> None:
    answer = admin.post("/api/v1/schedules/import", json={"schedule": here(data)})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["name"], made["action"]) == ("imported", "created")
    assert "Trigger.CosFileUploadTrigger.Region" in [note["field"] for note in made["notes"]]
    exported = viewer.get(f"/api/v1/workflows/{made['id']}/schedule").json()
    assert exported == {"schedule": here(data), "notes": []}
    again = admin.post("/api/v1/schedules/import", json={"schedule": exported["schedule"]}).json()
    assert (again["id"], again["action"]) == (made["id"], "unchanged")
    moved = here(data, OutputDir="/elsewhere/")
    assert admin.post("/api/v1/schedules/import", json={"schedule": moved}).json()["action"] == "updated"
    assert viewer.get(f"/api/v1/workflows/{made['id']}/schedule").json()["schedule"] == moved


def test_what_is_refused_is_at_its_place(admin: Any, create: Any) -> None:
    answer = admin.post("/api/v1/schedules/import", json={"schedule": here(RULES, ScheduleName="a b")})
    assert (answer.status_code, [one["field"] for one in answer.json()["problems"]]) == (422, ["ScheduleName"])
    flat = admin.get(f"/api/v1/workflows/{create('flat')}/schedule")
    assert (flat.status_code, [one["field"] for one in flat.json()["problems"]]) == (422, ["jobs"])
    assert admin.get("/api/v1/workflows/wf_0/schedule").status_code == 404


def test_an_import_is_audited(admin: Any, metadata: Any) -> None:
    from airflow.models.log import Log
    from sqlalchemy import select

    id_ = admin.post("/api/v1/schedules/import", json={"schedule": here(RULES)}).json()["id"]
    admin.post("/api/v1/schedules/import", json={"schedule": here(RULES, ScheduleName="a b")})
    rows = metadata.scalars(select(Log).where(Log.event == "media_workflows.import_schedule").order_by(Log.id)).all()
    found = [(row.dag_id, json.loads(row.extra)["name"], json.loads(row.extra)["outcome"]) for row in rows[-2:]]
    assert found == [(id_, "imported", "ok"), (None, "a b", "InvalidParameterValue")]


def test_an_enabled_workflow_is_not_replaced(admin: Any) -> None:
    id_ = admin.post("/api/v1/schedules/import", json={"schedule": here(RULES)}).json()["id"]
    admin.post(f"/api/v1/workflows/{id_}/enable", json={})
    answer = admin.post("/api/v1/schedules/import", json={"schedule": here(RULES, OutputDir="/b/")})
    assert (answer.status_code, answer.json()["code"]) == (409, "ResourceEnabled")


def test_the_command_line(admin: Any, tmp_path: Path) -> None:
    file, back = tmp_path / "schedule.json", tmp_path / "back.json"
    file.write_text(json.dumps(here(RULES, ScheduleName="编排")), encoding="utf-8")
    made = run("import", str(file))
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("created wf_")
    assert "note: Trigger.CosFileUploadTrigger.Region: got 'ap-guangzhou'; is a region" in made.stderr
    assert run("export", "编排", "--output", str(back)).exit_code == 0
    assert json.loads(back.read_text(encoding="utf-8")) == here(RULES, ScheduleName="编排")
    file.write_text("{", encoding="utf-8")
    broken = run("import", str(file))
    assert (broken.exit_code, "must be JSON: line 1, column 2" in broken.stderr) == (1, True)
