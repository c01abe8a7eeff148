"""When items are the same, and which names their outputs may bear."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import PNG
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.result import OutputRecord
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.templates.library import resolved_item
from media_workflows.execution import reuse_key
from media_workflows.execution.reuse_key import reuse_sha256, reused_keys
from media_workflows.media.jobs.job import RECIPE_VERSION
from media_workflows.naming import output_key
from media_workflows.store.made_items import MadeOutput

LOGO = {"mark": {"type": "image", "content": PNG}}


def transcode(**fields: Any) -> TranscodeItem:
    return TranscodeItem.model_validate({"template": 100010, **fields})


def key_of(item: JobItem[Any], tools: str = "ffmpeg 7", **extra_sha256: str) -> str:
    return reuse_sha256(item, tools, extra_sha256)


def test_names_do_not_change_the_key() -> None:
    raw = PRESET_LIBRARY.find("transcode", 100010).parameters.model_dump()
    same = [transcode(), transcode(output_path="x.{format}"), transcode(template=None, parameters=raw)]
    assert len({key_of(item) for item in (*same, resolved_item(transcode(), PRESET_LIBRARY))}) == 1


def test_what_changes_the_bytes_changes_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [
        key_of(transcode()),
        key_of(transcode(), "ffmpeg 8"),
        key_of(transcode(template=100020)),
        key_of(transcode(override={"video": {"height": 200}})),
        key_of(transcode(override={"video": {"crf": None, "bitrate_kbps": 0, "target_vmaf": 90}})),
        key_of(transcode(override={"video": {"crf": None, "bitrate_kbps": 0, "target_vmaf": 91}})),
        key_of(transcode(watermarks=[LOGO])),
        key_of(transcode(watermarks=[{**LOGO, "start_offset_s": 1}])),
        key_of(transcode(head=["intro"]), intro="1"),
        key_of(transcode(head=["intro"]), intro="2"),
        key_of(transcode(cuts=[{"start_offset_s": 1}])),
        key_of(transcode(cuts=[{"start_offset_s": 1}, {"start_offset_s": 1}])),
        key_of(transcode(cuts=[{"key": "intro"}]), intro="1"),
        key_of(transcode(cuts=[{"key": "intro"}]), intro="2"),
        key_of(transcode(burned_in_subtitles={"key": "a.srt"}), **{"a.srt": "1"}),
        key_of(transcode(burned_in_subtitles={"key": "a.srt"}), **{"a.srt": "2"}),
        key_of(transcode(burned_in_subtitles={"track": 0})),
        key_of(SampleSnapshotItem(template=10)),
    ]
    monkeypatch.setattr(reuse_key, "RECIPE_VERSION", RECIPE_VERSION + 1)
    keys.append(key_of(transcode()))
    assert len(set(keys)) == len(keys)


def test_encrypted_outputs_are_of_their_workflow() -> None:
    def ladder(**fields: Any) -> JobItem[Any]:
        raw = PRESET_LIBRARY.find("adaptive_dynamic_streaming", 10).parameters.model_dump()
        return AdaptiveDynamicStreamingItem.model_validate({"parameters": {**raw, **fields}})

    def keys(item: JobItem[Any]) -> set[str]:
        return {reuse_sha256(item, "ffmpeg 7", {}, workflow_id=workflow) for workflow in ("wf_1", "wf_2")}

    encrypted = ladder(encryption={"method": "aes-128"})
    assert (len(keys(ladder())), len(keys(encrypted))) == (1, 2)


def test_a_parameter_that_a_version_adds_does_not_change_the_key() -> None:
    class NewerItem(TranscodeItem):
        added: bool = False

    newer = NewerItem.model_validate({"template": 100010})
    assert key_of(newer) == key_of(transcode())
    assert key_of(newer.model_copy(update={"added": True})) != key_of(transcode())


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


SHEETS = [output("out/0.jpg", number="0", format="jpg", definition="10")]
MAP = output("out/a_imageSprite_10.vtt", "manifest", format="vtt", definition="10")


@pytest.mark.parametrize(
    ("name", "keys"),
    [("a", ["new/0.jpg", "new/a_imageSprite_10.vtt"]), ("b", None)],
    ids=["another directory", "another source name: the map would keep the old one"],
)
def test_a_sprite_and_its_map_keep_their_own_patterns(name: str, keys: list[str] | None) -> None:
    item = ImageSpriteItem(template=10, output_path="{number}.{format}")

    def key_of(variables: dict[str, str]) -> str:
        return output_key(item.pattern_of(variables["format"]), "new/", f"in/{name}.mp4", variables)

    assert reused_keys([*SHEETS, MAP], key_of) == keys


def test_when_a_ladder_can_be_played_does_not_change_the_key() -> None:
    items = [{"template": 10, **early} for early in ({}, {"early_playlist": True}, {"split": "never"})]
    assert len({key_of(AdaptiveDynamicStreamingItem.model_validate(item)) for item in items}) == 1
