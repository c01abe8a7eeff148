"""Reviews of runs by persons: which are open, and what was decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.findings import Finding, findings_of, machine_verdict
from media_workflows.domain.result import JobResult
from media_workflows.domain.run_review import FindingDecision, RunDecision, Verdict
from media_workflows.domain.sub_tasks.content_review import Suggestion
from media_workflows.store.engine import one_of
from media_workflows.store.page_count import counted
from media_workflows.store.tables import FindingDecisionRow, RunReviewRow, utcnow

ReviewState = Literal["open", "decided"]
_UNDECIDED: dict[str, Any] = {"verdict": None, "note": "", "decided_by": "", "decided_at": None, "answered": ""}


def open_review(session: Session, workflow_id: str, run_id: str, results: Sequence[JobResult]) -> None:
    """The reviews of a run have these results: it is open for a person, unless all checks passed.

    A decision on the same findings stays; other findings open the run again, and decisions on lost ones are dropped.
    """
    suggestion = machine_verdict(results)
    asking = sorted(one.id for one in findings_of(results) if one.asks)
    key = {"workflow_id": workflow_id, "run_id": run_id}
    lost = delete(FindingDecisionRow).filter_by(**key, asks=True).where(FindingDecisionRow.finding_id.not_in(asking))
    session.execute(lost)
    if suggestion is None or suggestion == "pass":
        session.execute(delete(RunReviewRow).filter_by(**key, verdict=None))
        return
    digest = hashlib.sha256(json.dumps([suggestion, asking]).encode()).hexdigest()
    values = {"suggestion": suggestion, "finding_count": len(asking), "digest": digest, "opened_at": utcnow()}
    row = insert(RunReviewRow).values(**key, **values, **_UNDECIDED)
    is_other = RunReviewRow.digest != digest
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_={**values, **_UNDECIDED}, where=is_other))


def reopen_review(session: Session, workflow_id: str, run_id: str) -> None:
    """A question about the review is put, or a decision on a finding changed: the run is open again."""
    key = {"workflow_id": workflow_id, "run_id": run_id}
    session.execute(update(RunReviewRow).filter_by(**key).values(opened_at=utcnow(), **_UNDECIDED))


def answer_review(session: Session, workflow_id: str, run_id: str, decision: RunDecision) -> None:
    """A question about the review was answered, here or in Airflow; a decision that was stored with it stays."""
    open_ = update(RunReviewRow).filter_by(workflow_id=workflow_id, run_id=run_id, verdict=None)
    session.execute(open_.values(**_values(decision)))


def decide_run(session: Session, workflow_id: str, run_id: str, suggestion: Suggestion, decision: RunDecision) -> None:
    """Store the decision on a run, also on one that was not open; the latest counts."""
    key = {"workflow_id": workflow_id, "run_id": run_id}
    values = _values(decision)
    new = {"suggestion": suggestion, "finding_count": 0, "digest": "", "opened_at": decision.at}
    row = insert(RunReviewRow).values(**key, **new, **values)
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def decide_findings(
    session: Session,
    run: tuple[str, str],
    findings: Collection[Finding],
    verdict: Verdict | None,
    note: str | None,
    by: str,
) -> None:
    """Store a decision on findings of a run. `verdict` or `note` None leaves the earlier one as it is."""
    rows = [
        {
            **{"workflow_id": run[0], "run_id": run[1], "finding_id": one.id, "asks": one.asks},
            **{"verdict": verdict, "note": note or "", "decided_by": by, "decided_at": utcnow()},
        }
        for one in findings
    ]
    statement = insert(FindingDecisionRow).values(rows)
    given = {"verdict": verdict, "note": note}
    names = ["decided_by", "decided_at", *(name for name, value in given.items() if value is not None)]
    changes = {name: statement.excluded[name] for name in names}
    session.execute(
        statement.on_conflict_do_update(index_elements=["workflow_id", "run_id", "finding_id"], set_=changes)
    )


def run_decision(session: Session, workflow_id: str, run_id: str) -> RunDecision | None:
    """The decision on a run, or None."""
    row = session.get(RunReviewRow, (workflow_id, run_id))
    return _decision(row) if row else None


def finding_decisions(session: Session, workflow_id: str, run_id: str) -> dict[str, FindingDecision]:
    """The decisions on a run's findings by id."""
    rows = session.scalars(select(FindingDecisionRow).filter_by(workflow_id=workflow_id, run_id=run_id))
    return {
        row.finding_id: FindingDecision.model_validate(
            {"verdict": row.verdict, "note": row.note, "by": row.decided_by, "at": row.decided_at}
        )
        for row in rows
    }


def _values(decision: RunDecision) -> dict[str, Any]:
    return {**decision.model_dump(exclude={"by", "at"}), "decided_by": decision.by, "decided_at": decision.at}


def _decision(row: RunReviewRow) -> RunDecision | None:
    if row.verdict is None:
        return None
    fields: dict[str, Any] = {"by": row.decided_by, "at": row.decided_at}
    return RunDecision.model_validate({**fields, "verdict": row.verdict, "note": row.note, "answered": row.answered})


class ListedReview(Model):
    """A run in the list of reviews. `undecided` of its `finding_count` findings have no decision yet."""

    workflow_id: str
    run_id: str
    suggestion: Suggestion
    opened_at: datetime
    finding_count: int
    undecided: int
    decision: RunDecision | None


class ListedReviews(Model):
    """One page of reviews; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[ListedReview]


def list_reviews(
    session: Session, workflow_ids: Collection[str], state: ReviewState, offset: int, limit: int
) -> ListedReviews:
    """A page of reviews: the open ones, the longest open first, or those decided, the latest first."""
    row = RunReviewRow
    is_open = state == "open"
    query = select(row).where(
        row.verdict.is_(None) if is_open else row.verdict.is_not(None), one_of(row.workflow_id, workflow_ids)
    )
    total, is_exact = counted(session, query)
    order = (row.opened_at, row.run_id) if is_open else (row.decided_at.desc(), row.run_id)
    rows = session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()
    decided = _decided_counts(session, [(one.workflow_id, one.run_id) for one in rows])
    return ListedReviews(total=total, total_is_exact=is_exact, items=[_listed(one, decided) for one in rows])


def _decided_counts(session: Session, runs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many of the findings that ask have a verdict, by run."""
    row = FindingDecisionRow
    query = select(row.workflow_id, row.run_id, func.count()).where(
        tuple_(row.workflow_id, row.run_id).in_(runs), row.asks, row.verdict.is_not(None)
    )
    found = session.execute(query.group_by(row.workflow_id, row.run_id))
    return {(workflow_id, run_id): count for workflow_id, run_id, count in found}


def _listed(row: RunReviewRow, decided: dict[tuple[str, str], int]) -> ListedReview:
    shown = {name: getattr(row, name) for name in ("workflow_id", "run_id", "suggestion", "opened_at", "finding_count")}
    undecided = max(0, row.finding_count - decided.get((row.workflow_id, row.run_id), 0))
    return ListedReview(**shown, undecided=undecided, decision=_decision(row))
