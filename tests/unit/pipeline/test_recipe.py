"""When items are the same, and which names their outputs may bear."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import PNG
from media_workflows.model.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.model.jobs.transcode import TranscodeItem
from media_workflows.model.result import OutputRecord
from media_workflows.model.templates import find_template
from media_workflows.pipeline import recipe
from media_workflows.pipeline.recipe import recipe_sha256, reused_keys
from media_workflows.store.made_items import MadeOutput

LOGO = {"mark": {"type": "image", "content": PNG}}


def transcode(**fields: Any) -> TranscodeItem:
    return TranscodeItem.model_validate({"template": 100010, **fields})


def test_names_do_not_change_the_recipe() -> None:
    raw = find_template("transcode", 100010).parameters.model_dump()
    same = [transcode(), transcode(output_path="x.{format}"), transcode(template=None, parameters=raw)]
    assert len({recipe_sha256(item, "ffmpeg 7") for item in same}) == 1


def test_what_changes_the_bytes_changes_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    recipes = {
        recipe_sha256(transcode(), "ffmpeg 7"),
        recipe_sha256(transcode(), "ffmpeg 8"),
        recipe_sha256(transcode(template=100020), "ffmpeg 7"),
        recipe_sha256(transcode(watermarks=[LOGO]), "ffmpeg 7"),
        recipe_sha256(transcode(watermarks=[{**LOGO, "start_offset_s": 1}]), "ffmpeg 7"),
        recipe_sha256(SampleSnapshotItem(template=10), "ffmpeg 7"),
    }
    monkeypatch.setattr(recipe, "RECIPE_VERSION", recipe.RECIPE_VERSION + 1)
    recipes.add(recipe_sha256(transcode(), "ffmpeg 7"))
    assert len(recipes) == 7


def output(key: str, role: Any = "main", **variables: str) -> MadeOutput:
    record = OutputRecord(bucket="b", key=key, size_bytes=1, md5="m", role=role)
    return MadeOutput(record=record, variables=variables or None)


def test_pictures_take_any_names() -> None:
    made = [output("out/a_0.jpg", number="0"), output("out/a_1.jpg", number="1")]
    assert reused_keys(made, lambda v: f"new/{v['number']}.jpg") == ["new/0.jpg", "new/1.jpg"]


PLAYLIST = [output("out/a.m3u8", "manifest", format="m3u8"), output("out/a_0.ts", "segment")]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        pytest.param("out/a.m3u8", ["out/a.m3u8", "out/a_0.ts"], id="in its place"),
        pytest.param("new/dir/a.m3u8", ["new/dir/a.m3u8", "new/dir/a_0.ts"], id="another directory"),
        pytest.param("a.m3u8", ["a.m3u8", "a_0.ts"], id="no directory"),
        pytest.param("out/b.m3u8", None, id="another name"),
    ],
)
def test_a_manifest_keeps_its_name(asked: str, keys: list[str] | None) -> None:
    assert reused_keys(PLAYLIST, lambda _: asked) == keys


def test_what_lies_outside_the_directory_does_not_move() -> None:
    assert reused_keys([*PLAYLIST, output("other/a.vtt", "main")], lambda _: "new/a.m3u8") is None
    assert reused_keys([output("a.ts", "segment")], lambda _: "never asked") is None
