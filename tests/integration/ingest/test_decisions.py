"""Decisions: each rule, both sources together, and runs that wait for an upload."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.candidates import Candidate, Rule, UploadDecision
from media_workflows.domain.result import SourceObject
from media_workflows.ingest.run_starter import DagState, object_identity, run_id_for
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import Publisher, StagedFile
from media_workflows.store import switches
from media_workflows.store import uploads as upload_store
from media_workflows.store.engine import transaction
from media_workflows.store.tables import utcnow

LIVE = 1_000_000


def candidate(scene: Any, key: str, **changes: Any) -> Candidate:
    return Candidate(**{"bucket": scene.bucket, "key": key, "source": "queue", "uploaded_at": utcnow(), **changes})


def publish(scene: Any, file: Path, key: str) -> None:
    """An output of a workflow, as jobs publish it."""
    source = SourceObject(bucket=scene.bucket, key="in/source.mp4", etag="e", size_bytes=1)
    provenance = Provenance("wf_other", 1, "upload__1", source.key, source.etag, "transcode")
    Publisher(scene.storage, provenance, source).publish([StagedFile(file, scene.bucket, key, "video/mp4")])


def test_matched(scene: Any) -> None:
    stored = scene.workflow()
    scene.put("in/a.mp4")
    scene.round()
    [decision] = scene.decisions()
    assert (decision.outcome, decision.rule, decision.source) == ("fired", Rule.MATCHED, "listing")
    assert (decision.workflow_id, decision.bucket, decision.key) == (stored.id, scene.bucket, "in/a.mp4")
    assert decision.run_id == run_id_for(scene.bucket, "in/a.mp4", decision.identity)
    head = scene.storage.head(scene.bucket, "in/a.mp4")
    assert scene.starter.runs == {
        (stored.id, decision.run_id): {
            "bucket": scene.bucket,
            "key": "in/a.mp4",
            "etag": head.etag,
            "version_id": None,
        }
    }


def test_each_version_of_a_versioned_bucket(scene: Any) -> None:
    scene.clients.s3.put_bucket_versioning(Bucket=scene.bucket, VersioningConfiguration={"Status": "Enabled"})
    scene.workflow()
    for _ in range(2):
        scene.put("in/a.mp4", b"the same bytes")
        scene.decide([candidate(scene, "in/a.mp4")])
    versions = {conf["version_id"] for conf in scene.starter.runs.values()}
    assert len(versions) == 2
    assert None not in versions


def test_an_upload_waits_while_the_two_switches_of_its_workflow_differ(scene: Any) -> None:
    """Paused in Airflow and enabled here: its DAG may have been deleted and parsed again, which pauses it."""
    stored = scene.workflow()
    scene.starter.states[stored.id] = DagState(is_paused=True, revision=LIVE)
    scene.put("in/a.mp4")
    assert [postponed.key for postponed in scene.round()] == ["in/a.mp4"]
    assert scene.rules() == []
    scene.starter.states[stored.id] = DagState(is_paused=False, revision=LIVE)
    assert scene.round() == []
    assert scene.rules() == ["matched"]
    scene.disable(stored)
    scene.put("in/b.mp4")
    assert scene.round() == []
    assert scene.rules("in/b.mp4") == ["disabled"]


def test_an_upload_made_before_the_workflow_was_enabled_while_it_was_decided_on(
    scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of the workflow may be out of date when its switch is looked at."""
    stored = scene.new_workflow()
    scene.disable(stored)
    scene.put("in/a.mp4")
    uploaded_at = utcnow() - timedelta(seconds=5)

    def enabled_meanwhile(_dag_id: str, _run_id: str) -> bool:
        with transaction() as session:
            switches.enable(session, stored.id)
        scene.starter.states[stored.id] = DagState(is_paused=False, revision=LIVE)
        return False

    monkeypatch.setattr(scene.starter, "has_run", enabled_meanwhile)
    late = [candidate(scene, "in/a.mp4", uploaded_at=uploaded_at)]
    assert scene.decide(late) == late
    monkeypatch.undo()
    assert scene.decide(late) == []
    assert (scene.rules(), scene.fired) == (["before_enabled"], [])


def test_no_workflow(scene: Any) -> None:
    scene.workflow()
    scene.put("elsewhere/a.mp4")
    assert scene.decide([candidate(scene, "elsewhere/a.mp4")]) == []
    [decision] = scene.decisions()
    assert (decision.rule, decision.outcome, decision.workflow_id) == (Rule.NO_WORKFLOW, "refused", "")


def test_directory_markers(scene: Any) -> None:
    scene.workflow(formats=["*"])
    scene.put("in/")
    scene.put("in/sub.mp4/")
    scene.round()
    assert (scene.fired, scene.rules()) == ([], ["directory", "directory"])
    assert scene.scan() == []


def test_formats(scene: Any) -> None:
    video = scene.workflow("video", formats=["mp4", ".MOV"])
    anything = scene.workflow("anything", formats=["*"])
    keys = ["in/a.MP4", "in/b.Mov", "in/c.txt", "in/mp4", "in/d.mp4.part"]
    for key in keys:
        scene.put(key)
    scene.round()
    assert [key for dag, key in scene.fired if dag == video.id] == ["in/a.MP4", "in/b.Mov"]
    assert [key for dag, key in scene.fired if dag == anything.id] == sorted(keys)
    assert sorted(decision.key for decision in scene.decisions() if decision.rule == Rule.FORMAT) == sorted(keys[2:])
    assert {decision.workflow_id for decision in scene.decisions() if decision.rule == Rule.FORMAT} == {video.id}
    assert scene.scan() == []


def test_default_formats(scene: Any) -> None:
    scene.workflow()
    for key in ("in/a.mkv", "in/a.mp3", "in/a.srt", "in/a.exe"):
        scene.put(key)
    scene.round()
    assert scene.fired_keys == ["in/a.mkv", "in/a.mp3", "in/a.srt"]
    assert scene.rules("in/a.exe") == ["format"]


def test_own_outputs_do_not_fire(scene: Any, small_file: Path) -> None:
    scene.workflow()
    scene.workflow("other", None)
    scene.round()
    publish(scene, small_file, "in/片 out.mp4")
    scene.round()
    assert (scene.fired, scene.rules()) == ([], ["own_output"])
    assert scene.scan() == []


def test_own_outputs_announced_by_the_queue_do_not_fire(scene: Any, small_file: Path) -> None:
    scene.workflow()
    scene.send_events_to_queue()
    publish(scene, small_file, "in/out.mp4")
    scene.decide(scene.receive())
    assert (scene.fired, scene.rules(), scene.queued()) == ([], ["own_output"], 0)


def test_a_copy_of_an_output_made_by_a_person_fires(scene: Any, small_file: Path) -> None:
    stored = scene.workflow()
    publish(scene, small_file, "out/a.mp4")
    source = {"Bucket": scene.bucket, "Key": "out/a.mp4"}
    scene.clients.s3.copy_object(Bucket=scene.bucket, Key="in/copy.mp4", CopySource=source)
    assert scene.storage.head(scene.bucket, "in/copy.mp4").metadata["mw-workflow"] == "wf_other"
    scene.round()
    assert scene.fired == [(stored.id, "in/copy.mp4")]


def test_an_upload_over_an_output_fires(scene: Any, small_file: Path) -> None:
    scene.workflow()
    publish(scene, small_file, "in/a.mp4")
    scene.round()
    scene.put("in/a.mp4", b"a person's")
    scene.round()
    assert (scene.fired_keys, scene.rules()) == (["in/a.mp4"], ["own_output", "matched"])


def test_disabled(scene: Any) -> None:
    stored = scene.workflow()
    scene.disable(stored)
    scene.put("in/a.mp4")
    assert scene.round() == []
    [decision] = scene.decisions()
    assert (decision.rule, decision.workflow_id, decision.run_id) == (Rule.DISABLED, stored.id, None)
    scene.enable(stored)
    assert scene.round() == []
    assert scene.fired == []  # not caught up later


def test_before_enabled(scene: Any) -> None:
    stored = scene.workflow()
    scene.round()
    scene.put("in/a.mp4")
    scene.enable(stored, seconds_ago=-60)
    scene.round()
    assert (scene.fired, scene.rules()) == ([], ["before_enabled"])


def test_an_event_of_an_upload_before_enabling(scene: Any) -> None:
    scene.workflow()
    scene.put("in/a.mp4")
    scene.decide([candidate(scene, "in/a.mp4", uploaded_at=utcnow() - timedelta(seconds=90))])
    assert (scene.fired, scene.rules()) == ([], ["before_enabled"])


def test_gone(scene: Any) -> None:
    scene.workflow()
    assert scene.decide([candidate(scene, "in/a.mp4")]) == []
    [decision] = scene.decisions()
    assert (decision.rule, decision.workflow_id) == (Rule.GONE, "")


def test_existed_before(scene: Any) -> None:
    scene.put("in/a.mp4")
    scene.enable(scene.new_workflow(), seconds_ago=-60)
    scene.round()
    assert scene.rules() == ["existed_before"]


@pytest.mark.parametrize("behind", [True, False], ids=["an older revision", "unknown to Airflow"])
def test_a_dag_that_is_not_live_yet_postpones(scene: Any, behind: bool) -> None:
    stored = scene.workflow()
    scene.starter.states[stored.id] = DagState(is_paused=False, revision=stored.revision - 1) if behind else None
    scene.put("in/a.mp4")
    assert [found.key for found in scene.round()] == ["in/a.mp4"]
    assert (scene.fired, scene.decisions()) == ([], [])
    scene.starter.states[stored.id] = DagState(is_paused=False, revision=stored.revision)
    assert scene.round() == []
    assert scene.fired == [(stored.id, "in/a.mp4")]


def test_one_that_waits_holds_up_nobody(scene: Any) -> None:
    ready, late = scene.workflow("ready"), scene.workflow("late")
    scene.starter.states[late.id] = None
    scene.put("in/a.mp4")
    assert len(scene.round()) == 1
    assert scene.fired == [(ready.id, "in/a.mp4")]
    del scene.starter.states[late.id]
    assert scene.round() == []
    assert scene.fired == sorted([(ready.id, "in/a.mp4"), (late.id, "in/a.mp4")])
    assert scene.rules() == ["matched", "matched"]


def test_a_workflow_that_cannot_start_holds_up_no_other(scene: Any) -> None:
    broken, good = scene.workflow("broken"), scene.workflow("good")
    scene.starter.broken_dags.add(broken.id)
    scene.put("in/a.mp4")
    assert len(scene.round()) == 1
    assert scene.fired == [(good.id, "in/a.mp4")]


def test_an_upload_that_cannot_be_looked_at_holds_up_no_other(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows.errors import StorageError
    from media_workflows.storage.s3 import ObjectStorage

    scene.workflow()
    scene.put("in/a.mp4")
    scene.put("in/b.mp4")
    head = ObjectStorage.head

    def refuses(self: ObjectStorage, bucket: str, key: str, version_id: str | None = None) -> Any:
        if key == "in/a.mp4":
            raise StorageError("400: encrypted with a key of the customer's")
        return head(self, bucket, key, version_id)

    monkeypatch.setattr(ObjectStorage, "head", refuses)
    assert [found.key for found in scene.round()] == ["in/a.mp4"]
    assert scene.fired_keys == ["in/b.mp4"]


def test_several_workflows_on_one_place(scene: Any) -> None:
    stored = [scene.workflow(f"w{number}", directory) for number, directory in enumerate(["in/", "in/hd/", None])]
    scene.put("in/hd/a.mp4")
    scene.put("in/b.mp4")
    scene.round()
    expected = [(each.id, "in/hd/a.mp4") for each in stored] + [(stored[n].id, "in/b.mp4") for n in (0, 2)]
    assert scene.fired == sorted(expected)


def test_queue_and_listing_see_one_upload(scene: Any) -> None:
    scene.workflow()
    scene.workflow("video", formats=["mov"])
    scene.send_events_to_queue()
    scene.round()
    scene.put("in/a.mp4")
    listed, told = scene.scan(), scene.receive()
    assert [found.key for found in listed + told] == ["in/a.mp4"] * 2
    assert scene.decide(listed + told) == []
    assert (len(scene.starter.runs), scene.queued(), scene.scan()) == (1, 0, [])
    assert sorted(scene.rules()) == ["format", "matched"]


def test_the_queue_first_and_the_listing_later(scene: Any) -> None:
    scene.workflow()
    scene.send_events_to_queue()
    scene.round()
    scene.put("in/a.mp4")
    scene.decide(scene.receive())
    assert scene.round() == []
    assert (len(scene.starter.runs), scene.rules()) == (1, ["matched"])


def wait(stored: Any, run_id: str) -> None:
    with transaction() as session:
        upload_store.await_upload(session, stored.id, run_id)


def given(stored: Any, run_id: str) -> Any:
    with transaction() as session:
        return upload_store.awaited_upload(session, stored.id, run_id)


def test_a_waiting_run_takes_the_upload(scene: Any) -> None:
    stored = scene.workflow()
    wait(stored, "manual__1")
    scene.starter.active = {"manual__1"}
    scene.put("in/a.mp4")
    scene.put("in/b.mp4")
    scene.round()
    assert given(stored, "manual__1")["key"] == "in/a.mp4"
    assert scene.fired == [(stored.id, "in/b.mp4")]
    [decision] = scene.decisions("in/a.mp4")
    assert (decision.rule, decision.run_id) == (Rule.WAITING_RUN, "manual__1")
    assert scene.scan() == []


def test_waiting_runs_are_served_in_their_order(scene: Any) -> None:
    stored, other = scene.workflow(), scene.workflow("other", "other/")
    for run_id in ("manual__2", "manual__1"):
        wait(stored, run_id)
    wait(other, "manual__0")
    scene.starter.active = {"manual__0", "manual__1", "manual__2"}
    for key in ("in/a.mp4", "in/b.mp4", "in/c.mp4"):
        scene.put(key)
    scene.round()
    assert (given(stored, "manual__2")["key"], given(stored, "manual__1")["key"]) == ("in/a.mp4", "in/b.mp4")
    assert scene.fired_keys == ["in/c.mp4"]
    assert given(other, "manual__0") is None


def test_a_dead_waiting_run_is_skipped(scene: Any) -> None:
    stored = scene.workflow()
    for run_id in ("manual__dead", "manual__alive"):
        wait(stored, run_id)
    scene.starter.active = {"manual__alive"}
    scene.put("in/a.mp4")
    scene.round()
    assert given(stored, "manual__dead") is None
    assert given(stored, "manual__alive")["key"] == "in/a.mp4"
    with transaction() as session:
        assert upload_store.waiting_runs(session, stored.id) == []


def test_only_dead_runs_wait(scene: Any) -> None:
    stored = scene.workflow()
    wait(stored, "manual__dead")
    scene.put("in/a.mp4")
    scene.round()
    assert scene.fired == [(stored.id, "in/a.mp4")]


def test_a_waiting_run_of_a_disabled_workflow_gets_nothing(scene: Any) -> None:
    stored = scene.workflow()
    wait(stored, "manual__1")
    scene.starter.active = {"manual__1"}
    scene.disable(stored)
    scene.put("in/a.mp4")
    scene.round()
    assert (given(stored, "manual__1"), scene.rules()) == (None, ["disabled"])


@pytest.mark.parametrize("refused_before", [False, True])
def test_an_object_that_a_backfill_took_fires_nothing(scene: Any, refused_before: bool) -> None:
    stored = scene.workflow()
    scene.put("in/a.mp4")
    (found,) = scene.scan()
    if refused_before:
        scene.disable(stored)
        scene.decide([found])
        scene.enable(stored)
    identity = object_identity(scene.storage.head(scene.bucket, "in/a.mp4"))
    taken = UploadDecision(
        bucket=scene.bucket,
        key="in/a.mp4",
        identity=identity,
        workflow_id=stored.id,
        outcome="fired",
        rule=Rule.BACKFILL,
        run_id="existing__1",
        source="backfill",
    )
    with transaction() as session:
        upload_store.record_backfilled(session, taken)
        upload_store.record_backfilled(session, taken.model_copy(update={"run_id": "existing__2"}))
    assert scene.decide([found]) == []
    (decision,) = scene.decisions()
    assert (decision.rule, decision.run_id, scene.fired) == (Rule.BACKFILL, "existing__1", [])


def test_every_rule_is_tested_here() -> None:
    """Sidecars and deleted runs have files of their own."""
    here = Path(__file__)
    others = (here.with_name(name) for name in ("test_sidecars.py", "test_missed_uploads.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in (here, *others))
    assert [rule.value for rule in Rule if f"Rule.{rule.name}" not in text and f'"{rule.value}"' not in text] == []


@pytest.mark.parametrize("key", ["in/a.txt", "in/sub/", "gone.mp4", "elsewhere/a.mp4"])
@pytest.mark.parametrize("listing_first", [True, False], ids=["listing", "queue"])
def test_an_object_that_is_not_looked_at_has_one_decision(scene: Any, key: str, listing_first: bool) -> None:
    """Queue and listing date it differently: an event's time is that of the notification."""
    scene.workflow()
    now = utcnow().replace(microsecond=0)
    seen = [
        candidate(scene, key, source=source, uploaded_at=now + timedelta(seconds=late), etag="e1")
        for source, late in (("listing", 0), ("queue", 1))
    ]
    for one in seen if listing_first else seen[::-1]:
        scene.decide([one])
    assert len(scene.decisions(key)) == 1


def test_queue_and_first_listing_agree_on_what_existed_before(scene: Any) -> None:
    scene.send_events_to_queue()
    scene.put("in/a.mp4")
    scene.decide(scene.receive())
    assert scene.rules() == ["no_workflow"]
    scene.new_workflow()
    scene.round()
    assert scene.rules() == ["no_workflow"]


def test_both_sources_name_the_same_etag(scene: Any) -> None:
    scene.send_events_to_queue()
    scene.workflow()
    scene.put("in/a.txt")
    head = scene.storage.head(scene.bucket, "in/a.txt")
    assert [found.etag for found in (*scene.scan(), *scene.receive())] == [head.etag, head.etag]
