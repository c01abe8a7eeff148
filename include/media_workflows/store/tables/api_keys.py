"""Tables of API keys, and of the signatures that were made with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import Base, utcnow


class ApiKeyRow(Base):
    """An API key. `sealed` holds the secret and the user's claims, encrypted with Airflow's Fernet key."""

    __tablename__ = "api_key"
    __table_args__ = (Index("api_key_user", "user_id"),)

    secret_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[str] = mapped_column(String(256))
    user_name: Mapped[str] = mapped_column(String(256))
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SeenSignatureRow(Base):
    """The signature and action of an accepted call, kept until the clock window of the call ends."""

    __tablename__ = "seen_signature"
    __table_args__ = (Index("seen_signature_expiry", "expires_at"),)

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    action: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
