"""Write a new token for Prometheus into a file: run it hourly, see docs/monitoring.md#the-token.

    python renew_token.py /var/lib/prometheus/media-workflows.token

AIRFLOW_URL, AIRFLOW_USER and AIRFLOW_PASSWORD are in the environment. After an error the former token stays as it is.
It needs Python only, so that it runs where Prometheus does.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import urllib.request
from http.client import HTTPException
from pathlib import Path

TIMEOUT_S = 60


def new_token(url: str, user: str, password: str) -> str:
    """A token of Airflow for this user.

    Raises OSError or HTTPException without an answer or for a refusal, ValueError for no token.
    """
    request = urllib.request.Request(
        f"{url.rstrip('/')}/auth/token",
        json.dumps({"username": user, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        try:
            token = json.loads(answer.read())["access_token"]
        except (KeyError, TypeError, ValueError):
            token = None
    if not isinstance(token, str) or not token:
        raise ValueError("the answer is no token of Airflow; check AIRFLOW_URL")
    return token


def replace(file: Path, token: str) -> None:
    """Put the token into the file at once, so that a reader never gets a part of it. Only its owner may read it."""
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "w") as target:
            target.write(token)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def main() -> str | None:
    """Its error, None = done."""
    if len(sys.argv) != 2:
        return "usage: renew_token.py FILE"
    try:
        url, user, password = (os.environ[f"AIRFLOW_{name}"] for name in ("URL", "USER", "PASSWORD"))
    except KeyError as missing:
        return f"{missing.args[0]} is not set: it must be in the environment"
    try:
        replace(Path(sys.argv[1]), new_token(url, user, password))
    except (OSError, ValueError, HTTPException) as error:
        return f"the token in {sys.argv[1]} was not renewed by {user} at {url}: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main())
