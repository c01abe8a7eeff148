"""`DecodeLog`: the damaged pictures of an input that ffmpeg reports while it runs."""

from __future__ import annotations

import re

# Messages of ffmpeg and its decoders about pictures that differ from the encoded ones, collected from seeks past broken
# key frames and from bit-flipped files of fifteen codecs. Left out on purpose: "co located POCs
# unavailable", "mmco: unref short failure" and "non-existing PPS", which healthy transport streams log where a decode
# begins inside a group of pictures; the frames concerned are not shown.
_DAMAGE = re.compile(
    r"corrupt decoded frame"
    r"|error while decoding MB|Error at MB|concealing \d+|gray chroma"
    r"|(ac-tex|ac tex|cbpy?|header|slice|mb|MV) damaged"
    r"|Missing reference picture|reference picture missing|Reference \d+ >= \d+"
    r"|Could not find ref with POC|Error constructing the frame RPS"
    r"|Requested reference \d+ not available|Not all references are available"
    r"|first frame is (no|not a) keyframe|Discarding interframe without a prior keyframe"
    r"|\[dec:(libdav1d|av1|libvpx\S*|vp8|vp9|hevc|vvc)\] (Error submitting packet|Decoding error)"
    r"|mjpeg_decode_dc: bad vlc|error y=\d+ x=\d+|\bdc overflow"
    r"|could not seek to position"
)
# The scaler and the filters speak of the output, for instance of its range; a clean source has such lines too.
_BEHIND_DECODERS = re.compile(r"\[(swscaler|Parsed_\w+)\b")
_ADDRESS = re.compile(r" @ 0x[0-9a-f]+")


class DecodeLog:
    """A counter of ffmpeg's log lines about damage; `first` is the first of them ('' = none).

    `lines` counts all lines that decoders have logged, also those about pictures that are not shown.
    """

    def __init__(self) -> None:
        self.first = ""
        self.count = 0
        self.lines = 0

    def feed(self, line: str) -> None:
        """Add one line of the log."""
        text = _ADDRESS.sub("", line).strip()
        if _BEHIND_DECODERS.match(text):
            return
        self.lines += 1
        if _DAMAGE.search(text):
            self.count += 1
            self.first = self.first or text
