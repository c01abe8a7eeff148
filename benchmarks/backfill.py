"""Uploads beside a backfill: seconds until an upload's first task begins, with and without one; and that none is lost.

The backfill is paused and resumed, its scheduler is killed, and a second one is cancelled. Raises an error unless each
object has exactly one run.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from benchmarks.options import Options
from benchmarks.product import Product, definition, log, running_product, wait_for
from benchmarks.report import Table, median, p90, ratio, seconds
from benchmarks.upload_latency import EVENTS, tiny_clip
from media_workflows.demo.layout import INPUT_BUCKET

AT_ONCE = 2
SYSTEM_DAGS = ("media_uploads", "media_backfill")
EXISTING = "in/existing/"
WATCHED_S = 10  # how long a paused backfill is seen to start nothing
LONG_S = 24 * 3600.0


def run(options: Options) -> list[Table]:
    """One table, of one Airflow."""
    with running_product([], EVENTS, system_dags=SYSTEM_DAGS) as product:
        scene = Scene(product)
        scene.fill(options.existing)
        alone = scene.latencies(options.samples + 1)[1:]  # the first waits for a freshly started Airflow
        backfill = scene.start()
        wait_for(lambda: backfill.done > 0, 300, "the first object of the backfill")
        beside = scene.latencies(options.samples, backfill)
        notes = [_paused(backfill), _killed(product, backfill, options.existing)]
        wait_for(lambda: backfill.now["state"] == "finished", LONG_S, "the end of the backfill")
        notes += [_one_run_each(scene, backfill), _cancelled(scene)]
    rows = [_row("without", alone, alone), _row(f"beside a backfill, {AT_ONCE} at once", beside, alone)]
    columns = ["uploads", "N", "median s", "p90 s", "ratio to without (medians)"]
    return [Table("Backfill: put_object answered → first task of an upload begins", columns, rows, notes)]


def _row(way: str, values: list[float], baseline: list[float]) -> list[str]:
    numbers = [seconds(median(values)), seconds(p90(values))]
    return [way, str(len(values)), *numbers, ratio(median(values), median(baseline))]


@dataclass(frozen=True)
class Backfill:
    """A backfill by the API."""

    product: Product
    id: str

    @property
    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = self.product.api("GET", f"/backfills/{self.id}")
        return found

    @property
    def done(self) -> int:
        now = self.now
        return int(now["finished"] + now["failed"])

    def act(self, action: str, body: Any = None) -> None:
        self.product.api("POST", f"/backfills/{self.id}/{action}", body)

    def objects(self) -> list[dict[str, Any]]:
        """All objects, in the order of keys."""
        found: list[dict[str, Any]] = []
        while page := self._page(found[-1]["key"] if found else ""):
            found += page
        return found

    def _page(self, after: str) -> list[dict[str, Any]]:
        page: list[dict[str, Any]] = self.product.api("GET", f"/backfills/{self.id}/objects", after=after)["items"]
        return page


@dataclass
class Scene:
    """A workflow with objects that were there before it; uploads go to the same workflow."""

    product: Product
    clip: bytes = field(default_factory=tiny_clip)
    _uploads: int = 0

    def fill(self, count: int) -> None:
        """The objects, then the workflow."""
        for number in range(count):
            self.product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{EXISTING}{number:05}.mp4", Body=self.clip)
        self.product.wait_until_listed(self.workflow, "filled")
        self.product.ours("POST", f"/{self.workflow}/enable", {})

    @cached_property
    def workflow(self) -> str:
        return str(self.product.ours("POST", "", definition("filled"))["id"])

    def start(self) -> Backfill:
        """A backfill of all the objects, which begins at once."""
        request = {"filters": {"prefix": EXISTING}, "limits": {"max_at_once": AT_ONCE}, "start": True}
        made = self.product.api("POST", "/backfills", {"workflow": self.workflow, **request})
        return Backfill(self.product, made["id"])

    def latencies(self, count: int, beside: Backfill | None = None) -> list[float]:
        """Of so many uploads, or as many as there is time for while the backfill runs."""
        found: list[float] = []
        while len(found) < count and (beside is None or beside.now["state"] == "running"):
            found.append(self._latency())
            log(f"{len(found)}/{count} uploads {'beside a backfill' if beside else 'alone'}: {found[-1]:.2f} s")
        return found

    def _latency(self) -> float:
        self._uploads += 1
        key = f"in/upload{self._uploads}.mp4"
        self.product.s3.put_object(Bucket=INPUT_BUCKET, Key=key, Body=self.clip)
        put_at = time.time()
        run_id = wait_for(lambda: self._run_of(key), 300, f"a run of {key}")
        began_at = self.product.wait_for_start(self.workflow, run_id, "upload")
        self.product.wait_for_end(self.workflow, run_id)
        return began_at - put_at

    def _run_of(self, key: str) -> str | None:
        found = self.product.api("GET", "/uploads", workflow=self.workflow, key=key)["items"]
        return next((decision["run_id"] for decision in found if decision["run_id"]), None)

    def runs(self) -> dict[str, str]:
        """State by id of the runs that backfills started."""
        found: dict[str, str] = {}
        while True:
            query = {"order_by": "id", "limit": 100, "offset": len(found)}
            page = self.product.airflow(f"/dags/{self.workflow}/dagRuns", run_id_pattern="existing__%", **query)
            found |= {run["dag_run_id"]: run["state"] for run in page["dag_runs"]}
            if len(found) >= page["total_entries"]:
                return found


def _paused(backfill: Backfill) -> str:
    if backfill.now["state"] != "running":
        return "The backfill ended before it could be paused: give it more objects with --existing."
    backfill.act("pause")
    wait_for(lambda: backfill.now["active"] == 0, 600, "the end of the runs in progress")
    queued = backfill.now["queued"]
    time.sleep(WATCHED_S)
    assert backfill.now["queued"] == queued, "a paused backfill started a run"
    backfill.act("resume")
    return f"Paused with {queued} objects queued: none was started in {WATCHED_S} s; then resumed."


def _killed(product: Product, backfill: Backfill, count: int) -> str:
    wait_for(lambda: backfill.done >= count / 2, LONG_S, "half of the backfill")
    done = backfill.done
    product.kill("scheduler")
    return f"The scheduler and its workers were killed at {done} of {count}."


def _one_run_each(scene: Scene, backfill: Backfill) -> str:
    """Raises AssertionError unless each object has one run of its own, and there are no others."""
    now, runs, objects = backfill.now, scene.runs(), backfill.objects()
    assert Counter(one["run_id"] for one in objects) == Counter(list(runs)), "runs are missing, or there are too many"
    outcome = f"{now['finished']} finished, {now['failed']} failed, {now['skipped']} skipped"
    return f"{len(objects)} objects, {len(runs)} runs: {outcome}; {now['objects_per_minute']} objects per minute."


def _cancelled(scene: Scene) -> str:
    before = len(scene.runs())
    second = scene.start()
    wait_for(lambda: second.done > 0, 300, "the first object of the second backfill")
    second.act("cancel", {"cancel_runs": True})
    wait_for(lambda: second.now["active"] == 0, 600, "the end of the runs of a cancelled backfill")
    now = second.now
    started = len(scene.runs()) - before
    assert started == now["total"] - now["queued"] - now["skipped"], "a cancelled backfill started a run"
    return f"A second backfill was cancelled with its runs: {started} started, {now['queued']} never."
