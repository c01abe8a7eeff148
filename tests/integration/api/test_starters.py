"""The starters as the pages get them."""

from __future__ import annotations

import json
from typing import Any

from media_workflows_plugin.api.starters import STARTERS
from media_workflows_plugin.pages import DIST

ZH: dict[str, str] = json.loads((DIST.parent / "src" / "i18n" / "starters.zh.json").read_text("utf-8"))


def test_each_file_is_a_starter_that_can_be_stored(admin: Any, viewer: Any) -> None:
    items = viewer.get("/api/v1/starters").json()["items"]
    assert [one["name"] for one in items] == sorted(file.stem for file in STARTERS.glob("*.yaml"))
    assert len(items) == 15
    for one in items:
        assert one["description"].endswith("."), one["name"]
        answer = admin.post("/api/v1/workflows/validate", json={"definition": one["definition"]})
        assert answer.json()["problems"] == [], one["name"]
    assert admin.get("/api/v1/workflows").json()["total"] == 0


def test_each_has_a_chinese_description(viewer: Any) -> None:
    names = [one["name"] for one in viewer.get("/api/v1/starters").json()["items"]]
    assert list(ZH) == names
