"""AES-128 of HLS segments (RFC 8216, section 4.3.2.4): CBC, padded, the segment's number as its first vector."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from media_workflows.media.packaging.hls.media_playlist import MediaPlaylist

KEY_BYTES = 16


def write_key(path: Path) -> bytes:
    """A new random key, also written to `path`."""
    key = secrets.token_bytes(KEY_BYTES)
    path.write_bytes(key)
    return key


def with_padded_sizes(playlist: MediaPlaylist) -> MediaPlaylist:
    """The playlist with the sizes of its segments after encryption: padded to whole blocks."""
    segments = [replace(one, size_bytes=(one.size_bytes // KEY_BYTES + 1) * KEY_BYTES) for one in playlist.segments]
    return replace(playlist, segments=segments)


def encrypted(playlist: MediaPlaylist, directory: Path, key: bytes) -> MediaPlaylist:
    """Encrypt the segments in place; returns the playlist with their new sizes. Initialization is not encrypted."""
    segments = []
    for number, segment in enumerate(playlist.segments):
        target = _beside(directory / segment.uri)
        if number == 0 and playlist.init and playlist.init.uri == segment.uri:
            target.write_bytes(playlist.init.read(directory))
        data = _cipher_text(segment.read(directory), key, number)
        with target.open("ab") as file:
            offset = None if segment.offset is None else file.tell()
            file.write(data)
        segments.append(replace(segment, size_bytes=len(data), offset=offset))
    for uri in dict.fromkeys(segment.uri for segment in segments):
        _beside(directory / uri).replace(directory / uri)
    return replace(playlist, segments=segments)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.encrypted")


def _cipher_text(data: bytes, key: bytes, number: int) -> bytes:
    padder = PKCS7(AES.block_size).padder()
    encryptor = Cipher(AES(key), CBC(number.to_bytes(KEY_BYTES, "big"))).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
