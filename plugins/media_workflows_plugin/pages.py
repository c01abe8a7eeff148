"""The built pages: `www/dist`, which is kept in the repository so that running the product does not require Node."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

DIST = Path(__file__).parent / "www" / "dist"
# With a ground of its own: it is seen on Airflow's light, dark and chosen entries.
NAVIGATION_ICON = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect x="1" y="3" width="22" height="18" rx="4" '
    'fill="#2b6cb0" stroke="#fff"/><path d="M10 8.5v7l6-3.5z" fill="#fff"/></svg>'
)


def bundle_url(prefix: str) -> str:
    """The bundle's path relative to Airflow's base URL. It changes with the content, so browsers may cache it."""
    content = hashlib.sha256((DIST / "main.js").read_bytes()).hexdigest()[:12]
    return f"{prefix.removeprefix('/')}/static/main.js?v={content}"
