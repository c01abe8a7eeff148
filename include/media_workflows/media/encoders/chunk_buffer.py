"""Buffers of encodes that are joined: the joined file needs no larger one than an encode at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media_workflows.domain.jobs.streams import VideoParameters

# An encoder bounds what a chunk has above its highest rate R: from any moment in it on, by the buffer b; from its start
# on, by the part of b that counts as full there (0.9 by default). It does not know that the chunk before may have
# emptied the buffer. Over an edge both add up, to (1 + START) * b, which is the buffer that was asked for if b is this
# part of it. A smaller START starves the first picture of each chunk, a larger one leaves less of b for all others.
START = 0.5
PART = 1 / (1 + START)

_PARAMS = {"h264": "x264-params", "h265": "x265-params"}


def chunk_buffer(parameters: VideoParameters, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of an encoder for a chunk: those of the whole, with its share of their buffer where they have one."""
    chosen, name = dict(options), _PARAMS.get(parameters.codec)
    if "bufsize" not in chosen or name is None or parameters.encoder != "software":
        return chosen
    chosen["bufsize"] = f"{int(int(chosen['bufsize'].removesuffix('k')) * PART)}k"
    start = f"vbv-init={START:g}"
    chosen[name] = f"{chosen[name]}:{start}" if chosen.get(name) else start
    return chosen
