"""The names of tasks in Airflow."""

from __future__ import annotations

import json
from pathlib import Path

from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.step_actions import ACTION_KINDS
from media_workflows.domain.steps import GATE, NOTIFY, PUBLISH, UPLOAD, Step
from media_workflows.domain.task_names import TASK_NAMES, task_name

EN = Path(__file__).parents[3] / "plugins" / "media_workflows_plugin" / "www" / "src" / "i18n" / "en.json"


def test_they_are_those_of_the_pages() -> None:
    texts = json.loads(EN.read_text("utf-8"))
    assert {kind: texts[f"job.{kind}"] for kind in TASK_NAMES if f"job.{kind}" in texts} == {
        kind: name for kind, name in TASK_NAMES.items() if kind != PUBLISH
    }


def test_every_step_has_one() -> None:
    assert {*JOB_KINDS, *ACTION_KINDS, UPLOAD, GATE, PUBLISH, NOTIFY} <= TASK_NAMES.keys()
    assert task_name(Step("transcode", "transcode", ())) == "Transcode"
    assert task_name(Step("hd", "transcode", ())) == "hd: Transcode"
