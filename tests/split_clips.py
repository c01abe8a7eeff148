"""Clips of five to six seconds with several key frames, each with one property that chunks often get wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clip_making import ClipFolder, clip, encode

_GOP = ["-g", "25", "-sc_threshold", "0"]
H264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", *_GOP]
_KINDS = (
    *("cfr", "vfr", "open_gop", "edit_list", "interlaced", "rotated"),
    *("late_audio", "late_picture", "hdr", "ntsc", "matroska", "silent"),
)
_HDR = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1:max-cll=600,100:keyint=24:log-level=error"


def moving(rate: str = "25", seconds: float = 6) -> list[str]:
    """Input: a picture that differs from frame to frame, with a clock in it."""
    return ["-f", "lavfi", "-i", f"testsrc2=s=160x120:r={rate}:d={seconds}"]


def sweep(seconds: float = 6) -> list[str]:
    """Input: a sound that differs from moment to moment."""
    return ["-f", "lavfi", "-i", f"aevalsrc='sin(2*PI*(200+100*t)*t)':s=44100:d={seconds}"]


def each_kind(*quick: str) -> list[Any]:
    """The names of the clips of one kind of source each, for a parameter; all but the quick ones in `full`."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.full) for name in _KINDS]


class SplitClips(ClipFolder):
    """Clips by the names of `docs/performance.md`."""

    @clip(".mp4")
    def cfr(self, path: Path) -> None:
        encode(*moving(), *sweep(), *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def vfr(self, path: Path) -> None:
        """Frames are missing irregularly."""
        drop = ["-vf", "select='mod(n,7)*not(eq(mod(n,11),3))'", "-fps_mode", "vfr"]
        encode(*moving(), *sweep(), *drop, *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def open_gop(self, path: Path) -> None:
        options = ["-x264-params", "open-gop=1:bframes=3:b-adapt=0"]
        encode(*moving(), *sweep(), *H264, *options, "-c:a", "aac", str(path))

    @clip(".mp4")
    def edit_list(self, path: Path) -> None:
        """Begins within a group of pictures: an edit list hides the frames before."""
        encode("-ss", "0.5", "-i", str(self.cfr), "-c", "copy", str(path))

    @clip(".mp4")
    def interlaced(self, path: Path) -> None:
        fields = ["-vf", "tinterlace=interleave_top", "-flags", "+ilme+ildct", "-r", "25"]
        encode(*moving("50"), *sweep(), *fields, *H264, "-x264-params", "tff=1", "-c:a", "aac", str(path))

    @clip(".mp4")
    def rotated(self, path: Path) -> None:
        encode("-display_rotation", "90", "-i", str(self.cfr), "-c", "copy", str(path))

    @clip(".mp4")
    def late_audio(self, path: Path) -> None:
        """The sound begins at 0.7 s."""
        late = ["-af", "asetnsamples=441,aselect='gte(t,0.7)'"]
        encode(*moving(), *sweep(), *late, *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def late_picture(self, path: Path) -> None:
        late = ["-vf", "trim=start=0.4", "-fps_mode", "passthrough"]
        encode(*moving(), *sweep(), *late, *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def hdr(self, path: Path) -> None:
        colours = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"]
        codec = ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", _HDR]
        encode(*moving("24", 5), *sweep(5), *codec, *colours, "-tag:v", "hvc1", "-c:a", "aac", str(path))

    @clip(".mp4")
    def ntsc(self, path: Path) -> None:
        """29.97 frames per second."""
        encode(*moving("30000/1001"), *sweep(), *H264, "-c:a", "aac", str(path))

    @clip(".mkv")
    def matroska(self, path: Path) -> None:
        """Times are rounded to milliseconds."""
        encode("-i", str(self.ntsc), "-c", "copy", str(path))

    @clip(".mp4")
    def silent(self, path: Path) -> None:
        encode(*moving(), *H264, str(path))

    @clip(".mp4")
    def one_key_frame(self, path: Path) -> None:
        encode(*moving(), *H264, "-g", "1000", str(path))
