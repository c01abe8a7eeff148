"""OpenLineage: what a task read and what it made, where `apache-airflow-providers-openlineage` is installed and set up.

The provider asks the operator, in the task's process, once it has ended. Objects are named as Airflow's Amazon provider
names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from media_workflows.naming import UNPUBLISHED

if TYPE_CHECKING:
    from media_workflows.domain.result import SourceObject


class ReportsLineage:
    """An operator that has read and made objects; `read` None = it has not begun, or was skipped.

    Files and manifests count as outputs, not the segments that a manifest names.
    """

    read: SourceObject | None = None
    outputs: list[dict[str, Any]]

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """Called by the provider after success, and after a failure: what was published until then is there."""
        return None if self.read is None else lineage_of(self.read, self.outputs)


def lineage_of(read: SourceObject, outputs: Iterable[Mapping[str, Any]]) -> Any:
    """The provider's `OperatorLineage`. Outputs that wait to be published together belong to the task that does it."""
    from airflow.providers.common.compat.openlineage.facet import Dataset, OutputDataset
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.generated.dataset_version_dataset import DatasetVersionDatasetFacet
    from openlineage.client.generated.datasource_dataset import DatasourceDatasetFacet
    from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet

    def facets(bucket: str, version: str) -> dict[str, Any]:
        source = DatasourceDatasetFacet(name=_namespace(bucket), uri=_namespace(bucket))
        return {"dataSource": source, **({"version": DatasetVersionDatasetFacet(version)} if version else {})}

    made = [
        OutputDataset(
            _namespace(output["bucket"]),
            output["key"],
            facets=facets(output["bucket"], output.get("sha256") or output.get("etag") or ""),
            outputFacets={"outputStatistics": OutputStatisticsOutputDatasetFacet(size=output["size_bytes"])},
        )
        for output in outputs
        if not output["key"].startswith(UNPUBLISHED)
    ]
    source = Dataset(_namespace(read.bucket), read.key, facets=facets(read.bucket, read.version_id or read.etag))
    return OperatorLineage(inputs=[source], outputs=made)


def _namespace(bucket: str) -> str:
    return f"s3://{bucket}"
