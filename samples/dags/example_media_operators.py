"""Media operators in a DAG of your own: two transcodes side by side, and pictures of each file they make.

Needs no workflow in Media Workflows. Start it with the object to process, for example:

    airflow dags trigger example_media_operators --conf '{"bucket": "media-input", "key": "in/clip.mp4"}'
"""

from airflow.sdk import DAG, Param

from media_workflows.orchestration import SampleSnapshotOperator, TranscodeOperator

SOURCE = "s3://{{ params.bucket }}/{{ params.key }}"

with DAG(
    "example_media_operators",
    schedule=None,
    catchup=False,
    tags={"media", "example"},
    params={
        "bucket": Param("media-input", type="string", title="Bucket of the source, and of the outputs"),
        "key": Param("in/clip.mp4", type="string", title="Key of the source"),
    },
    default_args={"retries": 2},
):
    # Two steps of one kind: each has its own results, progress and retries.
    full = TranscodeOperator(
        task_id="full",
        source=SOURCE,
        output="s3://{{ params.bucket }}/out/full/",
        items=[
            {"template": 100010},
            {"template": 100010, "output_path": "{inputName}_start.{format}", "end_offset_s": 1},
        ],
    )
    preview = TranscodeOperator(
        task_id="preview",
        source=SOURCE,
        output="s3://{{ params.bucket }}/out/preview/",
        items=[{"parameters": {"container": "mp4", "video": {"width": 320}, "audio": {}}}],
    )
    # One task instance for each file that `full` has made: what an operator returns is a source for another.
    pictures = SampleSnapshotOperator.partial(
        task_id="pictures", output="s3://{{ params.bucket }}/out/pictures/", items=[{"template": 10}]
    ).expand(source=full.output)

    preview >> pictures
