"""The built pages: `www/dist`, which is kept in the repository so that running the product does not require Node."""

from __future__ import annotations

import hashlib
from pathlib import Path

DIST = Path(__file__).parent / "www" / "dist"


def bundle_url(prefix: str) -> str:
    """The bundle's path relative to Airflow's base URL. It changes with the content, so browsers may cache it."""
    content = hashlib.sha256((DIST / "main.js").read_bytes()).hexdigest()[:12]
    return f"{prefix.removeprefix('/')}/static/main.js?v={content}"
