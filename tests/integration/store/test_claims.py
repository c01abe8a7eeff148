"""Claims on output keys and begun uploads in PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from media_workflows.domain.result import ItemResult, JobResult, OutputRecord
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import OutputExistsError, WorkerError
from media_workflows.execution import claims as step_claims
from media_workflows.execution.claims import StepClaims
from media_workflows.store import claims, runs
from media_workflows.store.engine import transaction
from media_workflows.store.tables import OutputClaimRow, utcnow

pytestmark = pytest.mark.usefixtures("database")

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HD = StepKey("wf_1", "r1", "hd")


def do(function: Callable[..., Any], *arguments: Any) -> Any:
    with transaction() as session:
        return function(session, *arguments)


def age(by: timedelta) -> None:
    with transaction() as session:
        session.execute(update(OutputClaimRow).values(claimed_at=utcnow() - by))


def claim(run_id: str, key: str = "out/a.mp4", workflow_id: str = "wf_1") -> None:
    do(claims.claim_outputs, [("b", key)], StepKey(workflow_id, run_id, "transcode"))


def test_two_runs_do_not_claim_one_output() -> None:
    claim("r1")
    claim("r1")  # a second try of the same run
    with pytest.raises(OutputExistsError, match=r"another run is writing b/out/a\.mp4"):
        claim("r2")
    with pytest.raises(OutputExistsError):
        claim("r1", workflow_id="wf_2")
    claim("r2", "out/b.mp4")
    do(claims.release_claims, StepKey("wf_1", "r2", "transcode"), [("b", "out/a.mp4")])  # not its own
    with pytest.raises(OutputExistsError):
        claim("r2")
    do(claims.release_claims, StepKey("wf_1", "r1", "transcode"), [("b", "out/a.mp4"), ("b", "never claimed")])
    claim("r2")


def test_a_stale_claim_is_taken_over() -> None:
    claim("r1")
    age(claims.STALE_CLAIM - timedelta(minutes=1))
    with pytest.raises(OutputExistsError):
        claim("r2")
    age(claims.STALE_CLAIM + timedelta(minutes=1))
    claim("r2")
    with pytest.raises(OutputExistsError):
        claim("r1")
    do(claims.release_claims, StepKey("wf_1", "r1", "transcode"), [("b", "out/a.mp4")])  # the first comes back to life
    with pytest.raises(OutputExistsError):
        claim("r3")


def test_of_several_claims_at_once_one_holds() -> None:
    barrier = threading.Barrier(5)

    def attempt(number: int) -> bool:
        barrier.wait()
        try:
            claim(f"r{number}")
        except OutputExistsError:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(attempt, range(5))).count(True) == 1


def test_a_step_claims_apart_from_the_other_steps_of_its_run() -> None:
    hd, sd = (StepKey("wf_1", "r1", "hd", index) for index in (0, 1))
    do(claims.claim_outputs, [("b", "out/a.mp4")], hd)
    with pytest.raises(OutputExistsError, match=r"step 'hd\[0\]' of this run is writing b/out/a\.mp4"):
        do(claims.claim_outputs, [("b", "out/a.mp4")], sd)
    do(claims.release_claims, sd, [("b", "out/a.mp4")])  # not its own
    with pytest.raises(OutputExistsError):
        do(claims.claim_outputs, [("b", "out/a.mp4")], sd)
    do(claims.release_claims, hd, [("b", "out/a.mp4")])
    do(claims.claim_outputs, [("b", "out/a.mp4")], sd)


def test_begun_uploads_are_those_of_one_step() -> None:
    first = StepKey("wf_1", "r1", "hd")
    others = [
        StepKey("wf_1", "r1", "sd"),
        StepKey("wf_1", "r1", "hd", 0),
        StepKey("wf_1", "r2", "hd"),
        StepKey("wf_2", "r1", "hd"),
    ]
    for number, step in enumerate([first, *others]):
        do(claims.note_upload, claims.PendingUpload(bucket="b", key="k", upload_id=f"u{number}"), step)
    assert [found.upload_id for found in do(claims.pending_uploads, first)] == ["u0"]
    do(claims.forget_upload, "u0")
    do(claims.forget_upload, "u0")
    assert do(claims.pending_uploads, first) == []
    assert [[found.upload_id for found in do(claims.pending_uploads, step)] for step in others] == [
        ["u1"],
        ["u2"],
        ["u3"],
        ["u4"],
    ]


def test_keys_are_claimed_together_or_not_at_all() -> None:
    do(claims.claim_outputs, [("b", "2")], HD)
    other = StepKey("wf_1", "r2", "hd")
    with pytest.raises(OutputExistsError, match="another run is writing b/2"):
        do(claims.claim_outputs, [("b", "3"), ("b", "2"), ("b", "1")], other)
    do(claims.claim_outputs, [("b", "3"), ("b", "1")], StepKey("wf_1", "r3", "hd"))


def test_steps_that_claim_many_keys_in_different_orders_do_not_block_each_other() -> None:
    places = [("b", f"{number:04}") for number in range(300)]
    barrier = threading.Barrier(4)

    def attempt(number: int) -> bool:
        barrier.wait()
        try:
            do(claims.claim_outputs, places if number % 2 else places[::-1], StepKey("wf_1", f"r{number}", "hd"))
        except OutputExistsError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(attempt, range(4))).count(True) == 1


def record(step: StepKey, key: str) -> None:
    output = OutputRecord(bucket="b", key=key, size_bytes=1, md5="m", etag="e", role="main")
    item = ItemResult(item={}, definition=1, status="SUCCESS", outputs=(output,))
    result = JobResult(
        kind="transcode", **step.instance._asdict(), begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,)
    )
    do(runs.record_job, step.workflow_id, step.run_id, result)


@pytest.mark.parametrize("second", [StepKey("wf_1", "r1", "sd"), StepKey("wf_1", "r1", "hd", 1)])
def test_a_step_does_not_replace_what_another_step_of_its_run_has_written(second: StepKey) -> None:
    """One after the other, both unmapped: no claim is left when the second one begins."""
    first = StepKey("wf_1", "r1", "hd", -1 if second.map_index == -1 else 0)
    record(first, "out/a.mp4")
    do(claims.claim_outputs, [("b", "out/a.mp4")], first)  # its own second try
    do(claims.release_claims, first, [("b", "out/a.mp4")])
    with pytest.raises(OutputExistsError, match=r"step 'hd(\[0\])?' of this run has written b/out/a\.mp4"):
        do(claims.claim_outputs, [("b", "out/b.mp4"), ("b", "out/a.mp4")], second)
    do(claims.claim_outputs, [("b", "out/b.mp4")], second)
    do(claims.claim_outputs, [("b", "out/a.mp4")], StepKey("wf_1", "r2", "sd"))  # a later run replaces it


def test_claims_are_renewed_while_the_step_does_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_claims, "RENEW_INTERVAL_S", 0.02)
    mine, renewed = StepClaims(HD, print), threading.Event()
    renew = claims.renew_claims

    def noted(*arguments: Any) -> Any:
        lost = renew(*arguments)
        renewed.set()
        return lost

    with mine.kept():
        mine.claim([("b", "out/a.mp4")])
        age(claims.STALE_CLAIM * 2)  # a slow upload
        monkeypatch.setattr(claims, "renew_claims", noted)
        assert renewed.wait(120)
        with pytest.raises(OutputExistsError):
            do(claims.claim_outputs, [("b", "out/a.mp4")], StepKey("wf_1", "r2", "hd"))
        mine.confirm()
    do(claims.claim_outputs, [("b", "out/a.mp4")], StepKey("wf_1", "r2", "hd"))  # released


@pytest.mark.parametrize("asleep", [True, False])
def test_a_step_that_stood_still_does_not_publish(monkeypatch: pytest.MonkeyPatch, asleep: bool) -> None:
    """Its claim was taken over: found when it goes on, whether its renewals run again or not."""
    mine, other = StepClaims(HD, print), StepKey("wf_1", "r2", "hd")
    with mine.kept():
        mine.claim([("b", "out/a.mp4"), ("b", "out/b.mp4")])
        mine.confirm()
        age(claims.STALE_CLAIM * 2)
        do(claims.claim_outputs, [("b", "out/a.mp4")], other)
        if asleep:
            monkeypatch.setattr(step_claims, "RENEW_INTERVAL_S", -1.0)  # no renewal is recent
        else:
            mine._renew()
        with pytest.raises(WorkerError, match=r"taken over the output key b/out/a\.mp4"):
            mine.confirm()
    with pytest.raises(OutputExistsError):  # the other one's claim is not released
        do(claims.claim_outputs, [("b", "out/a.mp4")], StepKey("wf_1", "r3", "hd"))
