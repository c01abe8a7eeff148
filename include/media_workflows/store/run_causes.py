"""The error codes of a run and of its items, kept with the run: lists by cause would read the results of all runs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import literal_column, tuple_, update
from sqlalchemy.orm import Session

from media_workflows.store.tables import RunRow
from media_workflows.store.tables.runs import CAUSES_SQL


def note_causes(session: Session, runs: Sequence[tuple[str, str]]) -> None:
    """Note the codes of these runs (workflow, run). One without a record is left out: they are noted with its copy."""
    if runs:
        of_runs = tuple_(RunRow.workflow_id, RunRow.run_id).in_(runs)
        session.execute(
            update(RunRow).where(of_runs).values(causes=literal_column(CAUSES_SQL)),
            execution_options={"synchronize_session": False},
        )
