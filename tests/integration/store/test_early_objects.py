"""What is published before it is verified, in PostgreSQL."""

from __future__ import annotations

import pytest

from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.store import early_objects as store
from media_workflows.store.early_objects import EarlyObject
from media_workflows.store.engine import transaction

pytestmark = pytest.mark.usefixtures("database")

STEP, OTHER = StepKey("wf_1", "r1", "hd"), StepKey("wf_1", "r2", "hd", 3)
SEGMENT = EarlyObject(bucket="b", key="a_0.ts", role="segment")
MANIFEST = EarlyObject(bucket="b", key="a.m3u8", role="manifest")


def test_a_manifest_can_be_played_once_all_is_there() -> None:
    with transaction() as session:
        store.note(session, STEP, [SEGMENT, MANIFEST])
        assert store.early_playlists(session, "wf_1", "r1") == {}
        store.note_playable(session, OTHER, MANIFEST.place)  # not its own
        assert store.early_playlists(session, "wf_1", "r1") == {}
        store.note_playable(session, STEP, MANIFEST.place)
        ((step, (playlist,)),) = store.early_playlists(session, "wf_1", "r1").items()
    assert step == StepInstance("hd")
    assert (playlist.bucket, playlist.key) == MANIFEST.place
    assert playlist.since.tzinfo is not None


def test_the_files_of_a_run_with_what_can_be_played() -> None:
    with transaction() as session:
        store.note(session, STEP, [SEGMENT, MANIFEST])
        found = store.early_files(session, "wf_1", "r1")
        assert [(one.step_id, one.published, one.is_playable) for one in found] == [
            ("hd", MANIFEST, False),
            ("hd", SEGMENT, False),
        ]
        store.note_playable(session, STEP, MANIFEST.place)
        assert [one.is_playable for one in store.early_files(session, "wf_1", "r1")] == [True, False]
        assert store.early_files(session, "wf_1", "r2") == []


def test_a_step_forgets_its_own_only() -> None:
    with transaction() as session:
        store.note(session, STEP, [SEGMENT, MANIFEST])
        store.note_playable(session, STEP, MANIFEST.place)
        store.note(session, OTHER, [MANIFEST])  # claimed since, and found free
        assert store.early_playlists(session, "wf_1", "r2") == {}
        assert store.steps_with_early_objects(session) == [STEP, OTHER]
        store.forget(session, STEP, [SEGMENT.place, MANIFEST.place])
        assert store.early_objects(session, STEP) == []
        assert store.early_objects(session, OTHER) == [MANIFEST]
