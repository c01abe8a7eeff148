"""Tables of listings, known objects, upload decisions and runs that wait for a source object."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, Base, utcnow


class ListingRootRow(Base):
    """A bucket and prefix that polling lists; objects of its first listing existed before any workflow."""

    __tablename__ = "listing_root"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    prefix: Mapped[str] = mapped_column(Text, primary_key=True)
    first_listed_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_listed_at: Mapped[datetime] = mapped_column(default=utcnow)


class ListingPositionRow(Base):
    """How far an unfinished listing of a root has come: it goes on after a key, also in another process."""

    __tablename__ = "listing_position"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    prefix: Mapped[str] = mapped_column(Text, primary_key=True)
    after_key: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]


class BucketRegionRow(Base):
    """The region of a bucket, as a check of a workflow or a request found it."""

    __tablename__ = "bucket_region"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    region: Mapped[str] = mapped_column(String(64))


class DetectionSourceRow(Base):
    """A listing or a queue in which uploads are detected: when it was read last, last with success, and the error.

    `place` is 'bucket/prefix' of a listing, and the URL of a queue. `failing_since` is the time of the first reading
    since the last success that failed.
    """

    __tablename__ = "detection_source"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    polled_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None] = mapped_column(default=None)
    failing_since: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[dict[str, Any] | None]


class KnownObjectRow(Base):
    """An object of the last listing; `fingerprint` is its ETag and modification time in that listing.

    `missing_since` is when housekeeping first missed it in a listing.
    """

    __tablename__ = "known_object"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text)
    missing_since: Mapped[datetime | None] = mapped_column(default=None)


class UploadDecisionRow(Base):
    """The decision for one source object and one workflow ('' = no workflow concerned).

    `join_error` is why a late add-on could not join its ladders, code and message; None = it did, or is none.
    """

    __tablename__ = "upload_decision"
    __table_args__ = (
        Index("upload_decision_once", "bucket", "key", "identity", "workflow_id", unique=True),
        Index("upload_decision_recent", "bucket", "id"),
        Index("upload_decision_workflow", "workflow_id", "id"),
        Index("upload_decision_run", "run_id"),
        Index("upload_decision_decided", "decided_at", postgresql_using="brin"),  # small: rows come in its order
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63))
    key: Mapped[str] = mapped_column(Text(collation="C"))
    identity: Mapped[str] = mapped_column(Text)
    workflow_id: Mapped[str] = mapped_column(String(32), default="")
    outcome: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(32))
    run_id: Mapped[str | None] = mapped_column(String(250), default=None)
    source: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow)
    join_error: Mapped[dict[str, Any] | None]


class WaitingRunRow(Base):
    """A manually triggered run without a key: it takes the next source object. `upload` is that object once known."""

    __tablename__ = "waiting_run"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=utcnow)
    upload: Mapped[dict[str, Any] | None]
