"""`open_source`: a source probed and ready for builders and verification."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from media_workflows.errors import MediaError
from media_workflows.media.encoders.hardware_check import require_encoder
from media_workflows.media.ffmpeg.fonts import extra_font_paths, font_path
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.filters.build_context import BuildContext, ExtraInput
from media_workflows.media.source.chapters import count_chapters
from media_workflows.media.source.clock_check import require_credible_duration, require_sane_clock
from media_workflows.media.source.probe import probe, probe_extra
from media_workflows.media.source.subtitles.cues import cues_of, read_tracks
from media_workflows.media.source.timecode import read_time_code
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.settings import Settings

NO_FILES: Mapping[str, Path] = {}


def open_source(
    source: Path, work_dir: Path, settings: Settings, extra: Mapping[str, Path] = NO_FILES
) -> tuple[BuildContext, SourceTimeline]:
    """The context of builders and the timeline of a source. Raises MediaError when no item can use it."""
    info = probe(source)
    timeline = SourceTimeline(source, info)
    require_sane_clock(info, timeline)
    readable, refused = _readable(extra)
    tracks = cache(lambda key, language: read_tracks(extra[key] if key else source, language))
    context = BuildContext(
        source.resolve(),
        info,
        work_dir,
        font_path(settings.watermark_font).resolve(),
        settings.ffmpeg_threads,
        extra=readable,
        refused=refused,
        key_frames=lambda: timeline.key_frames_s,
        spans=lambda: timeline.spans,
        is_cut=lambda: timeline.is_cut,
        cues=lambda key, index, language="": cues_of(tracks(key, language), index),
        require_encoder=partial(require_encoder, ffmpeg_binary(settings.ffmpeg_path)),
        extra_fonts=extra_font_paths(settings.extra_fonts),
        time_code=cache(partial(read_time_code, source)),
        chapters=cache(partial(count_chapters, source)),
        source_name=source.name,
        extra_files=extra,
    )
    return context, timeline


def _readable(files: Mapping[str, Path]) -> tuple[dict[str, ExtraInput], dict[str, MediaError]]:
    """The files that are media or captions, and the errors of the others; `BuildContext.extra_input` raises them."""
    found, refused = {}, {}
    for key, path in files.items():
        try:
            info = probe_extra(path)
            if info.video or info.audio:
                require_credible_duration(info, SourceTimeline(path, info))
            found[key] = ExtraInput(path.resolve(), info)
        except MediaError as error:
            refused[key] = error
    return found, refused
