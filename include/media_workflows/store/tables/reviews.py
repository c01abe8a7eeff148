"""What persons decided on the findings of runs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, STEP_ID_LENGTH, Base, utcnow

FINDING_ID_LENGTH = 16


class RunReviewRow(Base):
    """A run that a person has to review, or has reviewed.

    `suggestion` is the verdict of its checks, `finding_count` how many findings ask for a decision. `digest` names
    both: other findings open the review again. `verdict` None = it is open. `answered` is the step whose question the
    verdict answered; '' = none.
    """

    __tablename__ = "run_review"
    __table_args__ = (
        Index("run_review_open", "opened_at", postgresql_where=text("verdict IS NULL")),
        Index("run_review_decided", "decided_at", postgresql_where=text("verdict IS NOT NULL")),
    )

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    suggestion: Mapped[str] = mapped_column(String(16))
    finding_count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    verdict: Mapped[str | None] = mapped_column(String(16), default=None)
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(256), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    answered: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), default="")


class FindingDecisionRow(Base):
    """The latest decision on a finding of a run. `verdict` None = it has a note only. `asks`: the finding does."""

    __tablename__ = "finding_decision"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    finding_id: Mapped[str] = mapped_column(String(FINDING_ID_LENGTH), primary_key=True)
    asks: Mapped[bool]
    verdict: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(256))
    decided_at: Mapped[datetime]
