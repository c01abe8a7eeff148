"""ffmpeg options for segments and the key frames at their starts. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.media.filters.overlay.overlays import FRAME_TIME_EPSILON_S

Options = dict[str, Any]

# Start of the timeline of MPEG-TS segments. Above 0 for the negative times of reordered pictures and of encoder
# priming, which each muxer would shift on its own: sound and picture of different playlists would drift apart.
TS_START_S = 10
KEY_FRAME_INTERVAL_S = 2  # Apple's HLS authoring specification, 1.10
_TS_MUXER_DELAY_S = 1.4  # added by ffmpeg's MPEG-TS muxer: twice its max_delay of 0.7 s


_INTERLEAVE_S = 60
_ROUNDING_S = 0.000001  # of the start of a continued output, whose frames are 4 ms apart at least
_LOOKAHEAD_FRAMES = 100  # more than any encoder here buffers before its first packet


def interleave_options(container: str, fps: float) -> Options:
    """Options of MPEG-TS and FLV to wait for an encoder's first packet: else video times wrap below audio times.

    ffmpeg waits 10 s of media by default, which an encoder that looks 40 frames ahead exceeds at slow rates. The wait
    is bounded because everything is kept in memory meanwhile where one track ends early.
    """
    if container not in ("ts", "flv"):
        return {}
    return {"max_interleave_delta": _micros(max(_INTERLEAVE_S, _LOOKAHEAD_FRAMES / fps if fps else 0))}


@dataclass(frozen=True)
class Segments:
    """The segments of a playlist: their container, whether they are ranges of one file, seconds of each."""

    container: Literal["ts", "mp4"]
    single_file: bool
    length_s: float


def hls_options(segments: Segments, stem: str, *, grows: bool = False) -> Options:
    """Options for a complete (VOD) playlist, `stem`.m3u8, with local names.

    `grows`: ffmpeg writes it again, under another name that it then changes, after each segment that is finished.
    """
    number = "" if segments.single_file else "_%05d"
    is_ts = segments.container == "ts"
    extension = "ts" if is_ts else "mp4" if segments.single_file else "m4s"
    options: Options = {
        "format": "hls",
        "hls_time": f"{segments.length_s:g}",
        "hls_list_size": 0,
        "hls_playlist_type": "event" if grows else "vod",
        "hls_segment_type": "mpegts" if is_ts else "fmp4",
        "hls_segment_filename": f"{stem}{number}.{extension}",
    }
    if segments.single_file:
        options["hls_flags"] = "single_file"
    return options if is_ts else {**options, "hls_fmp4_init_filename": f"{stem}_init.mp4"}


def timeline_options(container: str) -> Options:
    """Options that start all playlists of an item at the same time, whatever the delay of their encoders."""
    if container == "ts":
        return {"output_ts_offset": f"{TS_START_S - _TS_MUXER_DELAY_S:g}"}
    return {"avoid_negative_ts": "disabled"}


def indexed_options(segment_s: float, fps: float, *, is_cmaf: bool = False) -> Options:
    """Options for one fragmented MP4 with an index of its segments in front. `fps` 0 = sound.

    CMAF has its own brand in the file and its own rules for the boxes (ISO/IEC 23000-19, 7.2).
    """
    flags = "+delay_moov+default_base_moof+global_sidx" + ("+cmaf" if is_cmaf else "")
    if not fps:
        return {"format": "mp4", "movflags": flags, "frag_duration": _micros(segment_s)}
    # A fragment ends at the first key frame after this; a frame and a half of slack for rates that do not divide it.
    shortest_s = max(0.0, segment_s - 1.5 / fps)
    return {"format": "mp4", "movflags": f"{flags}+frag_keyframe", "min_frag_duration": _micros(shortest_s)}


def key_frame_interval_s(video: VideoParameters, segment_s: float) -> float:
    """Seconds from key frame to key frame: about 2, a whole number in a segment, unless the parameters set a GOP."""
    if video.gop_frames or video.gop_s:
        return segment_s
    return segment_s / math.ceil(segment_s / KEY_FRAME_INTERVAL_S)


def forced_interval_s(video: VideoParameters, segment_s: float) -> Fraction:
    """`key_frame_interval_s` exactly as a command has it."""
    return Fraction(f"{key_frame_interval_s(video, segment_s):g}")


def _forced(interval_s: float, moments_s: Sequence[float], from_s: float) -> str:
    """An expression that is true for the first frame of each `interval_s` and the first one from each moment on.

    For an output that continues another one, `from_s` is where: its times begin at 0, and its key frames go on.
    """
    if not moments_s:
        if not from_s:
            return f"gte(t,n_forced*{interval_s:g})"
        start_s = from_s + _ROUNDING_S
        return f"gte(t+{start_s:.6f},(n_forced+{int(start_s / interval_s)})*{interval_s:g})"
    shift = f"+{from_s:.6f}" if from_s else ""
    now, last = (f"floor(({time}{shift}+{FRAME_TIME_EPSILON_S})/{interval_s:g})" for time in ("t", "prev_forced_t"))
    begun = f"gt({now},{last})"
    at_s = [f"{moment_s - from_s - FRAME_TIME_EPSILON_S:.6f}" for moment_s in moments_s]
    reached = [f"gte(t,{one})*lt(prev_forced_t,{one})" for one in at_s]
    return f"if(isnan(prev_forced_t),1,{'+'.join([begun, *reached])})"


def _micros(seconds: float) -> int:
    return round(seconds * 1_000_000)


def key_frame_options(
    video: VideoParameters,
    segment_s: float,
    encoder_options: Mapping[str, Any],
    moments_s: Sequence[float] = (),
    from_s: float = 0.0,
) -> Options:
    """Options for closed-GOP key frames at each segment's start, about every 2 s within it, and at `moments_s`.

    `encoder_options` are those already set. `from_s` is where the frames begin that are encoded, the first of which is
    a key frame in any case.
    """
    forced = _forced(key_frame_interval_s(video, segment_s), moments_s, from_s)
    options: Options = {"force_key_frames": f"expr:{forced}"}
    if video.codec in ("h264", "h265") and video.encoder in ("software", "nvenc"):
        options["forced-idr"] = 1
    if video.codec == "h265" and video.encoder == "software":
        given = encoder_options.get("x265-params")
        options["x265-params"] = f"{given}:open-gop=0" if given else "open-gop=0"
    return options
