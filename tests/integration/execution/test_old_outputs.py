"""Retention, with real S3 and PostgreSQL: old outputs are deleted as they were written, and nothing else is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from bucket_site import BucketSite
from definitions import workflow
from media_workflows.airflow_adapter import connections
from media_workflows.cli import app as program
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, Role, SourceObject, now
from media_workflows.domain.retention import HOUSEKEEPING_DAG
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import OutputBusyError
from media_workflows.execution.claims import StepClaims
from media_workflows.orchestration.housekeeping import DeleteOldOutputsOperator, ForgetOldRunsOperator
from media_workflows.services import housekeeping
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import workflows as store
from media_workflows.store.claims import claim_outputs, release_claims
from media_workflows.store.engine import transaction
from media_workflows.store.retention import decisions
from media_workflows.store.runs import get_run, record_job, record_source, results_of_run
from media_workflows.store.tables import JobResultRow, RunRow, utcnow

LADDER: tuple[tuple[str, Role], ...] = (("a.m3u8", "manifest"), ("0.ts", "segment"), ("sub.m3u8", "playlist"))
OLD, YOUNG = timedelta(days=40), timedelta(days=5)


class Airflow:
    """Answers how many of some runs are unfinished."""

    def __init__(self, *unfinished: str) -> None:
        self.unfinished = set(unfinished)

    def get_dr_count(self, _dag_id: str, *, run_ids: list[str], states: list[str]) -> int:
        assert run_ids  # none are all
        return len(self.unfinished & set(run_ids))


class Site(BucketSite):
    """A bucket with sources, and a workflow that keeps outputs for 30 days."""

    workflow_id = ""

    def source(self, name: str) -> SourceObject:
        path = self.settings.data_dir / "source"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
        return self.upload(path, f"in/{name}")

    def publish(self, run_id: str, source: SourceObject, names: Sequence[tuple[str, Role]]) -> tuple[OutputRecord, ...]:
        staged = []
        for name, role in names:
            path = self.settings.data_dir / name
            path.write_bytes(f"{name} of {source.key}".encode())
            staged.append(StagedFile(path, self.bucket, f"out/{source.key}/{name}", "video/mp2t", role))
        provenance = Provenance(self.workflow_id, 1, run_id, source.key, source.etag, "transcode")
        published = Publisher(ObjectStorage(self.clients.s3), provenance, source).publish(staged)
        return tuple(
            OutputRecord(
                bucket=one.bucket, key=one.key, size_bytes=one.size_bytes, md5=one.md5, etag=one.etag, role=one.role
            )
            for one in published
        )

    def ran(self, run_id: str, source: SourceObject, *items: tuple[OutputRecord, ...], ago: timedelta = OLD) -> None:
        """A run that has made these, so long ago."""
        results = tuple(ItemResult(item={}, definition=1, status="SUCCESS", outputs=item) for item in items)
        result = JobResult(kind="transcode", begun_at=now(), finished_at=now(), source=None, items=results)
        with transaction() as session:
            record_source(session, self.workflow_id, run_id, 1, source)
            record_job(session, self.workflow_id, run_id, result)
        self.date(run_id, utcnow() - ago)

    def date(self, run_id: str, at: datetime) -> None:
        of_run = {"workflow_id": self.workflow_id, "run_id": run_id}
        with transaction() as session:
            session.execute(update(RunRow).filter_by(**of_run).values(created_at=at))
            session.execute(update(JobResultRow).filter_by(**of_run).values(updated_at=at))

    def delete(self, *unfinished: str) -> int:
        operator: Any = DeleteOldOutputsOperator(task_id="delete")
        return int(operator.execute({"ti": Airflow(*unfinished)}))

    def forget(self) -> int:
        operator: Any = ForgetOldRunsOperator(task_id="forget")
        return int(operator.execute({"ti": Airflow()}))

    def items(self, run_id: str) -> tuple[ItemResult, ...]:
        with transaction() as session:
            (result,) = results_of_run(session, self.workflow_id, run_id)
        return result.items

    def notices(self, run_id: str) -> list[tuple[str, dict[str, Any]]]:
        return [(one.code, one.parameters) for item in self.items(run_id) for one in item.notices]

    def outcomes(self) -> dict[str, str]:
        """By the end of the key, of all that was decided."""
        with transaction() as session:
            found = decisions(session, {self.workflow_id}, 100)
        return {output.key.rpartition("/")[2]: output.outcome for one in found for output in one.outputs}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    monkeypatch.setattr(connections, "airflow_clients", lambda: clients)
    monkeypatch.setattr(housekeeping, "airflow_clients", lambda: clients)
    monkeypatch.setattr(housekeeping, "run_states", lambda _workflow, _runs: {})
    site = Site(clients, Settings(data_dir=tmp_path / "data"), bucket)
    with transaction() as session:
        parts = {"retention": {"outputs_days": 30, "reports_days": 60}}
        site.workflow_id = store.create_workflow(session, workflow("kept", bucket, "in/", **parts)).id
    return site


def deleted_keys(site: Site) -> list[str]:
    """Those that are deleted from now on, in their order."""
    keys: list[str] = []
    site.clients.s3.meta.events.register(
        "provide-client-params.s3.DeleteObject", lambda params, **_: keys.append(params["Key"])
    )
    return keys


def test_old_outputs_go_and_young_ones_and_sources_stay(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    old, young = site.source("old"), site.source("young")
    site.ran("r1", old, ladder := site.publish("r1", old, LADDER))
    site.ran("r2", young, site.publish("r2", young, LADDER), ago=YOUNG)
    keys = deleted_keys(site)
    assert site.delete() == 3
    names = ["a.m3u8", "sub.m3u8", "0.ts"]  # nothing names a missing file
    assert keys == [f"out/in/old/{name}" for name in names]
    assert site.keys("") == ["in/old", "in/young", *sorted(f"out/in/young/{name}" for name, _ in LADDER)]
    logged = capfd.readouterr().out
    assert all(f"deleted s3://{site.bucket}/{key} (" in logged for key in keys)
    (item,) = site.items("r1")
    assert (item.status, item.outputs) == ("SUCCESS", ())
    assert site.notices("r1") == [("OutputsDeleted", {"count": 3, "days": 30})]
    with transaction() as session:
        (decided,) = decisions(session, None, 10)
    assert (decided.workflow_id, decided.run_id, decided.days) == (site.workflow_id, "r1", 30)
    assert {(one.key, one.etag, one.size_bytes) for one in decided.outputs} == {
        (one.key, one.etag, one.size_bytes) for one in ladder
    }
    assert site.delete() == 0
    assert len(site.notices("r1")) == 1


def test_the_preview_names_what_goes_and_deletes_nothing(site: Site) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, LADDER), site.publish("r1", source, [("b.mp4", "main")]))
    site.clients.s3.put_object(Bucket=site.bucket, Key="out/in/a/b.mp4", Body=b"edited")
    before = site.keys("")
    found = housekeeping.preview(site.workflow_id)
    assert {one.key.rpartition("/")[2]: one.outcome for one in found.outputs} == {
        "a.m3u8": "delete", "sub.m3u8": "delete", "0.ts": "delete", "b.mp4": "changed",
    }  # fmt: skip
    assert {(one.run_id, one.days) for one in found.outputs} == {("r1", 30)}
    assert (found.reports, found.unpublished, found.problems) == ({}, {}, ())
    assert site.keys("") == before
    assert site.notices("r1") == []
    assert housekeeping.preview("wf_other").outputs == ()


def test_the_command_line_shows_what_goes_and_what_went(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "read_stored_connections", lambda: None)

    def said(command: str) -> list[str]:
        done = CliRunner().invoke(program, ["housekeeping", command, "-w", "kept"])
        assert done.exit_code == 0, done.output
        return [" ".join(line.split()) for line in done.stdout.splitlines()]

    source = site.source("a")
    (made,) = site.publish("r1", source, [("b.mp4", "main")])
    site.ran("r1", source, (made,))
    row = f"{site.workflow_id} r1 30 {site.bucket}/{made.key} {made.size_bytes} deleted"
    assert said("preview")[1:] == [row, f"to be deleted: 1 output, {made.size_bytes} bytes"]
    assert len(said("deletions")) == 1
    site.delete()
    assert said("preview")[1:] == ["to be deleted: 0 outputs, 0 bytes"]
    (line,) = said("deletions")[1:]
    assert line.endswith(row)


def test_an_item_stays_together_when_one_of_its_files_was_changed(site: Site) -> None:
    """Also by a copy with other metadata, whose bytes and ETag are the same."""
    source = site.source("a")
    items = [site.publish("r1", source, LADDER), site.publish("r1", source, [("b.mp4", "main")])]
    items.append(site.publish("r1", source, [("c.mp4", "main")]))
    site.ran("r1", source, *items)
    site.clients.s3.put_object(Bucket=site.bucket, Key="out/in/a/sub.m3u8", Body=b"edited")
    place: Any = {"Bucket": site.bucket, "Key": "out/in/a/b.mp4"}
    site.clients.s3.copy_object(**place, CopySource=place, MetadataDirective="REPLACE", Metadata={"by": "me"})
    assert site.delete() == 1
    assert site.keys("out/") == [f"out/in/a/{name}" for name in ("0.ts", "a.m3u8", "b.mp4", "sub.m3u8")]
    assert site.outcomes() == {
        "a.m3u8": "changed", "sub.m3u8": "changed", "0.ts": "changed", "b.mp4": "changed", "c.mp4": "delete",
    }  # fmt: skip
    assert [code for code, _ in site.notices("r1")] == ["OutputsKept", "OutputsKept", "OutputsDeleted"]


def test_what_a_later_run_of_the_source_names_stays_until_that_is_old(site: Site) -> None:
    """It has taken the files over as they lay there, without writing them."""
    source = site.source("a")
    made = site.publish("r1", source, [("b.mp4", "main")])
    site.ran("r1", source, made)
    site.ran("r2", source, made, ago=YOUNG)
    assert site.delete() == 0
    assert site.outcomes() == {"b.mp4": "in_use"}
    site.date("r2", utcnow() - OLD)
    assert site.delete() == 1
    assert site.keys("out/") == []


def test_a_run_under_way_of_the_same_source_may_still_take_them_over(site: Site) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, [("b.mp4", "main")]))
    with transaction() as session:
        record_source(session, site.workflow_id, "r2", 1, source)
    assert site.delete("r2") == 0
    assert site.delete("r1") == 0
    assert site.delete() == 1


def test_a_run_of_the_source_that_begins_after_the_look_keeps_them(
    site: Site, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It may have found them in their place, and name them from now on."""
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, LADDER))
    claim = StepClaims.claim

    def claim_late(claims: StepClaims, places: Any) -> None:
        claim(claims, places)
        with transaction() as session:
            record_source(session, site.workflow_id, "r2", 1, source)

    monkeypatch.setattr(StepClaims, "claim", claim_late)
    assert site.delete("r2") == 0
    assert "another run of the source of r1 has begun" in capfd.readouterr().out
    assert len(site.keys("out/")) == len(LADDER)
    assert site.notices("r1") == []
    with transaction() as session:  # the claims are free again
        claim_outputs(session, [(site.bucket, key) for key in site.keys("out/")], StepKey(site.workflow_id, "r2", "hd"))


def test_who_publishes_meanwhile_waits_and_who_publishes_already_is_waited_for(site: Site) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, [("b.mp4", "main")]))
    places = [(site.bucket, key) for key in site.keys("out/")]
    other, ours = StepKey("wf_other", "r9", "hd"), StepKey(HOUSEKEEPING_DAG, "r1", "delete_old_outputs")
    with transaction() as session:
        claim_outputs(session, places, ours)
    with transaction() as session, pytest.raises(OutputBusyError):
        claim_outputs(session, places, other)
    with transaction() as session:
        release_claims(session, ours, places)
        claim_outputs(session, places, other)
    assert site.delete() == 0
    assert site.keys("out/") == [key for _, key in places]
    with transaction() as session:
        release_claims(session, other, places)
    assert site.delete() == 1


def test_what_another_workflow_has_still_to_read_stays(site: Site) -> None:
    source = site.source("a")
    (made,) = site.publish("r1", source, [("b.mp4", "main")])
    site.ran("r1", source, (made,))
    read = SourceObject(bucket=made.bucket, key=made.key, etag=made.etag, size_bytes=made.size_bytes)
    of_next = {"workflow_id": "wf_next", "run_id": "n1"}
    with transaction() as session:
        record_source(session, "wf_next", "n1", 1, read)
        session.execute(update(RunRow).filter_by(**of_next).values(state="queued"))
    assert site.delete() == 0
    assert site.outcomes() == {"b.mp4": "in_use"}


def test_what_is_gone_already_is_no_error(site: Site) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, [("b.mp4", "main")]))
    site.clients.s3.delete_object(Bucket=site.bucket, Key="out/in/a/b.mp4")
    assert site.delete() == 0
    assert site.outcomes() == {"b.mp4": "gone"}


def test_a_source_is_never_deleted(site: Site) -> None:
    """Not even one that a report names as an output."""
    source = site.source("a")
    head = ObjectStorage(site.clients.s3).head(site.bucket, source.key)
    assert head is not None
    record = OutputRecord(bucket=site.bucket, key=source.key, size_bytes=1, md5="", etag=head.etag)
    site.ran("r1", source, (record,))
    assert site.delete() == 0
    assert (site.keys(""), site.outcomes()) == (["in/a"], {"a": "source"})


def test_what_the_storage_refuses_is_left_for_the_next_round(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, [("b.mp4", "main")]))
    lost = [one.model_copy(update={"bucket": "no bucket"}) for one in site.publish("r3", source, [("c", "main")])]
    site.ran("r0", source, tuple(lost))
    assert site.delete() == 1
    assert "left for the next round" in capfd.readouterr().out
    assert site.items("r0")[0].outputs == tuple(lost)


def test_reports_have_days_of_their_own_and_wait_for_their_outputs(site: Site) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, [("b.mp4", "main")]), ago=timedelta(days=70))
    assert site.forget() == 0
    assert housekeeping.preview(None).reports == {}
    site.delete()
    assert housekeeping.preview(None).reports == {site.workflow_id: 1}
    assert site.forget() == 1
    with transaction() as session:
        assert get_run(session, site.workflow_id, "r1") is None
    assert site.outcomes() == {"b.mp4": "delete"}  # the record of the deletion is still there


def test_the_last_definition_counts_also_of_a_deleted_workflow(site: Site) -> None:
    source = site.source("a")
    site.ran("r1", source, site.publish("r1", source, [("b.mp4", "main")]))
    with transaction() as session:
        store.update_workflow(session, site.workflow_id, workflow("kept", site.bucket, "in/"), 1)
    assert site.delete() == 0
    with transaction() as session:
        kept = workflow("kept", site.bucket, "in/", retention={"outputs_days": 39})
        store.update_workflow(session, site.workflow_id, kept, 2)
        store.delete_workflow(session, site.workflow_id)
    assert site.delete() == 1
