"""what runs processed (bytes, worker time), by the time they ended; the disks of workers; when a step last moved"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

# Of the runs of the last day, so that the page of the installation does not begin at 0.
RECENT = """
UPDATE run SET source_bytes = found.source_bytes, output_bytes = found.output_bytes, saved_bytes = found.saved_bytes,
    worker_s = found.worker_s
FROM (
    SELECT run.workflow_id, run.run_id, (run.source ->> 'size_bytes')::bigint AS source_bytes,
        coalesce(sum(made.bytes), 0) AS output_bytes,
        (run.source ->> 'size_bytes')::bigint - max(made.largest) AS saved_bytes,
        coalesce(sum(extract(epoch FROM (job.result ->> 'finished_at')::timestamptz
            - (job.result ->> 'begun_at')::timestamptz)), 0) AS worker_s
    FROM run
    LEFT JOIN job_result job ON job.workflow_id = run.workflow_id AND job.run_id = run.run_id
    LEFT JOIN LATERAL (
        SELECT sum((output ->> 'size_bytes')::bigint) AS bytes,
            CASE WHEN job.kind = 'transcode' THEN max((output ->> 'size_bytes')::bigint) END AS largest
        FROM jsonb_path_query(job.result, '$.items[*].outputs[*]') output
    ) made ON true
    WHERE run.ended_at >= now() - interval '1 day'
    GROUP BY run.workflow_id, run.run_id
) found
WHERE run.workflow_id = found.workflow_id AND run.run_id = found.run_id
"""


def upgrade() -> None:
    for name in ("source_bytes", "output_bytes", "saved_bytes"):
        op.add_column("run", sa.Column(name, sa.BigInteger()))
    op.add_column("run", sa.Column("worker_s", sa.Float()))
    op.create_index("run_ended", "run", ["ended_at"])
    op.execute(RECENT)
    op.add_column("job_progress", sa.Column("moved_at", sa.DateTime(timezone=True)))
    op.create_table(
        "worker_disk",
        sa.Column("worker", sa.String(256), primary_key=True),
        sa.Column("free_bytes", sa.BigInteger(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("cache_bytes", sa.BigInteger(), nullable=False),
        sa.Column("cache_max_bytes", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("worker_disk")
    op.drop_column("job_progress", "moved_at")
    op.drop_index("run_ended", table_name="run")
    for name in ("worker_s", "saved_bytes", "output_bytes", "source_bytes"):
        op.drop_column("run", name)
