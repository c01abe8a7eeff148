"""Renditions that came out larger than their source: what `on_larger` of a transcode asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters, changes_sound
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import MediaError, OutputRejectedError
from media_workflows.media.jobs.verified_items import Made, Result
from media_workflows.media.source.formats import FORMAT_BYTES, is_format


@dataclass(frozen=True)
class OnLarger:
    """Decides for the items of one source; `source_key` is its name in the storage."""

    source: Path
    source_key: str
    info: MediaInfo

    def result(self, item: TranscodeItem, made: Result, encode: Callable[[TranscodeItem], Result]) -> Result:
        """What was made, unless it must not be larger than the source and is; `encode` makes another item instead."""
        if isinstance(made, MediaError) or item.on_larger == "publish":
            return made
        made_bytes, source_bytes = _total_bytes([file.path for file in made.files]), self.info.size_bytes
        if made_bytes <= source_bytes:
            return made
        if item.on_larger == "fail":
            return _larger_error(made_bytes, source_bytes)
        if why := _unlike_source(item, self.info):
            return _larger_error(made_bytes, source_bytes, why)
        kept = self._source_as(item, made, encode)
        if isinstance(kept, MediaError):
            return _larger_error(made_bytes, source_bytes, str(kept))
        return replace(kept, notices=(*kept.notices, _kept_notice(made_bytes, source_bytes)))

    def _source_as(self, item: TranscodeItem, made: Made, encode: Callable[[TranscodeItem], Result]) -> Result:
        """The source's bytes as the item's file; remuxed, where the item has another container or labels."""
        if _can_be_kept(item, self.source, self.source_key, self.info):
            file = replace(made.files[0], path=self.source, info=self.info, vmaf=None, loudness=())
            return Made((file,), ())
        return encode(_remuxing(item))


def _larger_error(made_bytes: int, source_bytes: int, why: str = "") -> OutputRejectedError:
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


def _can_be_kept(item: TranscodeItem, source: Path, source_key: str, info: MediaInfo) -> bool:
    """Whether the source's bytes can be the item's file: in its format, by name and content, and with its labels."""
    parameters: TranscodeParameters = parameters_of(item)
    if not source_key.lower().endswith(f".{parameters.file_format}"):
        return False
    with source.open("rb") as file:
        start = file.read(FORMAT_BYTES)
    return is_format(info.container, start, parameters.file_format) and not _labels(parameters.audio)


def _labels(audio: AudioParameters | None) -> bool:
    """Whether the item calls the sound something else than the source."""
    return audio is not None and bool(audio.language or audio.name)


def _names_one_track(audio: AudioParameters | None) -> bool:
    """Whether the item chooses or labels one track, where the source and its remux have all."""
    return audio is not None and audio.tracks == "main" and bool(audio.source_language or _labels(audio))


def _unlike_source(item: TranscodeItem, source: MediaInfo) -> str:
    """Why the source cannot take the place of the item's output; '' = it can.

    Saving refuses sound that is changed; earlier versions have stored such items.
    """
    parameters: TranscodeParameters = parameters_of(item)
    if (source.video and not parameters.video) or (source.audio and not parameters.audio):
        return "the item removes its picture or its sound"
    if source.audio and changes_sound(parameters):
        return (
            "the item changes its sound: leave out loudness_lufs and channel_mix, or set on_larger to fail or publish"
        )
    if len(source.audio) > 1 and _names_one_track(parameters.audio):
        return "the item chooses or labels one of several audio tracks: leave out source_language, language and name"
    return ""


def _remuxing(item: TranscodeItem) -> TranscodeItem:
    """The item that packs the source's streams as they are into its container, with the labels that it gives."""
    asked: TranscodeParameters = parameters_of(item)
    audio = asked.audio
    parameters = TranscodeParameters(
        container=asked.container,
        video=VideoParameters(codec="copy") if asked.video else None,
        audio=AudioParameters(codec="copy", language=audio.language, name=audio.name) if audio else None,
    )
    return item.model_copy(update={"parameters": parameters, "override": None})


def _kept_notice(made_bytes: int, source_bytes: int) -> Notice:
    """Says that the source is published in place of the encode."""
    return Notice(
        code="SourceKept",
        message=f"the encode has {made_bytes} bytes and the source {source_bytes}: the source is published instead",
        parameters={"made": made_bytes, "source": source_bytes},
    )


def _total_bytes(paths: Sequence[Path]) -> int:
    """The size of files together."""
    return sum(path.stat().st_size for path in paths)
