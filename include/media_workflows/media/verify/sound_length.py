"""Check that the sound of an output lasts as long as its timestamps say: players play samples, not timestamps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from media_workflows.errors import OutputRejectedError
from media_workflows.media.source.pyav import packets
from media_workflows.media.source.timeline import tolerance_s
from media_workflows.media.verify.open_output import open_output

_FEW_PACKETS = 8  # for fewer, encoder delay and padding dominate


def require_sound_length(path: Path) -> None:
    """Check each audio track whose packets all hold the same number of samples; packets are counted, not decoded.

    Raises OutputRejectedError for more sound than its timestamps span, FFmpegError for a file that cannot be opened.
    """
    with open_output(path) as container:
        streams = {
            one.index: one for one in container.streams.audio if one.codec_context and one.codec_context.sample_rate
        }
        counts: Counter[int] = Counter()
        first_s: dict[int, float] = {}
        last_s: dict[int, float] = {}
        for packet in packets(container, *streams.values()) if streams else ():
            if packet.pts is None or not packet.size:
                continue
            index, time_s = packet.stream.index, float(packet.pts * packet.time_base)
            counts[index] += 1
            first_s[index] = min(time_s, first_s.get(index, time_s))
            last_s[index] = max(time_s, last_s.get(index, time_s))
    for number, (index, stream) in enumerate(streams.items()):
        packet_s = stream.codec_context.frame_size / stream.codec_context.sample_rate
        sound_s, span_s = counts[index] * packet_s, last_s.get(index, 0.0) - first_s.get(index, 0.0) + packet_s
        if counts[index] > _FEW_PACKETS and sound_s > span_s + tolerance_s(span_s):
            raise OutputRejectedError(
                "audio track {track} of the output holds {sound_s} s of sound for {span_s} s: its timestamps overlap; "
                "run the job again, and report it with the source if it persists",
                track=number,
                sound_s=f"{sound_s:.1f}",
                span_s=f"{span_s:.1f}",
            )
