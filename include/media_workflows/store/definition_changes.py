"""The revisions that the DAG bundle writes as files: as stored, not as models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.tables import RevisionRow

AT_ONCE = 100  # rows
_CHANGE = (
    RevisionRow.workflow_id,
    RevisionRow.number.label("revision"),
    RevisionRow.definition,
    RevisionRow.templates,
)


class DefinitionChange(Model):
    """A workflow's newest revision in a span of edits; `definition` as stored, None = deleted."""

    workflow_id: str
    revision: int
    definition: dict[str, Any] | None
    templates: list[dict[str, Any]]


def changes_between(session: Session, after: int, upto: int) -> Iterator[DefinitionChange]:
    """The newest revision of each workflow edited after sequence `after`, up to and including `upto`.

    Read in parts, to be used within the transaction: thousands of definitions at once would take a gigabyte.
    """
    newest = (
        select(*_CHANGE)
        .where(RevisionRow.sequence > after, RevisionRow.sequence <= upto)
        .ext(distinct_on(RevisionRow.workflow_id))
        .order_by(RevisionRow.workflow_id, RevisionRow.number.desc())
        .execution_options(yield_per=AT_ONCE)
    )
    return (DefinitionChange(**row._mapping) for row in session.execute(newest))


def change_at(session: Session, workflow_id: str, upto: int) -> DefinitionChange | None:
    """The newest revision of one workflow up to and including sequence `upto`; None = it has none."""
    of_workflow = (RevisionRow.workflow_id == workflow_id, RevisionRow.sequence <= upto)
    row = session.execute(select(*_CHANGE).where(*of_workflow).order_by(RevisionRow.number.desc()).limit(1)).first()
    return DefinitionChange(**row._mapping) if row else None
