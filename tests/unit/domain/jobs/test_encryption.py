"""`Encryption`: which methods, keys and manifests fit each other."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters
from media_workflows.domain.jobs.encryption import Encryption

OWN = {"connection": "media_keys", "key_uri": "https://keys.example.com/one"}
SERVER = {"key_server": {"url": "https://speke.example.com/v2", "systems": ["widevine", "fairplay"]}}


@pytest.mark.parametrize(
    ("given", "publishes_key", "encrypts_samples"),
    [
        ({}, True, False),
        (OWN, False, False),
        ({"method": "cenc", "connection": "media_keys", "licence_url": "https://keys.example.com"}, False, True),
        ({"method": "cbcs", **SERVER}, False, True),
    ],
)
def test_where_the_key_comes_from(given: dict[str, Any], publishes_key: bool, encrypts_samples: bool) -> None:
    made = Encryption.model_validate(given)
    assert (made.publishes_key, made.encrypts_samples) == (publishes_key, encrypts_samples)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**OWN, **SERVER, "method": "cbcs"}, "both `connection` and `key_server`"),
        ({**OWN, "key_path": "a.{format}"}, "key_path is for a random key"),
        (SERVER, "key_server is for the methods cenc and cbcs"),
        ({"licence_url": "https://a.example.com"}, "licence_url is for the methods cenc and cbcs"),
        ({"connection": "media_keys"}, "set `key_uri`"),
        ({**OWN, "key_uri": "skd://one", "method": "cenc"}, "FairPlay, which supports cbcs only"),
        ({**OWN, "key_uri": "skd://one"}, "FairPlay, which supports cbcs only"),
        ({"method": "cenc"}, "cenc requires a `connection` with the key"),
        ({"method": "cbcs", **SERVER, "key_uri": "https://a.example.com"}, "a key server names them itself"),
        ({"method": "cenc", **SERVER}, "fairplay supports cbcs only"),
        ({"method": "cenc", "key_server": {"url": "ftp://a", "systems": ["widevine"]}}, "http:// or https://"),
        ({"method": "cenc", "key_server": {"url": "https://a.example.com", "systems": []}}, "at least 1"),
        ({"connection": "a b", "key_uri": "a"}, "pattern"),
        ({"connection": "a", "key_uri": "a", "key": "00112233445566778899aabbccddeeff"}, "key"),
    ],
)
def test_refusals(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected.replace("(", r"\(")):
        Encryption.model_validate(given)


@pytest.mark.parametrize(
    ("format_", "encryption", "expected"),
    [
        ("dash", {}, "AES-128 is an HLS method"),
        ("cmaf", OWN, "AES-128 is an HLS method"),
        ("hls", {"method": "cbcs", **OWN}, "cbcs requires format 'dash' or 'cmaf'"),
        ("cmaf", {"method": "cbcs", "connection": "media_keys"}, "set `key_uri`"),
    ],
)
def test_what_a_format_refuses(format_: str, encryption: dict[str, Any], expected: str) -> None:
    streams = [{"video": {"codec": "h264"}}]
    with pytest.raises(ValidationError, match=expected):
        AdaptiveDynamicStreamingParameters.model_validate(
            {"format": format_, "streams": streams, "encryption": encryption}
        )
