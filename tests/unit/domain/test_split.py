"""The state of a rendition that several workers encode."""

from __future__ import annotations

import pytest

from media_workflows.domain.split import ChunkState, helper_run_id, helper_weight, percent_of, split_notice


def chunk(number: int, length_s: float, worker: str = "", percent: float = 0.0, key: str | None = None) -> ChunkState:
    return ChunkState(number=number, length_s=length_s, worker=worker, percent=percent, key=key)


def test_progress_counts_chunks_by_their_length() -> None:
    chunks = [chunk(0, 60, key="a"), chunk(1, 60, percent=50), chunk(2, 30), chunk(3, 30)]
    assert percent_of(chunks) == pytest.approx(50)
    assert percent_of([]) == 0


def test_the_notice_names_workers_and_their_chunks() -> None:
    notice = split_notice([chunk(0, 60, "w2"), chunk(1, 60, "w1"), chunk(2, 60, "w2")])
    assert notice.message == "encoded in 3 chunks by 2 workers: w1 1, w2 2"
    assert notice.parameters == {"chunks": 3, "count": 2, "workers": "w1 1, w2 2"}


@pytest.mark.parametrize("weight", [-20, 0, 1, 21, 1000])
def test_a_helper_has_the_weight_of_the_task_that_it_helps(weight: int) -> None:
    assert helper_weight(helper_run_id(7, "1.0", weight)) == weight


def test_a_run_by_hand_has_the_usual_weight() -> None:
    assert helper_weight("split__by_hand") == helper_weight("manual__2026") == 1
