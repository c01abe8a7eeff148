"""Renditions that came out larger than their source: what `on_larger` of a transcode asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import OutputRejectedError


def larger_error(made_bytes: int, source_bytes: int, why: str = "") -> OutputRejectedError:
    """The failure of an item whose output is larger than the source."""
    if not why:
        return OutputRejectedError(
            "the output has {made} bytes and its source {source}: choose a lower bitrate or a higher crf, or set "
            "on_larger to keep_source or publish",
            made=made_bytes,
            source=source_bytes,
        )
    return OutputRejectedError(
        "the output has {made} bytes and its source {source}, and the source cannot take its place: {why}",
        made=made_bytes,
        source=source_bytes,
        why=why,
    )


def is_same_format(item: TranscodeItem, source_key: str) -> bool:
    """Whether the source's file can have the output's name, by its extension."""
    return source_key.lower().endswith(f".{parameters_of(item).file_format}")


def lost_streams(item: TranscodeItem, source: MediaInfo) -> bool:
    """Whether the item removes the picture or the sound of its source, which the source itself still has."""
    parameters: TranscodeParameters = parameters_of(item)
    return bool((source.video and not parameters.video) or (source.audio and not parameters.audio))


def remuxing(item: TranscodeItem) -> TranscodeItem:
    """The item that packs the source's streams as they are into the same container."""
    asked: TranscodeParameters = parameters_of(item)
    parameters = TranscodeParameters(
        container=asked.container,
        video=VideoParameters(codec="copy") if asked.video else None,
        audio=AudioParameters(codec="copy") if asked.audio else None,
    )
    return item.model_copy(update={"parameters": parameters, "override": None})


def kept_notice(made_bytes: int, source_bytes: int) -> Notice:
    """Says that the source is published in place of the encode."""
    return Notice(
        code="SourceKept",
        message=f"the encode has {made_bytes} bytes and the source {source_bytes}: the source is published instead",
        parameters={"made": made_bytes, "source": source_bytes},
    )


def total_bytes(paths: Sequence[Path]) -> int:
    """The size of files together."""
    return sum(path.stat().st_size for path in paths)
