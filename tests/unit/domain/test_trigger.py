"""Triggers: which extensions are meant, and which keys they take."""

from __future__ import annotations

import pytest

from definitions import definition, workflow
from media_workflows.domain.trigger import DEFAULT_FORMATS, Trigger
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError

# Reference 2, in its order.
REFERENCE = (
    ".mp4 .avi .mov .wmv .flv .mkv .mpg .mpeg .rm .rmvb .asf .3gp .webm .ts .m4v "
    ".mp3 .wav .aac .flac .ogg .m4a .amr .vtt .srt"
)


def trigger(*formats: str) -> Trigger:
    return workflow(formats=list(formats)).trigger


def test_default_formats() -> None:
    assert " ".join(DEFAULT_FORMATS) == REFERENCE
    assert workflow().trigger.formats == DEFAULT_FORMATS
    assert trigger().formats == DEFAULT_FORMATS


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["mp4"], (".mp4",)),
        ([".mp4"], (".mp4",)),
        (["MP4", ".Mp4", "mp4"], (".mp4",)),
        ([" mov "], (".mov",)),
        (["*"], ("*",)),
        (["mp4", "*"], ("*",)),
        (["b", "a"], (".b", ".a")),
        (["a" * 64], ("." + "a" * 64,)),
        (["7z"], (".7z",)),
    ],
)
def test_formats(given: list[str], kept: tuple[str, ...]) -> None:
    assert trigger(*given).formats == kept


@pytest.mark.parametrize("name", ["", ".", "a b", "tar.gz", "*.mp4", "m-p", "a" * 65, "视频", "mp4/", "**"])
def test_bad_formats(name: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(definition(trigger={"bucket": "media-input", "formats": ["mp4", name]}))
    assert [problem.field for problem in caught.value.problems] == ["trigger.formats"]


@pytest.mark.parametrize("key", ["in/a.mp4", "in/a.MP4", "a.b.mp4", "in/片 名.Mp4", ".mp4", "in.d/x/.mp4"])
def test_accepted(key: str) -> None:
    assert trigger("mp4").accepts_format(key)


@pytest.mark.parametrize(
    "key", ["in/a.mov", "in/mp4", "mp4", "in/a.mp4.part", "in/a.mp4 ", "in.mp4/a", "in/a.", "a.mp44", "a.xmp4"]
)
def test_not_accepted(key: str) -> None:
    assert not trigger("mp4").accepts_format(key)


@pytest.mark.parametrize("key", ["in/a.mp4", "in/noextension", "a.", "in/a.b c"])
def test_any_format(key: str) -> None:
    assert trigger("*").accepts_format(key)
