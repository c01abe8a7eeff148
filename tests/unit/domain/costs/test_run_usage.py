"""What a run used: the source once, and what its steps read besides it."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.costs.run_usage import run_usage
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, SourceObject, now
from media_workflows.domain.usage import Usage

SOURCE = SourceObject(bucket="b", key="a", etag="e", size_bytes=1000)
INFO = MediaInfo(container="mp4", duration_s=1, bitrate_bps=1, size_bytes=1000)


def result(
    bytes_in: int | None, status: Literal["SUCCESS", "FAIL"] = "SUCCESS", *, reads_source: bool = True
) -> JobResult:
    usage = None if bytes_in is None else Usage(cpu_s=2, bytes_in=bytes_in, bytes_out=5)
    item, at = ItemResult(item={}, definition=1, status=status), now()
    read = INFO if reads_source else None
    return JobResult(kind="transcode", begun_at=at, finished_at=at, source=read, items=(item,), usage=usage)


def read_bytes(*results: JobResult, source: SourceObject | None = SOURCE) -> int:
    found = run_usage(source, results)
    assert found is not None
    return found.bytes_in


def test_the_source_counts_once_and_further_files_of_each_step() -> None:
    found = run_usage(SOURCE, [result(1000), result(1300)])
    assert found == Usage(cpu_s=4, bytes_in=1300, bytes_out=10)


def test_what_another_step_made_is_a_further_file() -> None:
    assert read_bytes(result(1000), result(4000, reads_source=False)) == 5000
    assert read_bytes(result(1000), result(40, reads_source=False)) == 1040


def test_a_step_that_failed_as_a_whole_has_read_the_source() -> None:
    assert read_bytes(result(1000, "FAIL", reads_source=False)) == 1000
    assert read_bytes(result(1000), result(1300, "FAIL", reads_source=False)) == 1300


def test_a_source_that_no_step_has_read_does_not_count() -> None:
    assert read_bytes(result(0, "FAIL", reads_source=False)) == 0
    assert run_usage(SOURCE, [result(None)]) is None
    assert run_usage(SOURCE, []) is None


def test_without_a_known_source_what_steps_read_counts() -> None:
    assert read_bytes(result(70), source=None) == 70
