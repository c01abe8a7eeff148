"""the libraries of words and persons"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


def _times(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "word",
        sa.Column("keyword", sa.String(length=20), nullable=False),
        _json("usages"),
        _json("tags"),
        sa.Column("author", sa.String(length=256), nullable=False),
        *_times("created_at", "updated_at"),
        sa.PrimaryKeyConstraint("keyword"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        _json("usages"),
        _json("tags"),
        sa.Column("author", sa.String(length=256), nullable=False),
        *_times("created_at", "updated_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("person_name_unique", "person", ["name"], unique=True)
    op.create_table(
        "person_face",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        _json("embedding"),
        *_times("created_at"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("person_face_person", "person_face", ["person_id"])


def downgrade() -> None:
    op.drop_table("person_face")
    op.drop_table("person")
    op.drop_table("word")
