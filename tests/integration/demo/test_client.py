"""The Python client on the running product: from a definition to the bytes of an output."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_product import Product, eventually
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from media_workflows_client import ApiError, Client

JOBS = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}


@pytest.mark.full
def test_a_workflow_and_a_request_from_the_first_call_to_their_outputs(product: Product, tmp_path: Path) -> None:
    layout = product.layout
    with Client.login(layout.airflow_url, "admin", layout.password("admin")) as client:
        definition = {
            "name": "by-client",
            "trigger": {"bucket": INPUT_BUCKET, "directory": "by-client/"},
            "output": {"bucket": OUTPUT_BUCKET, "directory": "by-client/"},
            "jobs": JOBS,
        }
        made = client.create_workflow(definition)
        changed = client.update_workflow(made.id, made.revision, definition | {"priority": 5})
        assert (changed.revision, changed.definition["priority"]) == (2, 5)
        assert client.enable_workflow(made.id).enabled
        assert [one.id for one in client.workflows("by-client").items] == [made.id]
        product.upload(Clips(tmp_path).short, "by-client/a.mp4")
        product.upload(Clips(tmp_path).short, "elsewhere/b.mp4")
        request = {
            "request_id": "by-client",
            "bucket": INPUT_BUCKET,
            "keys": ["elsewhere/b.mp4"],
            "output": {"bucket": OUTPUT_BUCKET, "directory": "asked/"},
            "jobs": JOBS,
        }
        assert client.process(request).request_id == "by-client"

        (run,) = eventually(lambda: client.runs(workflow=made.id).items)
        report = client.wait_for_run(run.run_id, made.id, timeout_s=600)
        assert report.state == "success"
        (decision,) = client.uploads(workflow=made.id).items
        assert (decision.key, decision.run_id) == ("by-client/a.mp4", run.run_id)
        source, picture = client.run_files(run.run_id, made.id).items
        assert (source.of, picture.of) == ("source", "output")
        assert client.read(picture) == product.s3.get_object(Bucket=OUTPUT_BUCKET, Key=picture.key)["Body"].read()

        (asked,) = client.wait_for_process("by-client", timeout_s=600)
        assert (asked.state, asked.run and asked.run.state) == ("finished", "success")
        with pytest.raises(ApiError) as refused:
            client.delete_workflow(made.id)
        assert refused.value.status == 409
        assert not client.disable_workflow(made.id).enabled
        client.delete_workflow(made.id)
        assert client.workflows("by-client").items == []
