"""The addresses that a callback or a source's URL may reach: public ones, and those that the settings allow.

A host is resolved here and the connection goes to the checked address itself, so that a second DNS
answer (DNS rebinding) is never used.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from media_workflows.errors import ForbiddenAddressError, NotificationError
from media_workflows.log_context import ContextThreads

Address = IPv4Address | IPv6Address

# Metadata services of clouds (Azure, Oracle) whose addresses some versions of Python count as public.
_METADATA = {ip_address("168.63.129.16"), ip_address("192.0.0.192")}
_NAT64 = IPv6Network("64:ff9b::/96")
_IPV6_UNICAST = IPv6Network("2000::/3")  # all that IANA assigns; fec0::/10 or ::ffff:0:0:0/96 lead somewhere else
_IPV6_EXAMPLES = IPv6Network("3fff::/20")  # RFC 9637
_IPV4_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, 2.5.5.1
# DNS lookups block and a server may delay them on purpose, so they have a separate pool.
_RESOLVERS = ContextThreads(16, thread_name_prefix="callback-dns")


async def permitted_addresses(
    host: str, port: int, allowed_hosts: Sequence[str], setting: str = "callback_allowed_hosts"
) -> list[Address]:
    """The permitted addresses of `host`, in the order of the resolver. `allowed_hosts` is the value of `setting`.

    Raises ForbiddenAddressError when none is permitted, NotificationError when the host has no address.
    """
    addresses = await _resolve(host, port)
    permitted = [address for address in addresses if is_permitted(host, address, allowed_hosts)]
    if not permitted:
        found = ", ".join(map(str, addresses))
        raise ForbiddenAddressError(
            "host {host} resolves to {addresses}: private, loopback, link-local and metadata addresses are blocked; to "
            "allow it, add the host to setting {setting}",
            host=host,
            addresses=found,
            setting=setting,
        )
    return permitted


async def _resolve(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(_RESOLVERS, _lookup, host, port)
    except (OSError, UnicodeError) as error:
        raise NotificationError(
            "host {host} cannot be resolved: {cause}; check the URL", host=host, cause=error
        ) from error
    return [ip_address(address) for address in found]


def _lookup(host: str, port: int) -> list[str]:
    """The IP addresses of a host, each once, in the resolver's order and without IPv6 zones."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in found))


def literal_address(host: str) -> Address | None:
    """The address that a host names by itself, also as `127.1` or a number; None = its name has to be resolved."""
    if host.lower().rstrip(".").rpartition(".")[2] == "localhost":  # RFC 6761
        return IPv4Address("127.0.0.1")
    with suppress(ValueError):
        return ip_address(host)
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(host))
    return None


def is_permitted(host: str, address: Address, allowed_hosts: Sequence[str]) -> bool:
    """Whether a request to `host` may be sent to `address`, which is one of its own."""
    return is_public(address) or any(_allows(entry, host.lower(), address) for entry in allowed_hosts)


def is_public(address: Address) -> bool:
    """Whether an address is globally routable, also if it wraps an IPv4 address in IPv6."""
    inner = _wrapped(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, IPv6Address) and (address not in _IPV6_UNICAST or address in _IPV6_EXAMPLES):
        return False
    return address.is_global and not address.is_multicast and address not in _METADATA


def _wrapped(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64 or address in _IPV4_COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _allows(entry: str, host: str, address: Address) -> bool:
    """Whether an entry of the setting (network, address or host name pattern) allows the address."""
    try:
        return address in ip_network(entry, strict=False)
    except ValueError:
        return fnmatchcase(host, entry.lower())
