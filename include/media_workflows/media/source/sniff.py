"""File type by the first bytes of an upload, for errors that name the real type."""

from __future__ import annotations

import re

HEAD_BYTES = 4096
_PLAYLIST = re.compile(
    rb"^(#EXTM3U|ffconcat version|\[playlist\]|\[Reference\]|v=0\r?\n|(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?"
    rb"<(MPD|smil|asx|xspf|playlist|SmoothStreamingMedia|CompositionPlaylist|AssetMap)\b)",
    re.IGNORECASE | re.DOTALL,
)
_JPEG, _PNG, _GIF, _TIFF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", (b"II*\x00", b"MM\x00*")
_PICTURE_MAGICS = (_JPEG, _PNG, _GIF, *_TIFF, b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")
# Major brands of ISO files that hold a still: HEIF and AVIF. Their sequence brands (hevc, msf1, avis) are left alone.
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif"})


def is_playlist(head: bytes) -> bool:
    """Whether the file is a text that points to other files (HLS, DASH, concat, SDP, SMIL ...)."""
    return bool(_PLAYLIST.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()))


def is_picture(head: bytes) -> bool:
    """Whether the file is a still picture (JPEG, PNG, GIF, WebP, TIFF, JPEG XL, HEIC, AVIF)."""
    if head.startswith(_PICTURE_MAGICS):
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return True
    return head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS


def may_move(head: bytes) -> bool:
    """Whether a picture file may be an animation that a job can read: a GIF, or a PNG that announces frames (APNG)."""
    return head.startswith(_GIF) or (head.startswith(_PNG) and b"acTL" in head)


def is_animated_webp(head: bytes) -> bool:
    """Whether a WebP holds an animation: its ANIM chunk follows the header."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP" and b"ANIM" in head[:64]


def riff_bytes(head: bytes) -> int | None:
    """The size of a RIFF file (AVI, WAV) by its header, in bytes. None: not a RIFF file, or the size was left open."""
    if head[:4] != b"RIFF" or len(head) < 12:
        return None
    size = int.from_bytes(head[4:8], "little")
    # Programs that write to a pipe cannot fill the size in afterwards: they leave 0 or a value near the maximum.
    return size + 8 if 0 < size < 0x7FFF_0000 else None


def is_iso_media(head: bytes) -> bool:
    """Whether the file starts like MP4 or MOV, whose index may be missing after an aborted upload."""
    return head[4:8] in (b"ftyp", b"mdat", b"wide", b"free", b"skip")
