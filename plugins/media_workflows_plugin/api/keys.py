"""Routes: a user's own API keys."""

from __future__ import annotations

from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Body
from pydantic import BaseModel

from media_workflows.airflow_adapter.users import described
from media_workflows.domain.api_keys import ApiKey, CreatedApiKey, NewApiKey
from media_workflows.domain.base import parsed
from media_workflows.services import api_keys as service
from media_workflows_plugin.api.access import KeyHolder, Reader
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1/keys", tags=["API keys"], route_class=GuardedRoute)


class KeysAnswer(BaseModel):
    """The user's keys, newest first."""

    items: list[ApiKey]


@router.get("")
def list_keys(_user: Reader, user: GetUserDep) -> KeysAnswer:
    """List the user's own API keys, without their secrets."""
    return KeysAnswer(items=service.list_keys(str(user.get_id())))


@router.post("", status_code=201)
def create_key(
    new: Annotated[dict[str, Any], Body(description="name: what the key is for; days: how long it is valid")],
    _user: KeyHolder,
    user: GetUserDep,
) -> CreatedApiKey:
    """Create an API key that acts with the user's rights; its SecretKey is in this answer only."""
    return service.create_key(described(user), parsed(NewApiKey, new))


@router.delete("/{secret_id}", status_code=204)
def revoke_key(secret_id: str, _user: KeyHolder, user: GetUserDep) -> None:
    """Revoke one of the user's own API keys: its next call is refused."""
    service.revoke_key(secret_id, str(user.get_id()))
