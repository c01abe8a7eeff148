"""the error codes of runs in a column of theirs"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0024"
down_revision = "0023"

FAILURE = """(jsonb_path_query_first(result, '$.items[*] ? (@.status == "FAIL").code') #>> '{}')"""
CAUSES = f"""ARRAY(
    SELECT run.error ->> 'code' WHERE run.error ->> 'code' IS NOT NULL
    UNION SELECT {FAILURE} FROM job_result
        WHERE (job_result.workflow_id, job_result.run_id) = (run.workflow_id, run.run_id) AND {FAILURE} IS NOT NULL
    UNION SELECT result ->> 'code' FROM action_result
        WHERE (action_result.workflow_id, action_result.run_id) = (run.workflow_id, run.run_id)
        AND result ->> 'status' = 'FAIL'
    UNION SELECT 'Cancelled' FROM cancelled_run
        WHERE (cancelled_run.workflow_id, cancelled_run.run_id) = (run.workflow_id, run.run_id)
        AND run.state IS DISTINCT FROM 'success')"""


def upgrade() -> None:
    op.add_column("run", sa.Column("causes", ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")))
    op.execute(f"UPDATE run SET causes = {CAUSES}")
    op.create_index("run_causes", "run", ["causes"], postgresql_using="gin")
    op.drop_index("run_error", "run")
    op.drop_index("job_result_failure", "job_result")


def downgrade() -> None:
    op.create_index("run_error", "run", [sa.text("(error ->> 'code')")], postgresql_where=sa.text("error IS NOT NULL"))
    failed = sa.text(f"{FAILURE} IS NOT NULL")
    op.create_index("job_result_failure", "job_result", [sa.text(FAILURE)], postgresql_where=failed)
    op.drop_index("run_causes", "run")
    op.drop_column("run", "causes")
