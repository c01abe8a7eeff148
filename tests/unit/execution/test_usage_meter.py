"""What a step used and wrote: all of its commands, what helpers spent for it, and no reused outputs."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.domain.result import ItemResult, OutputRecord, RanCommand, job_failure
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.usage import Usage, total_usage
from media_workflows.execution import run_step
from media_workflows.execution.usage_meter import UsageMeter

COMMANDS = [RanCommand(command="ffmpeg", took_s=1, exit_code=0, output="", cpu_s=0.5)] * 60


def test_helpers_work_by_commands_too() -> None:
    meter = UsageMeter()
    meter.helpers_cpu_s = 100.0
    used = meter.usage((), COMMANDS)
    assert used.commands_cpu_s == 130
    assert 100 <= used.cpu_s < 130  # none of these commands has really run


def test_a_step_without_commands_stores_no_figure_of_them() -> None:
    used = UsageMeter().usage((), ())
    assert "commands_cpu_s" not in used.model_dump(mode="json")
    assert Usage.model_validate(used.model_dump(mode="json")) == used


def test_the_commands_of_several_steps_add_up() -> None:
    total = total_usage([Usage(cpu_s=3, commands_cpu_s=1.25), Usage(cpu_s=1), Usage(cpu_s=2, commands_cpu_s=2)])
    assert (total.cpu_s, total.commands_cpu_s) == (6, pytest.approx(3.25))


def test_a_result_lists_the_last_commands_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_step, "change_event", lambda _: nullcontext())
    monkeypatch.setattr("media_workflows.store.runs.record_job", lambda *_: None)
    step: Any = SimpleNamespace(
        commands=lambda: tuple(COMMANDS),
        meter=UsageMeter(),
        request=SimpleNamespace(step=StepKey("w", "r", "s"), events_of=None),
        progress=SimpleNamespace(end=lambda *_: None),
        log=print,
    )
    recorded = run_step._record(step, job_failure("transcode", [], "code", "message"))
    assert recorded.usage is not None
    assert (len(recorded.commands), recorded.usage.commands_cpu_s) == (50, 30)


def made(*names: str, reused: str | None = None) -> ItemResult:
    outputs = tuple(OutputRecord(bucket="b", key=name, size_bytes=100, md5="") for name in names)
    return ItemResult(item={}, definition=0, status="SUCCESS", outputs=outputs, reused=reused)


def test_reused_outputs_are_not_written() -> None:
    meter = UsageMeter()
    meter.reused_places.add(("b", "clip_0.mp4"))
    items = [made("clip_0.mp4", "clip_1.mp4", "cover.jpg"), made("whole.mp4", reused="r0")]
    assert meter.usage(items, ()).bytes_out == 200
