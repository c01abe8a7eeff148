"""`python measure.py FFMPEG FILE REQUEST`: what is in a media file, by ffmpeg and PyAV alone; JSON on stdout.

Imports nothing of the product: what it measures must not be measured by the code that made it. REQUEST is JSON:
`moments_s` (one tuple of moments for each picture; null = the middle), `window_s`, and `layouts`, to which the chosen
sound is mixed before its levels are measured (null = as it is).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import av
import numpy as np

MEASURED_S = 60  # of the sound of a long file
SHORT_S = (
    60  # up to this length pictures are decoded from the start: what a seek does wrong must not show on both sides
)
HDR_TRANSFERS = {16: "PQ", 18: "HLG"}  # ITU-T H.273
_LEVEL = re.compile(r"RMS level dB: (\S+)")
_BT709_MATRIX, _FIRST_HD_HEIGHT = 1, 720


def measured(ffmpeg: str, file: str, request: dict[str, Any]) -> dict[str, Any]:
    """Tracks, duration, levels of each sound by layout, pictures."""
    with av.open(file, metadata_errors="replace") as container:
        tracks = [_track(stream) for stream in container.streams]
        duration_s = container.duration / av.time_base if container.duration else 0.0
    sounds = [track for track in tracks if track["type"] == "audio"]
    layouts = request.get("layouts") or [None]
    return {
        "tracks": tracks,
        "duration_s": duration_s,
        "levels_db": [
            [_levels_db(ffmpeg, file, number, layout) for layout in layouts] for number in range(len(sounds))
        ],
        "pictures": _pictures(file, request, duration_s),
    }


def _track(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    track = {
        "index": stream.index,
        "type": stream.type or "unknown",
        "codec": context.codec.name if context else "unknown",
        "language": stream.metadata.get("language", "und"),
        "default": bool(stream.disposition & av.stream.Disposition.default),
        "cover": bool(stream.disposition & av.stream.Disposition.attached_pic),
    }
    if context and stream.type == "audio":
        track |= {"layout": context.layout.name, "channels": context.layout.nb_channels, "rate_hz": context.sample_rate}
    if context and stream.type == "video":
        track |= {"width": context.width, "height": context.height, "note": _picture_note(stream)}
    return track


def _picture_note(stream: Any) -> str:
    """Why the colour of an output may well be another: '' = it should be the same."""
    transfer = HDR_TRANSFERS.get(int(stream.codec_context.color_trc or 0))
    name = stream.codec_context.format.name if stream.codec_context.format else ""
    has_alpha = (
        "a" in re.sub(r"gray|pal8|planar", "", name).partition("p")[0] or stream.metadata.get("alpha_mode") == "1"
    )
    return ", ".join(filter(None, [transfer, "alpha" if has_alpha else ""]))


def _levels_db(ffmpeg: str, file: str, number: int, layout: str | None) -> list[float] | None:
    """RMS of each channel; None = ffmpeg decodes nothing of it."""
    mixed = f"aformat=channel_layouts={layout}," if layout else ""
    graph = f"{mixed}astats=measure_overall=none:measure_perchannel=RMS_level"
    command = [ffmpeg, "-hide_banner", "-nostdin", "-t", str(MEASURED_S), "-i", file]
    done = subprocess.run(
        [*command, "-map", f"0:a:{number}", "-af", graph, "-f", "null", "-"],
        capture_output=True,
        text=True,
        errors="replace",
    )
    found = [float(level) for level in _LEVEL.findall(done.stderr)]
    return [max(level, -120.0) for level in found] or None  # digital silence is -inf


def _pictures(file: str, request: dict[str, Any], duration_s: float) -> list[dict[str, Any] | None]:
    """The mean colour at each moment, with the range of what is seen around it."""
    moments_s = [duration_s / 2 if moment is None else moment for moment in request["moments_s"]]
    return [_picture(file, moment, request["window_s"], duration_s) for moment in moments_s]


def _picture(file: str, moment_s: float, window_s: float, duration_s: float) -> dict[str, Any] | None:
    frames = _frames_around(file, moment_s, window_s, duration_s)
    if not frames:
        return None
    nearest = min(frames, key=lambda pair: abs(pair[0] - moment_s))
    colours = np.array([colour for _, colour in frames])
    return {
        "time_s": round(nearest[0], 3),
        "rgb": nearest[1],
        "least": colours.min(axis=0).tolist(),
        "most": colours.max(axis=0).tolist(),
    }


def _frames_around(file: str, moment_s: float, window_s: float, duration_s: float) -> list[tuple[float, list[float]]]:
    """(time, mean colour) of the frames within the window, or of the last one before it. Times begin with the file."""
    found: list[tuple[float, list[float]]] = []
    before: tuple[float, Any] | None = None
    with av.open(file, metadata_errors="replace") as container:
        pictures = [one for one in container.streams.video if one.codec_context]
        films = [one for one in pictures if not one.disposition & av.stream.Disposition.attached_pic]
        if not films:
            return []
        stream = max(
            films, key=lambda one: (bool(one.disposition & av.stream.Disposition.default), one.width * one.height)
        )
        stream.thread_type = "NONE"  # frame threads can lock up when a file is left before its end
        origin_s = (container.start_time or 0) / av.time_base
        if duration_s > SHORT_S and moment_s > SHORT_S / 2:
            container.seek(int((origin_s + moment_s - 10) * av.time_base), backward=True)
        for frame in _decoded(container, stream):
            time_s = (frame.time if frame.time is not None else origin_s) - origin_s
            if time_s > moment_s + window_s:
                break
            if time_s >= moment_s - window_s:
                found.append((time_s, _mean_rgb(frame)))
            else:
                before = (time_s, frame)
    if not found and before is not None:
        return [(before[0], _mean_rgb(before[1]))]
    return found


def _decoded(container: Any, stream: Any) -> Any:
    """Frames; a broken packet ends nothing."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _mean_rgb(frame: Any) -> list[float]:
    """By the frame's own matrix and range; without tags BT.709 from 720 lines on, else BT.601, as players take it."""
    matrix = (
        "ITU709"
        if frame.colorspace == _BT709_MATRIX or (int(frame.colorspace) == 2 and frame.height >= _FIRST_HD_HEIGHT)
        else "ITU601"
    )
    pixels = frame.reformat(format="rgb24", src_colorspace=matrix, dst_color_range="JPEG").to_ndarray()
    return [round(float(value), 1) for value in _without_bars(pixels).mean(axis=(0, 1))]


def _without_bars(pixels: Any) -> Any:
    """Without black rows and columns at opposite edges: an output may have bars that its source has not."""
    bright = pixels.max(axis=2) > 24
    rows, columns = np.flatnonzero(bright.mean(axis=1) > 0.02), np.flatnonzero(bright.mean(axis=0) > 0.02)
    if len(rows) < 8 or len(columns) < 8:
        return pixels
    top, left = min(rows[0], pixels.shape[0] - 1 - rows[-1]), min(columns[0], pixels.shape[1] - 1 - columns[-1])
    return pixels[top : pixels.shape[0] - top, left : pixels.shape[1] - left]


if __name__ == "__main__":
    av.logging.restore_default_callback()  # a callback into Python can lock up with threads of the decoder
    print(json.dumps(measured(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
