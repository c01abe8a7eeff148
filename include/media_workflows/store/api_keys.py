"""API keys in the store, and the signatures of their calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.api_keys import MAX_KEYS, ApiKey
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store.tables import ApiKeyRow, SeenSignatureRow, utcnow

USE_PRECISION = timedelta(minutes=1)  # of last_used_at: a call writes it at most once in that time
EXPIRED_AT_ONCE = 2  # signatures deleted per new one: those that are kept are at most the calls of one clock window


class SealedKey(NamedTuple):
    """What a call needs of its key."""

    sealed: str
    user_name: str
    expires_at: datetime


class Sighting(NamedTuple):
    """Earlier calls with the same signature: whether one was of the same action, and when the first came."""

    is_repeated: bool
    first_seen_at: datetime


def add_key(session: Session, row: ApiKeyRow) -> ApiKey:
    """Store a key. Raises ConflictError when the user has as many as allowed."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("api_key " + row.user_id))))
    count = session.scalar(select(func.count()).where(ApiKeyRow.user_id == row.user_id)) or 0
    if count >= MAX_KEYS:
        raise ConflictError("user '{user}' has {count} API keys: revoke one first", user=row.user_name, count=count)
    session.add(row)
    session.flush()
    return _key(row)


def list_keys(session: Session, user_id: str | None = None) -> list[ApiKey]:
    """The keys of a user, or of all users, newest first."""
    query = select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.secret_id)
    if user_id is not None:
        query = query.where(ApiKeyRow.user_id == user_id)
    return [_key(row) for row in session.scalars(query)]


def delete_key(session: Session, secret_id: str, user_id: str | None = None) -> None:
    """Delete a key, of this user if one is named. Raises NotFoundError."""
    query = delete(ApiKeyRow).where(ApiKeyRow.secret_id == secret_id)
    if user_id is not None:
        query = query.where(ApiKeyRow.user_id == user_id)
    if session.scalar(query.returning(ApiKeyRow.secret_id)) is None:
        raise NotFoundError("there is no API key '{secret_id}'", secret_id=secret_id)


def find_key(session: Session, secret_id: str) -> SealedKey | None:
    """The key with this SecretId, if there is one."""
    row = session.get(ApiKeyRow, secret_id)
    return SealedKey(row.sealed, row.user_name, row.expires_at) if row else None


def note_use(session: Session, secret_id: str) -> None:
    """Record that a key is used now."""
    now, used = utcnow(), ApiKeyRow.last_used_at
    is_old = or_(used.is_(None), used < now - USE_PRECISION)
    session.execute(update(ApiKeyRow).where(ApiKeyRow.secret_id == secret_id, is_old).values(last_used_at=now))


def see_signature(session: Session, signature: str, action: str, expires_at: datetime) -> Sighting:
    """Record a call, and say what came before with its signature. Some expired signatures are deleted.

    The transaction's commit does not wait for the disk, as each call would: a crash of the database forgets half a
    second of signatures.
    """
    session.execute(text("SET LOCAL synchronous_commit TO OFF"))
    row, now = SeenSignatureRow, utcnow()
    key = tuple_(row.signature, row.action)
    old = select(row.signature, row.action).where(row.expires_at < now).limit(EXPIRED_AT_ONCE)
    session.execute(delete(row).where(key.in_(old.with_for_update(skip_locked=True))))
    new = insert(row).values(signature=signature, action=action[:64], seen_at=now, expires_at=expires_at)
    is_new = session.scalar(new.on_conflict_do_nothing().returning(row.signature)) is not None
    first = session.scalar(select(func.min(row.seen_at)).where(row.signature == signature))
    return Sighting(not is_new, first or now)


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        secret_id=row.secret_id,
        name=row.name,
        user=row.user_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
