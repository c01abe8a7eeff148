"""sidecar_prefix: the directories of add-on audio, which joins ladders later, too"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"


def upgrade() -> None:
    newest = sa.text(
        "SELECT w.id, r.definition FROM workflow w JOIN revision r ON r.workflow_id = w.id AND r.number = w.revision "
        "WHERE w.deleted_at IS NULL AND r.definition::text LIKE '%add_on_audios%'"
    )
    add = sa.text(
        "INSERT INTO sidecar_prefix (workflow_id, prefix) VALUES (:workflow_id, :prefix) ON CONFLICT DO NOTHING"
    )
    for workflow_id, definition in op.get_bind().execute(newest).all():
        read = json.loads(definition) if isinstance(definition, str) else definition
        for prefix in sorted({directory for key in _add_on_keys(read) if (directory := _directory(key))}):
            op.get_bind().execute(add, {"workflow_id": workflow_id, "prefix": prefix})


def _add_on_keys(part: Any) -> Iterator[str]:
    """The key patterns of all add-on audio in a definition."""
    if isinstance(part, list):
        for one in part:
            yield from _add_on_keys(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "add_on_audios":
                yield from (add_on["key"] for add_on in value)
            else:
                yield from _add_on_keys(value)


def _directory(pattern: str) -> str:
    """The directory of a key as far as it is the same for every source."""
    fixed = pattern.partition("{")[0]
    return fixed[: fixed.rfind("/") + 1]


def downgrade() -> None:
    """Nothing: a further directory that is watched does no harm."""
