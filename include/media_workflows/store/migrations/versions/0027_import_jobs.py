"""imports of definitions as background jobs: their text, who works on them, an outcome for each document"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("DELETE FROM definition_import")  # they were kept for a day, and none of them can go on
    for name in ("done", "outcomes", "changed_at"):
        op.drop_column("definition_import", name)
    op.add_column("definition_import", sa.Column("yaml", sa.Text(), nullable=False))
    op.add_column("definition_import", sa.Column("editable", JSONB(), nullable=False))
    op.add_column("definition_import", sa.Column("worker", sa.String(32), nullable=True))
    op.add_column("definition_import", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "imported_document",
        sa.Column(
            "import_id", sa.String(36), sa.ForeignKey("definition_import.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("outcome", JSONB(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("imported_document")
    op.execute("DELETE FROM definition_import")
    for name in ("yaml", "editable", "worker", "leased_until"):
        op.drop_column("definition_import", name)
    op.add_column("definition_import", sa.Column("done", sa.Integer(), nullable=False))
    op.add_column("definition_import", sa.Column("outcomes", JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("definition_import", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
