"""Routes: buckets, directories and objects of the storage, and the access check of a directory.

They show whatever the workflows' credentials can read, so they require the permission to create workflows.
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
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["buckets"], route_class=GuardedRoute)
Prefix = Annotated[str, Query(max_length=1024, description="Prefix of the keys")]


class AccessRequest(BaseModel):
    """A directory; none = the whole bucket."""

    bucket: BucketName
    directory: Directory = None


class AccessAnswer(BaseModel):
    """The steps of the check, in order. A step that an earlier failure makes impossible is left out."""

    steps: list[CheckedStep]


@router.get("/buckets")
def list_buckets(_user: Creator) -> list[Bucket]:
    """List the buckets of the workflows' credentials."""
    return service.list_buckets()


@router.get("/buckets/{bucket}/directories")
def list_directories(bucket: BucketName, _user: Creator, prefix: Prefix = "") -> list[str]:
    """List the directories directly below `prefix`."""
    return service.list_directories(bucket, prefix)


@router.get("/buckets/{bucket}/objects")
def list_objects(
    bucket: BucketName, _user: Creator, prefix: Prefix = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> ObjectPage:
    """List the first objects whose key begins with `prefix`."""
    return service.list_objects(bucket, prefix, limit)


@router.post("/check-access")
def check_access(request: AccessRequest, _user: Creator) -> AccessAnswer:
    """Check access: list the directory, then write, read and delete a probe object in it."""
    return AccessAnswer(steps=service.try_access(request.bucket, request.directory or ""))
