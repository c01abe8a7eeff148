"""`probe`: the media info of a file, read with PyAV (ffprobe is not available) in a child process.

A source is opened with a demuxer allow-list and the `file` protocol alone, so that an upload can
never make a worker read another file or a URL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError

from media_workflows.domain.media_info import AudioStream, MediaInfo, OtherStream, SubtitleStream, VideoStream
from media_workflows.errors import CaptionsError, MediaError, UnreadableSourceError
from media_workflows.media.source.clock import data_lead_s
from media_workflows.media.source.first_frames import first_picture, tracks
from media_workflows.media.source.formats import (
    CAPTION_SUFFIXES,
    DEMUXERS,
    GUESSING_CONTAINERS,
    HLS_DEMUXERS,
    JUMPING_CONTAINERS,
    PICTURE_DEMUXERS,
    PROTOCOLS,
    SUBTITLE_DEMUXERS,
    is_one_of,
    open_options,
)
from media_workflows.media.source.frame_rates import index_times_s, rate_varies
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.packet_times import Span, counted
from media_workflows.media.source.promised_bytes import has_open_size
from media_workflows.media.source.pyav import packets
from media_workflows.media.source.refusals import refuse_by_head, refuse_unreadable, require_size
from media_workflows.media.source.streams import (
    AvStream,
    best_video,
    codec_name,
    described_audio,
    described_further,
    described_subtitle,
    described_video,
    header_span,
    late_streams,
    undecodable_streams,
)
from media_workflows.media.source.subtitles.notices import named_times
from media_workflows.media.source.subtitles.text_files import SubtitleText, subtitle_text
from media_workflows.media.source.timeline import cut_error
from media_workflows.media.source.undecodable import explained

__all__ = ["DEMUXERS", "PROTOCOLS", "probe", "probe_extra", "probe_picture", "probe_playlist"]

_LATE_S = 0.5
_MEASURED_BYTES = 256 * 1024**2  # up to this size all packets are counted when the header lacks values: about a second


@isolated
def probe(path: Path) -> MediaInfo:
    """The media info of an audio or video file. Raises UnreadableSourceError, or IncompleteSourceError when
    the data that the header states is missing."""
    refuse_by_head(path)
    return _probe(path, DEMUXERS)


@isolated
def probe_extra(path: Path) -> MediaInfo:
    """The media info of a file beside the source: a text subtitle file, or else as `probe`. Raises
    CaptionsError for a file by the name of captions that holds none."""
    text = subtitle_text(path)
    try:
        return (_caption_info(path, text) if text else None) or probe(path)
    except UnreadableSourceError:
        if path.suffix.lower() in CAPTION_SUFFIXES:
            raise _without_captions() from None
        raise


def _caption_info(path: Path, text: SubtitleText) -> MediaInfo | None:
    """The media info of captions; None for another text. Raises CaptionsError for captions without a cue."""
    if text.unread and b"-->" not in text.content:
        raise _without_times(text.unread)
    options = open_options(SUBTITLE_DEMUXERS)
    try:
        with av.open(text.opened(path), mode="r", options=options, metadata_errors="replace") as container:
            info = _Probe(path, SUBTITLE_DEMUXERS, container).subtitle_info()
            if not any(packet.size for packet in packets(container)):
                raise _without_captions()
    except FFmpegError:
        return None
    if not text.language:
        return info
    return info.model_copy(
        update={"subtitles": tuple(one.model_copy(update={"language": text.language}) for one in info.subtitles)}
    )


def _without_times(unread: Sequence[str]) -> CaptionsError:
    return CaptionsError(
        "{track} has no cue whose time can be read and lies within its container ({times}): correct the times and "
        "upload it again",
        track="the subtitle file",
        times=named_times(unread),
    )


def _without_captions() -> CaptionsError:
    return CaptionsError(
        "{track} holds no captions: save them as SubRip (.srt), WebVTT (.vtt), ASS, TTML or SCC and upload it again",
        track="the subtitle file",
    )


def probe_picture(path: Path) -> MediaInfo:
    """The media info of a picture or GIF written by this product. Raises UnreadableSourceError."""
    return _probe(path, PICTURE_DEMUXERS)


def probe_playlist(path: Path) -> MediaInfo:
    """The media info of a local HLS playlist written by this product, through its segments. Raises
    UnreadableSourceError. Never for a source: a playlist refers to other files.
    """
    return _probe(path, HLS_DEMUXERS)


def _probe(path: Path, demuxers: Iterable[str]) -> MediaInfo:
    try:
        with av.open(str(path), mode="r", options=open_options(demuxers), metadata_errors="replace") as container:
            return _Probe(path, tuple(demuxers), container).info()
    except FFmpegError as error:
        refuse_unreadable(path, error)


class _Probe:
    """The probe of one file. The header is read through `container`; reading packets opens the file again."""

    def __init__(self, path: Path, demuxers: tuple[str, ...], container: InputContainer) -> None:
        self._path = path
        self._demuxers = demuxers
        self._container = container
        self._video = best_video(container)
        self._audio = [stream for stream in container.streams.audio if stream.codec_context]
        self._size_bytes = path.stat().st_size
        self._late: tuple[OtherStream, ...] = ()  # this and the next two are set when packets are counted
        self._corrections = 0
        self._frame_times_s: list[float | None] = []

    def info(self) -> MediaInfo:
        """The media info. Raises UnreadableSourceError or IncompleteSourceError when no stream holds data."""
        spans = self._spans()
        duration_s = self._duration_s(spans)
        average = round(self._size_bytes * 8 / duration_s) if duration_s else 0
        video, audio = self._described_video(spans), self._described_audio(spans)
        if video is None and not audio:
            raise self._no_media_error()
        if video is None and not any(track.is_decodable or track.sample_rate_hz for track in audio):
            raise UnreadableSourceError(
                "the source holds no {codec} audio, although its name or header says so: no frame was found in it; "
                "upload the right file",
                codec=audio[0].codec,
            )
        return MediaInfo(
            container=self._container.format.name,
            duration_s=round(duration_s, 3),
            size_bytes=self._size_bytes,
            bitrate_bps=self._container.bit_rate or average,
            video=video,
            audio=audio,
            subtitles=self._described_subtitles(),
            other=self._other(),
            clock_corrections=self._corrections,
            further=tuple(described_further(self._container, video.index if video else None)),
        )

    def subtitle_info(self) -> MediaInfo:
        """The media info of a subtitle file."""
        return MediaInfo(
            container=self._container.format.name,
            duration_s=round(self._declared_s(), 3),
            size_bytes=self._size_bytes,
            bitrate_bps=0,
            subtitles=self._described_subtitles(),
        )

    def _reopened(self) -> InputContainer:
        return av.open(str(self._path), mode="r", options=open_options(self._demuxers), metadata_errors="replace")

    def _declared_s(self) -> float:
        """The duration by the container, else by its longest stream, in seconds; 0 when neither is reliable."""
        container = self._container
        if is_one_of(container.format.name, GUESSING_CONTAINERS) or has_open_size(self._path):
            return 0.0
        if container.duration and container.duration > 0:
            return container.duration / av.time_base - data_lead_s(container)
        of_streams = (float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base)
        return max(of_streams, default=0.0)

    def _duration_s(self, spans: dict[int, Span]) -> float:
        """The duration by the header, unless it has none or includes a clock jump or a late start."""
        end_s, declared_s = max((span.end_s for span in spans.values()), default=0.0), self._declared_s()
        start_s = (self._container.start_time or 0) / av.time_base
        if start_s > _LATE_S and abs(declared_s - start_s - end_s) < _LATE_S:  # Matroska from ffmpeg counts from 0
            return end_s
        return end_s if self._corrections or not declared_s else declared_s

    def _spans(self) -> dict[int, Span]:
        """The span of each stream: by the header, else by all its packets where that is cheap or the only way."""
        streams: list[AvStream] = [*([self._video] if self._video else []), *self._audio]
        declared_s = self._declared_s()
        stated: dict[int, Span] = {}
        if declared_s and not is_one_of(self._container.format.name, JUMPING_CONTAINERS):
            stated = {s.index: span for s in streams if (span := header_span(self._container, s))}
        if all(stream.index in stated and stream.codec_context.bit_rate for stream in streams):
            return stated
        if declared_s and self._size_bytes > _MEASURED_BYTES:
            return {stream.index: stated.get(stream.index, Span(0.0, declared_s)) for stream in streams}
        with self._reopened() as fresh:
            found = counted(fresh, self._video.index if self._video else None)
            self._late, self._corrections = late_streams(fresh), found.corrections
            self._frame_times_s = found.times_s
        spans = found.spans.items()
        return {index: replace(stated.get(index, span), size_bytes=span.size_bytes) for index, span in spans}

    def _described_video(self, spans: dict[int, Span]) -> VideoStream | None:
        """The video track; None when it is empty. Raises UnreadableSourceError when no frame of it decodes."""
        stream = self._video
        if stream is None:
            return None
        require_size(stream.codec_context.width, stream.codec_context.height)
        with self._reopened() as fresh:
            frame, packets = first_picture(fresh, stream.index)
            if frame is not None:
                require_size(frame.width, frame.height)
                is_vfr = rate_varies(self._frame_times_s or index_times_s(stream), float(stream.time_base or 0))
                return described_video(stream, frame, spans.get(stream.index, Span(0.0, 0.0)), is_vfr)
        if packets:
            raise UnreadableSourceError(
                "the {codec} video of the source cannot be decoded: no frame could be read; upload it again, or "
                "convert it",
                codec=codec_name(stream),
            )
        return None

    def _described_audio(self, spans: dict[int, Span]) -> tuple[AudioStream, ...]:
        """The audio tracks that hold packets."""
        if not self._audio:
            return ()
        with self._reopened() as fresh:
            states = tracks(fresh, [stream.index for stream in self._audio])
        return tuple(
            described_audio(stream, states[stream.index] == "sounding", spans.get(stream.index, Span(0.0, 0.0)))
            for stream in self._audio
            if states[stream.index] != "empty"
        )

    def _described_subtitles(self) -> tuple[SubtitleStream, ...]:
        return tuple(described_subtitle(s) for s in self._container.streams.subtitles if s.codec_context)

    def _other(self) -> tuple[OtherStream, ...]:
        return (*undecodable_streams(self._container), *self._late)

    def _no_media_error(self) -> MediaError:
        if other := self._other():
            return UnreadableSourceError("no stream of the source can be decoded: {streams}", streams=explained(other))
        if declared_s := self._declared_s():
            return cut_error(0.0, declared_s)
        return UnreadableSourceError("the source holds no audio and no video; upload an audio or video file")
