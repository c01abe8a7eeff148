"""Replaces the URIs of an HLS playlist by links, so that a browser can play from a private bucket. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

_URI = re.compile(r'(?<=[,:]URI=")[^"]*')  # of keys, maps, tracks and I-frame playlists (RFC 8216, section 4.3)


def with_links(playlist: str, key: str, link: Callable[[str], str | None]) -> str:
    """The playlist at `key`, with each URI replaced by the link for its key.

    A URI to another host, and one for which `link` returns None, stays as it is.
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
