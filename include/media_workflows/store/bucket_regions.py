"""The regions of buckets, as the checks of workflows and requests found them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.workflow import Workflow
from media_workflows.store.tables import BucketRegionRow


def store_region(session: Session, buckets: Iterable[str], region: str) -> None:
    """Keep the region that these buckets were found in."""
    for bucket in sorted(set(buckets)):  # in one order, so that two checks at once do not block each other
        row = insert(BucketRegionRow).values(bucket=bucket, region=region)
        session.execute(row.on_conflict_do_update(index_elements=["bucket"], set_={"region": region}))


def region_of(session: Session, workflow: Workflow) -> str:
    """The region of both buckets of a workflow: as it names it, else as the last check found it; '' = unknown."""
    if workflow.trigger.region:
        return workflow.trigger.region
    found = session.get(BucketRegionRow, workflow.trigger.bucket)
    return found.region if found else ""
