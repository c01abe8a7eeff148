"""Clips with closed captions in their pictures, and with subtitle tracks for particular viewers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path

from clip_making import encode, picture, tone

# CEA-608 "erase displayed memory" for field 1, as ATSC A/53 wraps it in an SEI message.
_ERASE = bytes.fromhex("942c")
_SEI = bytes.fromhex("000001 0604 0eb5 0031 4741 3934 0341 ff fc")
_SEI_END = bytes.fromhex("ff 80")
_PADDING = bytes.fromhex("8080")
_FPS = 25
# Codes of CEA-608, with odd parity: pop-on captions into a cleared memory; row 15 or row 1; show.
_POP_ON, _CLEAR, _BOTTOM, _TOP, _SHOW = (bytes.fromhex(pair) for pair in ("9420", "94ae", "9470", "91d0", "942f"))
_ITALICS = bytes.fromhex("91ae")
_SLICE = re.compile(rb"\x00\x00\x01(?=[\x01\x05\x21\x25\x41\x45\x61\x65])")


def captioned(path: Path, seconds: float = 2, pairs: Mapping[int, bytes] | None = None) -> Path:
    """A clip of 160x120, 25 fps, whose every picture carries CEA-608 data: `pairs` by the number of the picture, and
    padding; without `pairs`, "erase displayed memory" in each. Mono AAC."""
    bare = path.with_suffix(".264")
    one_slice = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x264-params", "slices=1"]
    encode(*picture(seconds=seconds), *one_slice, "-bf", "0", str(bare))
    data = bare.read_bytes()
    numbers = itertools.count()

    def with_captions(start: re.Match[bytes]) -> bytes:
        pair = _ERASE if pairs is None else pairs.get(next(numbers), _PADDING)
        return _SEI + pair + _SEI_END + start[0]

    bare.write_bytes(_SLICE.sub(with_captions, data))
    encode("-r", str(_FPS), "-i", str(bare), *tone(seconds), "-c:v", "copy", "-c:a", "aac", str(path))
    return path


def pop_on(text: str, start_s: float, end_s: float, top: bool = False, italic: bool = False) -> dict[int, bytes]:
    """The pairs of a caption that is shown from `start_s` to `end_s`, loaded just before."""
    data = text.encode("ascii") + b"\0" * (len(text) % 2)
    letters = [bytes(map(_odd, data[at : at + 2])) for at in range(0, len(data), 2)]
    loaded = [_POP_ON, _CLEAR, _TOP if top else _BOTTOM, *([_ITALICS] if italic else []), *letters, _SHOW]
    first = round(start_s * _FPS) - len(loaded) + 1
    return {**{first + at: pair for at, pair in enumerate(loaded)}, round(end_s * _FPS): _ERASE}


def _odd(byte: int) -> int:
    """A byte of seven bits with odd parity."""
    return byte | (0x80 if byte.bit_count() % 2 == 0 else 0)


def purposes(path: Path, subtitles: Path) -> Path:
    """An MKV with English text for everyone, forced and for the hard of hearing; sound, audio description, comments."""
    inputs = [*picture(seconds=4), *tone(4), *tone(4), *tone(4), *["-i", str(subtitles)] * 3]
    maps = [word for number in range(7) for word in ("-map", str(number))]
    names = ["-metadata:s:s", "language=eng", "-metadata:s:a", "language=eng"]
    flags = ["-disposition:s:1", "forced", "-disposition:s:2", "hearing_impaired"]
    flags += ["-disposition:a:1", "visual_impaired", "-disposition:a:2", "comment"]
    encode(*inputs, *maps, "-c:v", "libx264", "-c:a", "aac", "-c:s", "srt", *names, *flags, str(path))
    return path
