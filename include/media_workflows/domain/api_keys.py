"""API keys: pairs of SecretId and SecretKey with which a program calls the vendor's API as an Airflow user."""

from __future__ import annotations

import secrets
import string
from datetime import datetime
from typing import Annotated

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.name_patterns import SingleLine

MAX_KEYS = 20  # of one user
_SYMBOLS = string.ascii_letters + string.digits


class NewApiKey(Model):
    """What a user says about a key: what it is for, and how long it is valid."""

    name: Annotated[SingleLine, Field(min_length=1, max_length=100)]
    days: int = Field(365, ge=1, le=3650)


class ApiKey(Model):
    """A key without its secret."""

    secret_id: str
    name: str
    user: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class CreatedApiKey(ApiKey):
    """A new key, with the secret that is shown this once."""

    secret_key: str


def new_pair() -> tuple[str, str]:
    """A random (SecretId, SecretKey), of the length of the vendor's."""
    return "AKMW" + _random(32), _random(32)


def _random(length: int) -> str:
    return "".join(secrets.choice(_SYMBOLS) for _ in range(length))
