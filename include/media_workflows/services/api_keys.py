"""API keys: created, listed and revoked by their users; looked up by the calls that are signed with them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from media_workflows.airflow_adapter.fernet import seal, unseal
from media_workflows.airflow_adapter.users import AirflowUser
from media_workflows.domain.api_keys import ApiKey, CreatedApiKey, NewApiKey, new_pair
from media_workflows.store import api_keys as store
from media_workflows.store.api_keys import Sighting
from media_workflows.store.engine import transaction
from media_workflows.store.tables import ApiKeyRow, utcnow


class KeySecret(NamedTuple):
    """What a call needs of its key: the secret, and the claims of the user for whom it acts."""

    secret_key: str
    claims: dict[str, Any]
    user_name: str
    expires_at: datetime


def create_key(user: AirflowUser, new: NewApiKey) -> CreatedApiKey:
    """Create a key that acts as this user. Raises AirflowStateError, ConflictError."""
    secret_id, secret_key = new_pair()
    now = utcnow()
    row = ApiKeyRow(
        secret_id=secret_id,
        name=new.name,
        user_id=user.id,
        user_name=user.name,
        sealed=seal(json.dumps({"secret_key": secret_key, "claims": user.claims})),
        created_at=now,
        expires_at=now + timedelta(days=new.days),
    )
    with transaction() as session:
        key = store.add_key(session, row)
    return CreatedApiKey(**key.model_dump(), secret_key=secret_key)


def list_keys(user_id: str | None = None) -> list[ApiKey]:
    """The keys of a user, or of all users, newest first."""
    with transaction() as session:
        return store.list_keys(session, user_id)


def revoke_key(secret_id: str, user_id: str | None = None) -> None:
    """Delete a key, of this user if one is named; its next call is refused. Raises NotFoundError."""
    with transaction() as session:
        store.delete_key(session, secret_id, user_id)


def find_secret(secret_id: str) -> KeySecret | None:
    """The secret of a key, if there is such a key. Raises AirflowStateError."""
    with transaction() as session:
        found = store.find_key(session, secret_id)
    if found is None:
        return None
    return KeySecret(**json.loads(unseal(found.sealed)), user_name=found.user_name, expires_at=found.expires_at)


def see_call(secret_id: str, signature: str, action: str, expires_at: datetime) -> Sighting:
    """Record a call whose signature fits, and say what came before with that signature."""
    with transaction() as session:
        store.note_use(session, secret_id)
        return store.see_signature(session, signature, action, expires_at)
