"""`Action`: one action of the commercial service's API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import Request

Json = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who calls: the Airflow user of the key pair; `request` carries the notes for the audit log."""

    user: BaseUser
    name: str
    request: Request


Action = Callable[[Caller, Json], Json]
"""The parameters of a call -> what its answer holds beside RequestId. Raises MediaWorkflowsError."""
