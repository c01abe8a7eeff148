"""The function callback in the store: one for all workflows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.notification import FUNCTION_CALLBACK, HttpFunctionTarget, LambdaTarget
from media_workflows.errors import ConflictError
from media_workflows.store.tables import FunctionCallbackRow, utcnow

_ONLY = 1


class StoredFunctionCallback(Model):
    """The stored function callback. `target` None = disabled, whatever the settings hold."""

    target: LambdaTarget | HttpFunctionTarget | None
    author: str
    updated_at: datetime

    @property
    def version(self) -> str:
        """Another one after each change."""
        return self.updated_at.isoformat()


def put_function_callback(
    session: Session, target: LambdaTarget | HttpFunctionTarget | None, author: str, base_version: str | None = None
) -> None:
    """Store the function callback; None disables it.

    `base_version`: that of the stored one that the edit started from, "" = none was stored; None = any. Raises
    ConflictError when another one is stored.
    """
    if base_version is not None:
        _require_version(session, base_version)
    data = target.model_dump(mode="json") if target else None
    values = {"target": data, "author": author, "updated_at": utcnow()}
    row = insert(FunctionCallbackRow).values(id=_ONLY, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def _require_version(session: Session, version: str) -> None:
    """Keep other edits out until the end of the transaction: a row that does not exist cannot be locked."""
    session.execute(text("LOCK TABLE function_callback IN SHARE ROW EXCLUSIVE MODE"))
    stored = stored_function_callback(session)
    if version != (stored.version if stored else ""):
        raise ConflictError(
            "version: another editor has changed the function callback since your edit started; load it again and "
            "repeat your change"
        ).at("version", version)


def forget_function_callback(session: Session, base_version: str | None = None) -> None:
    """Delete the stored function callback, so that the settings apply.

    `base_version`: that of the stored one; None = any. Raises ConflictError when another one is stored.
    """
    if base_version is not None:
        _require_version(session, base_version)
    session.execute(delete(FunctionCallbackRow))


def stored_function_callback(session: Session) -> StoredFunctionCallback | None:
    """The stored function callback; None = none is stored, so the settings apply."""
    row = session.get(FunctionCallbackRow, _ONLY)
    if row is None:
        return None
    target = FUNCTION_CALLBACK.validate_python(row.target) if row.target else None
    return StoredFunctionCallback(target=target, author=row.author, updated_at=row.updated_at)
