"""Closed captions in the video bitstream (CEA-608/708, ATSC A/53): detection, and the encoders that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from av.buffer import Buffer
from av.video.frame import VideoFrame

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.domain.notice import Notice

_TRIPLET_BYTES = 3  # of cc_data (CTA-708, table 2): validity and kind, then two bytes
_VALID, _KIND = 0x04, 0x03
_FIRST_FIELD, _SECOND_FIELD = 0, 1  # kinds: CEA-608 of a field; 2 and 3 are CEA-708
_KEEPING_CODECS = ("h264", "h265", "mpeg2")  # their encoders write the data, in software and hardware


def has_captions(frame: VideoFrame) -> bool:
    """Whether a decoded frame carries caption data."""
    return bool(_data(frame))


def channels(frames: Iterable[VideoFrame]) -> tuple[str, ...]:
    """HLS's INSTREAM-ID of the captions in `frames`: CEA-608 if present, else CEA-708; () = none."""
    kinds: set[int] = set()
    carried = False
    for frame in frames:
        data = _data(frame)
        carried = carried or bool(data)
        starts = range(0, len(data) - _TRIPLET_BYTES + 1, _TRIPLET_BYTES)
        kinds |= {data[at] & _KIND for at in starts if data[at] & _VALID and _is_not_padding(data[at + 1 : at + 3])}
    fields = {"CC1": _FIRST_FIELD, "CC3": _SECOND_FIELD}
    if found := tuple(channel for channel, kind in fields.items() if kind in kinds):
        return found
    if kinds:
        return ("SERVICE1",)
    return ("CC1",) if carried else ()  # only padding so far: broadcasters start with it


def notices(video: VideoStream | None, parameters: VideoParameters | None) -> Sequence[Notice]:
    """The notice of captions that an encode leaves out: not every codec can carry them."""
    if video is None or parameters is None or not video.has_closed_captions:
        return ()
    if parameters.codec == "copy" or parameters.codec in _KEEPING_CODECS:
        return ()
    message = (
        f"the closed captions (CEA-608/708) of video track {video.index} are left out: an encode as "
        f"{parameters.codec} cannot carry them; choose h264 or h265 to keep them"
    )
    left_out: dict[str, str | int | float] = {"kind": "captions", "index": video.index, "codec": parameters.codec}
    return (Notice(code="TrackLeftOut", message=message, parameters=left_out),)


def _data(frame: VideoFrame) -> bytes:
    found = frame.side_data.get("A53_CC")
    return bytes(found) if isinstance(found, Buffer) else b""


def _is_not_padding(pair: bytes) -> bool:
    """Whether a pair holds captions: padding of CEA-608 is two zeros with odd parity."""
    return any(byte & 0x7F for byte in pair)
