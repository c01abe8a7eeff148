"""The rules, one by one: what ingestion and dry runs both ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from media_workflows.domain.candidates import Rule
from media_workflows.domain.trigger import Trigger
from media_workflows.ingest.rules import refusal_by_key, refusal_by_object, refusal_by_state, refusal_by_trigger
from media_workflows.storage.clock import NO_SKEW
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.s3 import ObjectHead

TRIGGER = Trigger(bucket="media-input", directory="in/", formats=("mp4",))
NOW = datetime.now(UTC).replace(microsecond=0)
OWN = Provenance("wf_1", 1, "run", "in/a.mp4", "e", "transcode").to_metadata("media-input", "in/b.mp4")


def head(metadata: dict[str, str]) -> ObjectHead:
    return ObjectHead("e", 1, NOW, None, metadata, None, NO_SKEW)


@pytest.mark.parametrize(("key", "rule"), [("in/", Rule.DIRECTORY), ("in/a.mp4", None)])
def test_by_key(key: str, rule: Rule | None) -> None:
    assert refusal_by_key(key) == rule


@pytest.mark.parametrize(
    ("bucket", "key", "rule"),
    [
        ("media-input", "in/a.MP4", None),
        ("media-input", "in/deep/a.mp4", None),
        ("media-input", "a.mp4", Rule.NO_WORKFLOW),
        ("media-other", "in/a.mp4", Rule.NO_WORKFLOW),
        ("media-input", "in/a.mov", Rule.FORMAT),
        ("media-input", "in/mp4", Rule.FORMAT),
    ],
)
def test_by_trigger(bucket: str, key: str, rule: Rule | None) -> None:
    assert refusal_by_trigger(TRIGGER, bucket, key) == rule


@pytest.mark.parametrize(("key", "rule"), [("in/b.mp4", Rule.OWN_OUTPUT), ("in/copy.mp4", None)])
def test_by_object(key: str, rule: Rule | None) -> None:
    assert refusal_by_object("media-input", key, head(OWN)) == rule


@pytest.mark.parametrize(
    ("is_paused", "enabled_ago_s", "rule"),
    [(True, 3600, Rule.DISABLED), (False, 3600, None), (False, -3600, Rule.BEFORE_ENABLED), (False, None, None)],
)
def test_by_state(is_paused: bool, enabled_ago_s: int | None, rule: Rule | None) -> None:
    enabled_at = None if enabled_ago_s is None else NOW - timedelta(seconds=enabled_ago_s)
    assert refusal_by_state(is_paused, enabled_at, NOW, NO_SKEW) == rule
