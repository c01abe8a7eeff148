"""An HLS playlist whose files are linked, so that a browser can play what lies in a private bucket. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

_URI = re.compile(r'(?<=[,:]URI=")[^"]*')  # of keys, maps, tracks and I-frame playlists (RFC 8216, section 4.3)


def with_links(playlist: str, key: str, link: Callable[[str], str | None]) -> str:
    """The playlist that lies at `key`, each URI replaced by what `link` makes of the key it names.

    One that leads to another host, and one of which `link` knows nothing, stays as it is.
    """

    def linked(uri: str) -> str:
        if urlsplit(uri).scheme or uri.startswith("/"):
            return uri
        return link(posixpath.normpath(posixpath.join(posixpath.dirname(key), unquote(uri)))) or uri

    return "\n".join(_line(line, linked) for line in playlist.splitlines()) + "\n"


def _line(line: str, linked: Callable[[str], str]) -> str:
    if line.startswith("#EXT"):
        return _URI.sub(lambda found: linked(found[0]), line)
    return linked(line) if line and not line.startswith("#") else line
