"""Which of a workflow's two switches counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from media_workflows.store.switches import DagSwitch, Switch

THEN, LATER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("enabled", [True, False, None])
@pytest.mark.parametrize("is_paused", [True, False])
@pytest.mark.parametrize(
    ("before", "since", "is_made_again"),
    [
        (THEN, THEN, False),
        (None, None, False),  # not parsed yet
        (None, THEN, False),  # its first parse
        (THEN, LATER, True),
        (THEN, None, True),  # deleted, and its row made by us, which then was not compared
    ],
)
def test_airflow_s_counts_unless_its_dag_was_made_again(
    enabled: bool | None, is_paused: bool, before: datetime | None, since: datetime | None, is_made_again: bool
) -> None:
    stored = Switch(enabled=enabled, dag_since=before)
    counts = enabled if is_made_again and enabled is not None else not is_paused
    assert stored.compared_with(DagSwitch(is_paused=is_paused, since=since)) == Switch(enabled=counts, dag_since=since)


@pytest.mark.parametrize("enabled", [True, False, None])
def test_a_dag_that_is_not_there_gets_the_store_s(enabled: bool | None) -> None:
    expected = Switch(enabled=enabled is True, dag_since=None)
    assert Switch(enabled=enabled, dag_since=THEN).compared_with(None) == expected
