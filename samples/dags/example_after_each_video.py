"""A DAG of your own that runs once for each video that a workflow has finished.

The workflow must have `airflow: {asset_events: true}`. Put its id in place of WORKFLOW; its page and
`media-workflows list` show it.
"""

from typing import Any

from airflow.sdk import DAG, Asset, PartitionedAssetTimetable, task

WORKFLOW = "wf_000000000000"
VIDEOS = Asset(f"x-media-workflows://workflow/{WORKFLOW}")

with DAG(
    "example_after_each_video",
    # Each event has the run's id as its partition key. `schedule=[VIDEOS]` would not run at all: Airflow starts such
    # DAGs by events without a key only, and merges those that are close together.
    schedule=PartitionedAssetTimetable(assets=VIDEOS),
    catchup=False,
    tags={"media", "example"},
):

    @task
    def publish(triggering_asset_events: Any = None) -> dict[str, Any]:
        """Print the files of one video: replace this by what you do with them."""
        (event,) = triggering_asset_events[VIDEOS]
        source, outputs = event.extra["source"], event.extra["outputs"]
        print(f"s3://{source['bucket']}/{source['key']}")
        for output in outputs:
            print(f"  s3://{output['bucket']}/{output['key']} {output['duration_s']} s {output['sha256']}")
        return {"run": event.extra["run"], "source": source["key"], "outputs": [output["key"] for output in outputs]}

    publish()
