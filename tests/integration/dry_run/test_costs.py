"""The cost that a dry run shows, and its estimate from past runs against a real run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from definitions import graph, workflow
from media_workflows.domain.costs.learned import PastStep, SourceWork
from media_workflows.domain.costs.own_cost import own_prices
from media_workflows.domain.result import JobResult
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.execution.running_step import Resources
from media_workflows.services.costs import run_bill
from media_workflows.services.dry_run import DryRunner
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_source
from step_requests import Job, step_request

JOBS: dict[str, Any] = {"transcode": [{"template": 100010}, {"parameters": {"container": "mp4", "audio": {}}}]}
PAST = {"transcode": [PastStep(SourceWork(s), 1 + 2 * s, 1 + s, 1000 * s) for s in range(1, 7)]}


def test_the_cost_of_planned_outputs(own_data: None, clips: Clips) -> None:
    planned = DryRunner(resolved(workflow("w", jobs=JOBS), PRESET_LIBRARY), ()).of_file(clips.plain, "in/a.mp4")
    cost, (job,) = planned.cost, planned.jobs
    assert cost is not None
    assert job.estimate is not None
    assert job.estimate.cpu_s
    assert (cost.cpu_s, cost.runs, cost.unknown, cost.bytes_out) == (job.estimate.cpu_s, 0, (), None)
    assert job.estimate.wall_s
    assert cost.bytes_in == clips.plain.stat().st_size
    services = {one.service: one for one in cost.services}
    tencent = services["Tencent Cloud MPS"]
    assert tencent.minutes == pytest.approx(4 / 60, abs=0.001)  # two outputs of two seconds
    assert tencent.amount == pytest.approx((0.016 + 0.0056) * 2 / 60, abs=0.0001)
    assert services["AWS Elemental MediaConvert"].amount is None
    assert services["AWS Elemental MediaConvert"].minutes == pytest.approx(20 / 60, abs=0.001)
    assert cost.own is None


def test_past_runs_take_the_place_of_a_trial(own_data: None, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    prices = own_prices(Settings(price_per_cpu_hour=3600, price_per_gb_stored=1, price_currency="EUR"))
    monkeypatch.setattr("media_workflows.services.dry_run_cost.own_prices", lambda _: prices)
    planned = DryRunner(resolved(workflow("w", jobs=JOBS), PRESET_LIBRARY), (), past=PAST).of_file(
        clips.plain, "in/a.mp4"
    )
    (job,) = planned.jobs
    assert job.estimate is not None
    assert (job.estimate.cpu_s, job.estimate.wall_s, job.estimate.runs) == pytest.approx((5, 3, 6), rel=0.02)
    assert (job.estimate.measured_cpu_s, job.estimate.note) == (0, "an estimate, from 6 past runs of this revision")
    assert planned.cost is not None
    assert planned.cost.bytes_out == pytest.approx(2000, rel=0.02)
    assert planned.cost.own is not None
    assert planned.cost.own.cpu == pytest.approx(5, rel=0.02)
    assert planned.cost.own.storage == pytest.approx(0.000002, rel=0.3)


def test_a_trial_is_corrected_by_what_past_runs_used_besides(own_data: None, clips: Clips) -> None:
    past = [replace(one, cpu_s=one.cpu_s + 100, commands_cpu_s=one.cpu_s) for one in PAST["transcode"]]
    planned = DryRunner(resolved(workflow("w", jobs=JOBS), PRESET_LIBRARY), (), past={"transcode": past}).of_file(
        clips.plain, "in/a.mp4"
    )
    estimate = planned.jobs[0].estimate
    assert estimate is not None
    assert estimate.cpu_s == pytest.approx(100 + estimate.measured_cpu_s, abs=2)
    assert estimate.runs == 6
    assert "a try on" in estimate.note
    assert "6 past runs" in estimate.note


def test_features_cost_nothing_where_no_step_would_read_them(own_data: None, clips: Clips) -> None:
    """By the same rule, the budget counts them or not."""
    reviews = [
        {"id": id_, "content_review": {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}, "when": when}
        for id_, when in (("long", "source.duration_s > 60.0"), ("short", "source.duration_s < 60.0"))
    ]
    made = resolved(parse_workflow(graph(*reviews)), PRESET_LIBRARY)
    past = dict.fromkeys(("long", "long_features", "short", "short_features"), PAST["transcode"])
    planned = DryRunner(made, (), calibrate=False, past=past).of_file(clips.plain, "in/a.mp4")
    assert [job.forecast.outcome for job in planned.jobs if job.forecast] == ["skipped", "runs"]
    assert planned.cost is not None
    assert planned.cost.cpu_s == pytest.approx(2 * 5, rel=0.02)  # of one review and its features


class Runs:
    """Real runs of one step on clips."""

    def __init__(self, storage: ObjectStorage, bucket: str, settings: Settings) -> None:
        self.storage, self.bucket, self.settings = storage, bucket, settings

    def run(self, clip: Path) -> JobResult:
        key = f"in/{clip.name}"
        self.storage.client.upload_file(str(clip), self.bucket, key)
        source = existing_source(self.storage, self.bucket, key)
        made = workflow("w", self.bucket, "in/", jobs=JOBS, output={"directory": "out/"})
        clients = make_clients(self.settings)
        return Job(step_request(made, "transcode", source, clip.stem), Resources(clients, print, self.settings)).run()


@pytest.fixture
def runs(storage: ObjectStorage, bucket: str, s3_server: str, own_data: None, tmp_path: Path) -> Runs:
    return Runs(storage, bucket, Settings(data_dir=tmp_path / "data", s3_endpoint_url=s3_server))


def test_the_bill_of_a_run_is_that_of_its_outputs(runs: Runs, clips: Clips) -> None:
    result = runs.run(clips.plain)
    source = existing_source(runs.storage, runs.bucket, f"in/{clips.plain.name}")
    bill = run_bill(source, [result])
    assert bill is not None
    assert result.usage is not None
    assert (bill.usage.cpu_s, bill.usage.bytes_in) == (result.usage.cpu_s, source.size_bytes)
    commands_cpu_s = sum(command.cpu_s for command in result.commands)
    assert result.usage.commands_cpu_s == pytest.approx(commands_cpu_s)
    assert 0 < commands_cpu_s < result.usage.cpu_s
    tencent = next(one for one in bill.services if one.currency == "CNY")
    # By the files as a probe reads them: about two seconds of 360p, and of sound, each rounded up to whole seconds.
    seconds = tencent.minutes * 60
    assert 4 <= seconds <= 6
    assert tencent.amount == pytest.approx(
        sum(p * s / 60 for p, s in zip((0.016, 0.0056), (2, 2), strict=True)), rel=0.6
    )
    assert run_bill(source, [result.model_copy(update={"usage": None})]) is None
