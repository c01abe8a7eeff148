"""When a run as a whole is in error, by the results of its jobs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from event_examples import ITEMS, body, examples, failures, job, reviewed, successes
from media_workflows.domain.result import JobResult, item_failure, job_failure
from media_workflows.vendor_mps.event_error import RunError

EMPTY = ("SourceFileError", "the source is empty (0 bytes); upload it again")
NO_VIDEO = ("SourceFileError.NoVideoMedia", "the source has no picture")
CANCELLED = ("FailedOperation", "the run was cancelled by ana")
LOST = ("InternalError", "the task ended as upstream_failed and left no result; see its log in Airflow")


def head(results: Sequence[JobResult], **more: object) -> tuple[int, str]:
    task = body(results, **more)["WorkflowTaskEvent"]
    return task["ErrCode"], task["Message"]


def all_failed(code: str, message: str) -> list[JobResult]:
    """As jobs leave it that never opened the source."""
    return [job_failure(kind, items, code, message) for kind, items in ITEMS.items()]


@pytest.mark.parametrize(
    ("cause", "number"), [(EMPTY, 60_000), (NO_VIDEO, 60_000), (CANCELLED, 70_000), (LOST, 70_000)]
)
def test_a_run_that_failed_before_any_job_says_so_in_its_head(cause: tuple[str, str], number: int) -> None:
    assert head(all_failed(*cause)) == (number, ": ".join(cause))


def test_a_source_error_of_one_job_stays_there_when_others_succeeded() -> None:
    late = [item_failure(item, *NO_VIDEO) for item in ITEMS["image_sprite"]]
    results = [done for done in successes() if done.kind == "transcode"]
    assert head([*results, job("image_sprite", late)]) == (0, "")
    assert head([job("image_sprite", late)]) == (60_000, ": ".join(NO_VIDEO))


def test_a_source_error_shows_while_the_run_goes_on_and_others_wait_for_its_end() -> None:
    assert head(all_failed(*EMPTY), finished_at=None)[0] == 60_000
    assert head(all_failed(*CANCELLED), finished_at=None) == (0, "")


def test_a_check_that_failed_by_the_source_stays_there_when_others_have_an_answer() -> None:
    assert head(reviewed(**{"porn.ocr": NO_VIDEO})) == (0, "")


def test_failures_of_items_alone_are_theirs() -> None:
    assert head(failures()) == head(successes()) == head(reviewed()) == (0, "")
    assert head(reviewed(**{"porn.ocr": ("FailedOperation", "OCR is not available")})) == (0, "")


def test_the_upload_s_own_error_goes_first() -> None:
    error = RunError("SourceFileError", "the object was deleted")
    assert head(all_failed(*CANCELLED), error=error) == (60_000, "SourceFileError: the object was deleted")


def test_the_documented_examples_have_it() -> None:
    shown = {
        name: json.loads(data)["WorkflowTaskEvent"]["ErrCode"]
        for name, data in examples().items()
        if name not in ("cloud-event", "schedule", "step", "track", "track-failed", "review", "budget")
    }
    assert {name for name, number in shown.items() if number} == {"source-error", "cancelled"}
