"""Links on a task's page in Airflow: its first output, and the run's page.

Airflow calls `get_link` in the task's process when the task ends, and keeps the answer as an XCom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

    from media_workflows.storage.clients import Clients

OUTPUT_LINK_LIFE_S = 24 * 3600
RUN_PAGE = "plugin/media-workflows/runs"  # as plugins/media_workflows_plugin registers it


class OutputLink(BaseOperatorLink):
    """A signed link to the step's first output, for a day. No link while there is none."""

    name = "Output"
    xcom_key = "media_workflows_output_link"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """Of the outputs that `execute` has noted on the operator."""
        from media_workflows.orchestration.job_operator import MediaJobOperator

        if not isinstance(operator, MediaJobOperator) or not operator.outputs:
            return ""
        return signed_link(operator.clients(), operator.outputs)


def signed_link(clients: Clients, outputs: Sequence[Mapping[str, Any]]) -> str:
    """To the first of the outputs that a task returns."""
    from media_workflows.storage.links import Links

    first = outputs[0]
    return Links(clients.public_s3).read(first["bucket"], first["key"], life_s=OUTPUT_LINK_LIFE_S)


class RunLink(BaseOperatorLink):
    """The run's page of Media Workflows. Runs of hand-written DAGs have none."""

    name = "Media run"
    xcom_key = "media_workflows_run_link"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """Below Airflow's own address."""
        return "" if getattr(operator, "workflow", None) is None else run_page(ti_key.dag_id, ti_key.run_id)


def run_page(workflow_id: str, run_id: str) -> str:
    """The address of a run's page, below Airflow's own."""
    from airflow.sdk.configuration import conf

    base = str(conf.get("api", "base_url", fallback="/")).rstrip("/")
    return f"{base}/{RUN_PAGE}/{quote(workflow_id, safe='')}/{quote(run_id, safe='')}"
