"""The built pages: `www/dist`, which is kept in the repository so that nobody needs Node to run the product."""

from __future__ import annotations

import hashlib
from pathlib import Path

DIST = Path(__file__).parent / "www" / "dist"


def bundle_url(prefix: str) -> str:
    """Address of the bundle, relative to Airflow's base URL. It changes with the content, so browsers may keep it."""
    content = hashlib.sha256((DIST / "main.js").read_bytes()).hexdigest()[:12]
    return f"{prefix.removeprefix('/')}/static/main.js?v={content}"
