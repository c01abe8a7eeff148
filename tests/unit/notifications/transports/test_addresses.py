"""Which addresses a callback may reach."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest

from media_workflows.errors import ForbiddenAddressError, NotificationError
from media_workflows.notifications.transports import addresses
from media_workflows.notifications.transports.addresses import (
    is_permitted,
    is_public,
    literal_address,
    permitted_addresses,
)

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"]
NOT_PUBLIC = [
    *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "100.64.0.1", "198.18.0.1", "192.0.2.1", "192.0.0.192"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    # IPv4 in IPv6's clothes
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    *("::7f00:1", "::a9fe:a9fe", "64:ff9b:1::7f00:1", "64:ff9b:1::808:808"),
    # not assigned, or to sites once, and routed by some
    *("fec0::1", "::ffff:0:a00:1", "5f00::1", "3fff::1", "4000::1", "100::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_may_be_reached(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_private_loopback_link_local_and_metadata_addresses_may_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("entry", "host", "address", "allowed"),
    [
        ("10.0.0.0/8", "hooks.corp", "10.1.2.3", True),
        ("10.0.0.0/8", "hooks.corp", "192.168.0.1", False),
        ("10.1.2.3", "10.1.2.3", "10.1.2.3", True),
        ("fd00::/8", "hooks.corp", "fd00::7", True),
        ("*.corp", "Hooks.CORP", "10.1.2.3", True),
        ("hooks.corp", "hooks.corp", "10.1.2.3", True),
        ("hooks.corp", "evil.example", "10.1.2.3", False),
        ("*.corp", "corp.evil.example", "10.1.2.3", False),
    ],
)
def test_the_owner_allows_names_addresses_and_networks(entry: str, host: str, address: str, allowed: bool) -> None:
    assert is_permitted(host, ip_address(address), [entry]) is allowed


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("LocalHost.", "127.0.0.1"),
        ("a.localhost", "127.0.0.1"),
        ("::1", "::1"),
        ("10.0.0.7", "10.0.0.7"),
        ("example.com", None),
        ("", None),
    ],
)
def test_hosts_that_are_addresses(host: str, address: str | None) -> None:
    assert literal_address(host) == (ip_address(address) if address else None)


def _resolve(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    monkeypatch.setattr(addresses, "_lookup", lambda host, port: list(found))


def test_of_several_addresses_only_permitted_ones_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "127.0.0.1", "93.184.215.14", "::1")
    assert asyncio.run(permitted_addresses("hook.example", 443, [])) == [ip_address("93.184.215.14")]


def test_a_host_with_none_is_refused_and_the_setting_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "127.0.0.1", "::1")
    with pytest.raises(
        ForbiddenAddressError, match=r"hook\.example resolves to 127\.0\.0\.1, ::1.*callback_allowed_hosts"
    ):
        asyncio.run(permitted_addresses("hook.example", 443, ["10.0.0.0/8"]))


def test_a_host_without_an_address_is_reported() -> None:
    with pytest.raises(NotificationError, match=r"nowhere\.invalid cannot be resolved.*check the URL"):
        asyncio.run(permitted_addresses("nowhere.invalid", 443, []))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0"])
def test_other_spellings_of_loopback_are_seen_through(host: str) -> None:
    with pytest.raises(NotificationError, match=r"private, loopback|cannot be resolved"):
        asyncio.run(permitted_addresses(host, 80, []))
