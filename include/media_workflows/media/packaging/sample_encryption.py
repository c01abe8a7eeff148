"""`SampleEncryption`: encrypts the samples of fragmented MP4 files (cenc, cbcs) by Shaka Packager.

ffmpeg does not support cbcs, and its cenc encrypts the headers of slices, which decoders of DRM systems read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

import av

from media_workflows.domain.content_key import ContentKey
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.errors import OutputRejectedError
from media_workflows.media.packaging.protection import Protection, key_tags, protection, session_key_tags
from media_workflows.media.source.formats import DEMUXERS, open_options
from media_workflows.media.source.pyav import packets

RunPackager: TypeAlias = Callable[[Sequence[str], Path], None]


@dataclass(frozen=True)
class SampleEncryption:
    """The method and key of a ladder, and what runs Shaka Packager with arguments in a directory."""

    settings: Encryption
    key: ContentKey
    run_packager: RunPackager

    def encrypt(self, pictures: Sequence[Path], sounds: Sequence[Path], segment_s: float) -> None:
        """Encrypt the files of one directory in place; each segment is one fragment, at the same times as before.

        Raises OutputRejectedError for a file that does not decrypt to what it was.
        """
        files = {one: one.with_name(f"{one.name}.encrypted.mp4") for one in (*pictures, *sounds)}
        streams = [
            f"in={path.name},stream={kind},output={files[path].name}"
            for kind, paths in (("video", pictures), ("audio", sounds))
            for path in paths
        ]
        directory = next(iter(files)).parent
        options = directory / "packager_options"  # a command line is in process lists and results, and a key is not
        options.touch(mode=0o600)
        try:
            options.write_text("\n".join(self._options(segment_s)), encoding="utf-8")
            self.run_packager([*streams, f"--flagfile={options.name}"], directory)
        finally:
            options.unlink()
        for path, encrypted in files.items():
            _require_same(path, encrypted, self.key.key)
            encrypted.replace(path)

    @property
    def protection(self) -> Protection:
        """What an MPD says."""
        return protection(self.settings, self.key)

    @property
    def key_tags(self) -> tuple[str, ...]:
        """The lines of media playlists."""
        return key_tags(self.settings, self.key)

    @property
    def session_key_tags(self) -> tuple[str, ...]:
        """The lines of the master playlist."""
        return session_key_tags(self.settings, self.key)

    def _options(self, segment_s: float) -> Iterator[str]:
        yield "--quiet"
        yield "--enable_raw_key_encryption"
        yield f"--keys=label=:key_id={self.key.key_id.hex}:key={self.key.key.hex()}"
        yield f"--protection_scheme={self.settings.method}"
        yield "--clear_lead=0"
        yield f"--segment_duration={segment_s:g}"
        if self.key.iv:
            yield f"--iv={self.key.iv.hex()}"
        if self.key.pssh_boxes:
            yield f"--pssh={self.key.pssh_boxes.hex()}"


def _require_same(clear: Path, encrypted: Path, key: bytes) -> None:
    """By ffmpeg, which decrypts: the same packets at the same times, and other bytes without the key."""
    given = zip_longest(_packets(clear), _packets(encrypted, key), _packets(encrypted))
    alike = [(one == decrypted, one == undecrypted) for one, decrypted, undecrypted in given]
    if not all(same for same, _ in alike) or all(readable for _, readable in alike):
        raise OutputRejectedError(
            "the encrypted output does not decrypt to what was encoded; run the job again, and report it with the "
            "source if it persists"
        )


def _packets(path: Path, key: bytes = b"") -> Iterator[tuple[int | None, int | None, bytes]]:
    """Times and checksum of each packet."""
    options = {**open_options(DEMUXERS), **({"decryption_key": key.hex()} if key else {})}
    with av.open(str(path), mode="r", options=options, metadata_errors="replace") as container:
        for packet in packets(container, container.streams[0]):
            if packet.size:
                yield packet.pts, packet.dts, hashlib.sha256(bytes(packet)).digest()
