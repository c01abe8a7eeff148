"""Closed captions in the picture (CEA-608) as cues: ffmpeg decodes the video and writes them as an ASS script."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import ffmpeg

from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.source.formats import DEMUXERS, open_options
from media_workflows.media.source.subtitles.cues import CEA608, Cues, read_cues

_OPTION_SPECIAL, _GRAPH_SPECIAL = re.compile(r"([\\':])"), re.compile(r"([\\'\[\],;])")


def closed_captions(context: BuildContext, source: Path, name: str) -> Stream:
    """An output that writes the captions of the first field that has any as the file `name`.

    Their times count from the first picture.
    """
    options = ":".join(f"{key}={value}" for key, value in open_options(DEMUXERS).items())
    movie = f"movie={_escaped(str(source))}:format_opts={_escaped(options)}[out0+subcc]"
    captions = ffmpeg.input(movie, f="lavfi")["s"]
    return captions.output(name, format="ass", **{"c:s": "ass"}, **context.output_options())


def _escaped(value: str) -> str:
    """A value as an option of a filter in a graph: escaped for each of the two."""
    return _GRAPH_SPECIAL.sub(r"\\\1", _OPTION_SPECIAL.sub(r"\\\1", value))


def read_closed_captions(path: Path, start_s: float) -> Cues:
    """The cues that the output has written, for pictures that start at `start_s` of the file."""
    found = read_cues(path, 0)
    cues = (replace(one, start_s=one.start_s + start_s, end_s=one.end_s + start_s) for one in found.cues)
    # The script's styles are ffmpeg's own.
    return replace(found, header="", codec=CEA608, cues=tuple(cues))
