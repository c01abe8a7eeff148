"""sidecars: add-ons of ladders that may arrive after the run"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "sidecar",
        sa.Column("bucket", sa.String(63), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("workflow_id", sa.String(250), primary_key=True),
        sa.Column("source_key", sa.Text(), primary_key=True),
        sa.Column("step_id", sa.String(250), primary_key=True),
        sa.Column("map_index", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("item", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.String(250), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sidecar_run", "sidecar", ["workflow_id", "run_id"])
    prefixes = op.create_table(
        "sidecar_prefix",
        sa.Column("workflow_id", sa.String(32), primary_key=True),
        sa.Column("prefix", sa.Text(), primary_key=True),
    )
    newest = sa.text(
        "SELECT w.id, r.definition FROM workflow w JOIN revision r ON r.workflow_id = w.id AND r.number = w.revision "
        "WHERE w.deleted_at IS NULL AND r.definition::text LIKE '%add_on_subtitles%'"
    )
    for workflow_id, definition in op.get_bind().execute(newest).all():
        read = json.loads(definition) if isinstance(definition, str) else definition
        found = {directory for key in _add_on_keys(read) if (directory := _directory(key))}
        rows = [{"workflow_id": workflow_id, "prefix": prefix} for prefix in sorted(found)]
        if rows:
            op.bulk_insert(prefixes, rows)


def _add_on_keys(part: Any) -> Iterator[str]:
    """The key patterns of all add-on subtitles in a definition."""
    if isinstance(part, list):
        for one in part:
            yield from _add_on_keys(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "add_on_subtitles":
                yield from (add_on["key"] for add_on in value if add_on.get("key"))
            else:
                yield from _add_on_keys(value)


def _directory(pattern: str) -> str:
    """The directory of a key as far as it is the same for every source."""
    fixed = pattern.partition("{")[0]
    return fixed[: fixed.rfind("/") + 1]


def downgrade() -> None:
    op.drop_table("sidecar_prefix")
    op.drop_table("sidecar")
