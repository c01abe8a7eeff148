"""Celery workers touch a file at each heartbeat, for the health check of docker-compose.yaml.

To ask a worker through the broker takes a Python process with Celery: 0.8 CPU seconds for each check of each worker.
A worker whose loop stands still, or that has lost the broker, sends no heartbeat. See `[celery] extra_celery_config`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from celery.signals import heartbeat_sent


def alive_file(node: str) -> Path:
    """The file of a worker's node, such as `celery@host`."""
    return Path(tempfile.gettempdir()) / f"media-workflows-{node}.alive"


@heartbeat_sent.connect  # type: ignore[untyped-decorator, unused-ignore]
def note_heartbeat(sender: Any, **_: Any) -> None:
    """Touch the file. A full disk must not end the worker."""
    try:
        alive_file(sender.eventer.hostname).touch()
    except OSError:
        return
