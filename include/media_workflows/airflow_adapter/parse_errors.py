"""The DAG files that Airflow could not parse.

Works where Airflow allows its ORM: the api-server, the command line and the dag-processor.
"""

from __future__ import annotations

from media_workflows.airflow_adapter.dag_file import BUNDLE_NAME
from media_workflows.airflow_adapter.dag_state import airflow_session


def files_with_errors() -> list[str]:
    """The paths in the bundle of workflows' DAG files whose last parse failed. Raises AirflowStateError."""
    from airflow.models.errors import ParseImportError
    from sqlalchemy import select

    query = select(ParseImportError.filename).where(ParseImportError.bundle_name == BUNDLE_NAME)
    with airflow_session() as session:
        return [name for name in session.scalars(query) if name]
