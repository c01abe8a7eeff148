"""The DAG files of workflows that Airflow could not parse."""

from __future__ import annotations

import pytest
from airflow.models.errors import ParseImportError

from media_workflows.airflow_adapter.dag_state import airflow_session
from media_workflows.airflow_adapter.parse_errors import files_with_errors

pytestmark = pytest.mark.usefixtures("airflow_database")


def test_only_those_of_workflows() -> None:
    with airflow_session() as session:
        for bundle, name in (("media_workflows", "wf_1.py"), ("system", "own.py")):
            session.add(ParseImportError(filename=name, bundle_name=bundle, stacktrace="ValueError"))
    assert files_with_errors() == ["wf_1.py"]
