"""Items that were made: the same bytes by the same parameters need not be made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import OutputRecord
from media_workflows.domain.step_key import NOT_MAPPED
from media_workflows.store.tables import MadeItemRow, utcnow

MAX_PLACES = 5  # of which the outputs are looked for, the newest first


class ItemIdentity(Model):
    """What an item is made of and how: SHA-256 of the source's bytes, and of its reuse key."""

    content_sha256: str
    reuse_sha256: str


class MadeOutput(Model):
    """An output. `variables` made a name of one of the item's patterns; None = it is named after another output."""

    record: OutputRecord
    variables: dict[str, str] | None


class MadeItem(Model):
    """An item that a step of a run made, and where its outputs were put."""

    workflow_id: str
    run_id: str
    step_id: str = ""
    map_index: int = NOT_MAPPED
    outputs: tuple[MadeOutput, ...]
    notices: tuple[Notice, ...] = ()


def record_made_item(session: Session, identity: ItemIdentity, item: MadeItem) -> None:
    """Remember the item; one made before in the same place is replaced."""
    first = item.outputs[0].record
    key = {**identity.model_dump(), "bucket": first.bucket, "key": first.key}
    values = {**item.model_dump(mode="json"), "made_at": utcnow()}
    row = insert(MadeItemRow).values(**key, **values)
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def made_items(session: Session, identity: ItemIdentity) -> Sequence[MadeItem]:
    """The places where this item was made lately, the newest first."""
    rows = session.scalars(
        select(MadeItemRow)
        .where(MadeItemRow.content_sha256 == identity.content_sha256, MadeItemRow.reuse_sha256 == identity.reuse_sha256)
        .order_by(MadeItemRow.made_at.desc())
        .limit(MAX_PLACES)
    )
    return [_item(row) for row in rows]


def _item(row: MadeItemRow) -> MadeItem:
    return MadeItem.model_validate({name: getattr(row, name) for name in MadeItem.model_fields})


def move_made_items(session: Session, directory: str, moved: Callable[[OutputRecord], OutputRecord | None]) -> None:
    """The objects below a directory lie elsewhere by now; those that do not (None) are forgotten with their items."""
    query = select(MadeItemRow).where(MadeItemRow.key.startswith(directory, autoescape=True))
    for row in session.scalars(query).all():
        identity, item = ItemIdentity(content_sha256=row.content_sha256, reuse_sha256=row.reuse_sha256), _item(row)
        session.delete(row)
        outputs = tuple(
            output.model_copy(update={"record": record})
            for output in item.outputs
            if (record := moved(output.record)) is not None
        )
        if len(outputs) == len(item.outputs):
            record_made_item(session, identity, item.model_copy(update={"outputs": outputs}))
