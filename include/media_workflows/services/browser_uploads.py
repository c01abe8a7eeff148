"""Uploads through the page into the directory of a workflow's trigger."""

from __future__ import annotations

from media_workflows.airflow_adapter.connections import shared_clients
from media_workflows.domain.browser_upload_key import check_size, upload_key
from media_workflows.services.browser_upload import PageUpload, UploadPlan
from media_workflows.services.buckets import storage
from media_workflows.settings import get_settings
from media_workflows.storage.links import Links
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import get_workflow


def page_upload(workflow_id: str, name: str, size_bytes: int, *, overwrite: bool = False) -> PageUpload:
    """The upload of the file `name` to a workflow. Raises NotFoundError, UploadRefusedError."""
    with transaction() as session:
        trigger = get_workflow(session, workflow_id).definition.trigger
    key = upload_key(trigger, name)
    check_size(size_bytes, get_settings().upload_max_bytes)
    return PageUpload(storage(), trigger.bucket, key, size_bytes=size_bytes, overwrite=overwrite)


def plan_upload(workflow_id: str, name: str, size_bytes: int, *, overwrite: bool = False) -> UploadPlan:
    """Links with which a browser sends it straight to the bucket. Raises ConflictError and as `page_upload`."""
    return page_upload(workflow_id, name, size_bytes, overwrite=overwrite).plan(Links(shared_clients().public_s3))
