"""The starters as the pages get them, and what answers make of them."""

from __future__ import annotations

import json
from typing import Any

from media_workflows.services.starters import STARTERS
from media_workflows_plugin.pages import DIST

ZH: dict[str, str] = json.loads((DIST.parent / "src" / "i18n" / "starters.zh.json").read_text("utf-8"))


def test_each_file_is_a_starter_that_can_be_stored(admin: Any, viewer: Any) -> None:
    items = viewer.get("/api/v1/starters").json()["items"]
    assert [one["name"] for one in items] == sorted(file.stem for file in STARTERS.glob("*.yaml"))
    assert len(items) == 23
    for one in items:
        assert one["description"].endswith("."), one["name"]
        answer = admin.post("/api/v1/workflows/validate", json={"definition": one["definition"]})
        assert answer.json()["problems"] == [], one["name"]
    assert admin.get("/api/v1/workflows").json()["total"] == 0


def test_each_has_a_chinese_description(viewer: Any) -> None:
    names = [one["name"] for one in viewer.get("/api/v1/starters").json()["items"]]
    assert list(ZH) == names


def test_answers_change_the_definition(viewer: Any) -> None:
    path = "/api/v1/starters/publish-on-the-web"
    plain = viewer.get(path).json()["definition"]
    assert [step["id"] for step in plain["steps"]] == ["publish", "covers", "thumbnails"]
    answered = viewer.get(path, params={"answer": ["player:file", "pictures:none"]}).json()["definition"]
    assert answered["steps"] == [{"id": "publish", "transcode": {"template": 100040}}]


def test_unknown_starters_and_answers_are_errors(viewer: Any) -> None:
    assert viewer.get("/api/v1/starters/nothing").status_code == 404
    answer = viewer.get("/api/v1/starters/archive", params={"answer": ["master:nothing", "other:x"]})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["problems"]] == ["answer.master", "answer.other"]
