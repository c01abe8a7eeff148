"""Clips with closed captions in their pictures, and with subtitle tracks for particular viewers."""

from __future__ import annotations

import re
from pathlib import Path

from clip_making import encode, picture, tone

# CEA-608 "erase displayed memory" for field 1, as ATSC A/53 wraps it in an SEI message.
_CAPTIONS = bytes.fromhex("000001 0604 0eb5 0031 4741 3934 0341 ff fc942c ff 80")
_SLICE = re.compile(rb"\x00\x00\x01(?=[\x01\x05\x21\x25\x41\x45\x61\x65])")


def captioned(path: Path, seconds: float = 2) -> Path:
    """An MP4 of 160x120 whose every picture carries CEA-608 data; mono AAC."""
    bare = path.with_suffix(".264")
    one_slice = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x264-params", "slices=1"]
    encode(*picture(seconds=seconds), *one_slice, "-bf", "0", str(bare))
    data = bare.read_bytes()
    bare.write_bytes(_SLICE.sub(lambda start: _CAPTIONS + start[0], data))
    encode("-r", "25", "-i", str(bare), *tone(seconds), "-c:v", "copy", "-c:a", "aac", str(path))
    return path


def purposes(path: Path, subtitles: Path) -> Path:
    """An MKV with English text for everyone, forced and for the hard of hearing; sound, audio description, comments."""
    inputs = [*picture(seconds=4), *tone(4), *tone(4), *tone(4), *["-i", str(subtitles)] * 3]
    maps = [word for number in range(7) for word in ("-map", str(number))]
    names = ["-metadata:s:s", "language=eng", "-metadata:s:a", "language=eng"]
    flags = ["-disposition:s:1", "forced", "-disposition:s:2", "hearing_impaired"]
    flags += ["-disposition:a:1", "visual_impaired", "-disposition:a:2", "comment"]
    encode(*inputs, *maps, "-c:v", "libx264", "-c:a", "aac", "-c:s", "srt", *names, *flags, str(path))
    return path
