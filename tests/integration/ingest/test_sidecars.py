"""Decisions on add-ons of ladders: a run of media_sidecars joins them; nothing else concerns them."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.candidates import SIDECARS_DAG, Rule
from media_workflows.ingest.run_starter import sidecar_run_id
from media_workflows.store.engine import transaction
from media_workflows.store.old_records import forget_unwatched_roots
from media_workflows.store.sidecars import Sidecar, expect_sidecars, sidecars_at
from media_workflows.store.tables import ListingRootRow
from media_workflows.store.workflows import StoredWorkflow, delete_workflow

LADDER = {"template": 10, "add_on_subtitles": [{"key": "subs/{inputName}.srt"}, {"key": "{inputName}.vtt"}]}
JOBS = {"adaptive_dynamic_streaming": [LADDER]}


def expect(scene: Any, stored: StoredWorkflow, key: str, source_key: str = "in/a.mp4", run_id: str = "r1") -> None:
    row = {"bucket": scene.bucket, "key": key, "workflow_id": stored.id, "source_key": source_key, "run_id": run_id}
    with transaction() as session:
        expect_sidecars(
            session, [Sidecar(**row, step_id="adaptive_dynamic_streaming", map_index=-1, item=n) for n in (0, 1)]
        )


def test_an_add_on_starts_one_join(scene: Any) -> None:
    """Found by polling its directory, which is outside the trigger's; found again after a crash."""
    stored = scene.workflow(jobs=JOBS)
    assert scene.round() == []  # the baseline
    expect(scene, stored, "subs/a.srt")
    scene.put("subs/a.srt")
    scene.put("subs/b.srt")
    scene.starter.fail_after = [scene.Killed()]
    with pytest.raises(scene.Killed):
        scene.round()
    assert scene.round() == []
    (decision,) = [one for one in scene.decisions() if one.key == "subs/a.srt"]
    assert (decision.outcome, decision.rule, decision.workflow_id) == ("fired", Rule.SIDECAR, stored.id)
    assert decision.run_id == sidecar_run_id(scene.bucket, "subs/a.srt", decision.identity, stored.id)
    assert scene.starter.runs == {
        (SIDECARS_DAG, decision.run_id): {"bucket": scene.bucket, "key": "subs/a.srt", "workflow_id": stored.id}
    }
    assert scene.rules("subs/b.srt") == ["no_workflow"]


def test_an_add_on_is_no_source(scene: Any) -> None:
    """Although its directory and format are those of the trigger; a file that is no add-on still is one."""
    stored, other = scene.workflow(jobs=JOBS), scene.workflow("other")
    expect(scene, stored, "in/a.srt")
    scene.put("in/a.srt")
    scene.put("in/b.srt")
    assert scene.round() == []
    assert {(one.workflow_id, one.rule) for one in scene.decisions() if one.key == "in/a.srt"} == {
        (stored.id, Rule.SIDECAR),
        (other.id, Rule.MATCHED),
    }
    assert scene.rules("in/b.srt") == ["matched", "matched"]


def test_an_add_on_of_a_disabled_or_deleted_workflow(scene: Any) -> None:
    disabled, deleted = scene.workflow(jobs=JOBS), scene.workflow("deleted", jobs=JOBS)
    assert scene.round() == []
    for stored in (disabled, deleted):
        expect(scene, stored, "subs/a.srt")
    scene.disable(disabled)
    with transaction() as session:
        delete_workflow(session, deleted.id)
    scene.put("subs/a.srt")
    assert scene.round() == []
    assert [(one.workflow_id, one.rule) for one in scene.decisions()] == [(disabled.id, Rule.DISABLED)]


def test_the_directories_of_add_ons_are_watched(scene: Any) -> None:
    """Not the top of the bucket. Housekeeping keeps their baseline while the workflow lives."""
    stored = scene.workflow(jobs=JOBS)
    roots = [(scene.bucket, "in/"), (scene.bucket, "subs/")]
    assert [root for root in scene.listing.roots() if root[0] == scene.bucket] == roots
    scene.scan()
    with transaction() as session:
        forget_unwatched_roots(session)
        assert session.get(ListingRootRow, (scene.bucket, "subs/"))
        delete_workflow(session, stored.id)
        forget_unwatched_roots(session)
        assert session.get(ListingRootRow, (scene.bucket, "subs/")) is None


def test_the_newest_run_of_a_source_is_joined(scene: Any) -> None:
    stored = scene.workflow(jobs=JOBS)
    for source, run in (("in/a.mp4", "r1"), ("in/a.mov", "r2"), ("in/a.mp4", "r3")):
        expect(scene, stored, "subs/a.srt", source, run)
    with transaction() as session:
        found = sidecars_at(session, scene.bucket, "subs/a.srt", stored.id)
    assert [(one.source_key, one.item, one.run_id) for one in found] == [
        ("in/a.mov", 0, "r2"),
        ("in/a.mov", 1, "r2"),
        ("in/a.mp4", 0, "r3"),
        ("in/a.mp4", 1, "r3"),
    ]
