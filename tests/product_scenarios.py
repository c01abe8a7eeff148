"""Scenarios of the running product: workflows that are enabled and fed before the first of their tests looks.

A test declares what it needs by the marker `scenario` and gets the workflow by the fixture of that name. All scenarios
of a run begin together, so that Airflow works on one while another's test waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product
from clip_making import encode, picture
from clips import Clips
from http_servers import serving
from media_workflows.demo.layout import OUTPUT_BUCKET
from receiver import Answer, Receiver
from talking_clips import talking_clip

IN_THE_WAY = b"an object of another owner"
# The name of a clip of tests/clips.py; the seconds of one whose bytes no other scenario has; caption and speech, which
# is a sentence or a recording.
Clip = str | float | tuple[str, str | Path]


@dataclass(frozen=True)
class Declared:
    """What a test needs.

    `uploads` are object names below the workflow's trigger directory with their clips; `in_the_way` are keys put into
    the output bucket before, `words` goes into the library of words; with `answers` the events go to a receiver of the
    scenario's own. `parts` are parts of the workflow's definition. A name with `{language}` is one scenario for each
    language that the test runs in, as a test that changes its workflow needs.
    """

    name: str
    uploads: Mapping[str, Clip]
    in_the_way: Sequence[str] = ()
    words: Mapping[str, Any] | None = None
    answers: Sequence[Answer] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)


# Scenarios of fixtures that many tests share, by the fixture's name.
OF_FIXTURES = {
    "done_run": Declared(
        "looked-at",
        {"clip.mp4": "plain"},
        parts={
            "jobs": {
                "transcode": [{"template": 100010}, {"template": 100210}],
                "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
                "image_sprite": [{"template": 10}],
            }
        },
    )
}


def _of_markers(item: pytest.Item) -> list[Declared]:
    made = [Declared(*mark.args, **mark.kwargs) for mark in item.iter_markers("scenario")]
    return [
        replace(one, name=in_language(item, one.name), in_the_way=[in_language(item, key) for key in one.in_the_way])
        for one in made
    ]


def in_language(item: pytest.Item, text: str) -> str:
    """`text` with the language that a test runs in."""
    callspec = getattr(item, "callspec", None)
    return text.replace("{language}", str(callspec.params.get("language", ""))) if callspec else text


@dataclass(frozen=True)
class Scenario:
    """A workflow that processes, or has processed, its uploads. Its name is also its trigger directory."""

    name: str
    workflow: str
    receiver: Receiver | None


def declared_by(items: Sequence[pytest.Item]) -> list[Declared]:
    """Every scenario that these tests need, once."""
    of_markers = list({one.name: one for item in items for one in _of_markers(item)}.values())
    fixtures = {name for item in items for name in getattr(item, "fixturenames", ())}
    return of_markers + [declared for name, declared in OF_FIXTURES.items() if name in fixtures]


@contextmanager
def begun(product: Product, declared: Sequence[Declared], root: Path) -> Iterator[dict[str, Scenario]]:
    """All scenarios by name. Everything an upload may meet is there before the first one."""
    clips = _clips(declared, root)
    for words in {str(one.words): one.words for one in declared if one.words is not None}.values():
        answer = product.api.post("/words", json=words)
        assert answer.status_code == 201, answer.text
    with ExitStack() as receivers:
        scenarios = {one.name: _created(product, one, receivers) for one in declared}
        for one in declared:
            product.enable(scenarios[one.name].workflow)
        for one in declared:
            for name, clip in one.uploads.items():
                product.upload(clips[clip], f"{one.name}/{name}")
        yield scenarios


def _created(product: Product, declared: Declared, receivers: ExitStack) -> Scenario:
    for key in declared.in_the_way:
        product.s3.put_object(Bucket=OUTPUT_BUCKET, Key=key, Body=IN_THE_WAY)
    parts, receiver = dict(declared.parts), None
    if declared.answers is not None:
        receiver = receivers.enter_context(serving(Receiver()))
        receiver.answers = list(declared.answers)
        parts["notification"] = {"type": "http", "url": receiver.url, **parts.get("notification", {})}
    return Scenario(declared.name, product.create(declared.name, **parts), receiver)


def _clips(declared: Sequence[Declared], root: Path) -> dict[Clip, Path]:
    made = Clips(root)
    wanted = {clip for one in declared for clip in one.uploads.values()}
    return {clip: _clip(made, clip, root / f"clip{number}.mp4") for number, clip in enumerate(wanted)}


def _clip(made: Clips, clip: Clip, path: Path) -> Path:
    if isinstance(clip, str):
        named: Path = getattr(made, clip)
        return named
    if isinstance(clip, tuple):
        return talking_clip(path, *clip)
    encode(*picture(seconds=clip), str(path))
    return path
