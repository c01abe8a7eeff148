"""Routes: what to pick from in the object storage, and whether a directory may be used.

They show what the workflows' credentials see, so they are for those who may create workflows.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from media_workflows.domain.trigger import BucketName, Directory
from media_workflows.services import buckets as service
from media_workflows.storage.access_check import CheckedStep
from media_workflows.storage.browse import Bucket, ObjectPage
from media_workflows_plugin.api.access import Creator

router = APIRouter(prefix="/api/v1", tags=["buckets"])
Prefix = Annotated[str, Query(max_length=1024, description="What the keys begin with")]


class AccessRequest(BaseModel):
    """A directory; none = the whole bucket."""

    bucket: BucketName
    directory: Directory = None


class AccessAnswer(BaseModel):
    """What was tried, in order. A step that an earlier failure makes impossible is left out."""

    steps: list[CheckedStep]


@router.get("/buckets")
def list_buckets(_user: Creator) -> list[Bucket]:
    """The buckets that the workflows' credentials own."""
    return service.list_buckets()


@router.get("/buckets/{bucket}/directories")
def list_directories(bucket: BucketName, _user: Creator, prefix: Prefix = "") -> list[str]:
    """The directories right below `prefix`."""
    return service.list_directories(bucket, prefix)


@router.get("/buckets/{bucket}/objects")
def list_objects(
    bucket: BucketName, _user: Creator, prefix: Prefix = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> ObjectPage:
    """The first objects whose key begins with `prefix`."""
    return service.list_objects(bucket, prefix, limit)


@router.post("/check-access")
def check_access(request: AccessRequest, _user: Creator) -> AccessAnswer:
    """Lists the directory, writes an object into it, reads and deletes that object."""
    return AccessAnswer(steps=service.try_access(request.bucket, request.directory or ""))
