"""Whether a text is the URL of a web server, as far as that shows without a DNS lookup."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv6Address
from urllib.parse import urlsplit

MAX_HOST = 253  # characters, RFC 1035
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


def is_web_url(url: str, schemes: Collection[str]) -> bool:
    """Whether it has one of these schemes, a host that can exist, and, if any, a port from 1 to 65535."""
    if any(character.isspace() or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:  # an unclosed '[', a port that is not a number
        return False


def _is_host(host: str) -> bool:
    """Of the form of a name, an IPv4 or an IPv6 address without zone. Raises ValueError."""
    if ":" in host:
        return IPv6Address(host).scope_id is None
    name = host.removesuffix(".").encode("idna").decode()  # a UnicodeError is a ValueError
    return len(name) <= MAX_HOST and all(_LABEL.fullmatch(label) for label in name.lower().split("."))
