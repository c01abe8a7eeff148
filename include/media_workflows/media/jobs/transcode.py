"""`transcode`: renditions of the source, all from one decode."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import MediaError
from media_workflows.media.encoders import hardware
from media_workflows.media.encoders.codecs import audio_options, pixel_format, video_options
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.concat import Clip, Look, extra_clip, joined
from media_workflows.media.filters.geometry import Fit, Size, display_size
from media_workflows.media.filters.overlay.mosaic import draw_mosaics
from media_workflows.media.filters.overlay.overlays import Canvas
from media_workflows.media.filters.overlay.watermark import Assets, draw_watermarks
from media_workflows.media.filters.source_picture import is_hdr, transfer_function
from media_workflows.media.filters.source_sound import source_sound
from media_workflows.media.filters.subtitles.burned_in import Picture, burn_in, notices
from media_workflows.media.filters.trim import part_of
from media_workflows.media.filters.video_frames import (
    constant_rate,
    encoded_shape,
    segment_pace,
    shown_size,
    sized_frames,
)
from media_workflows.media.packaging.hls import single_rendition
from media_workflows.media.packaging.muxing import interleave_options
from media_workflows.media.packaging.stream_notices import stream_notices
from media_workflows.media.plan import BuildContext, Expectation, ItemPlan, Output, PlannedFile
from media_workflows.media.source.track_selection import selection
from media_workflows.media.source.undecodable import require_decodable
from media_workflows.media.verify.depiction import Depiction, depiction
from media_workflows.media.verify.expected_sound import SoundExpectation, SoundPiece, expected_sound, joined_pieces
from media_workflows.media.verify.vmaf import Quality

_MUXERS = {"mkv": "matroska", "ts": "mpegts", "m4a": "ipod"}  # others bear the container's name
_FASTSTART = frozenset({"mp4", "mov", "m4a"})
_TURNING = frozenset({"mp4", "mov", "mkv", "webm"})  # have a place for a display matrix
_JOIN_SLACK_S = 0.5  # a clip's sound and picture rarely end together


def build(context: BuildContext, item: TranscodeItem, index: int) -> ItemPlan:
    """One rendition. A stream the source lacks is left out; raises MediaError when none is left."""
    parameters: TranscodeParameters = parameters_of(item)
    if problem := item.misfit(parameters):
        raise MediaError(problem.template, **problem.parameters)
    _require_something(parameters, context.info)
    streamed = single_rendition.fitted(parameters, context.info.video)
    _require_upright(streamed, context.info)
    plan = _Rendition(context, item, index, streamed).plan()
    return replace(plan, notices=[*plan.notices, *_notices(parameters, streamed, context, item)])


def _notices(
    asked: TranscodeParameters, used: TranscodeParameters, context: BuildContext, item: TranscodeItem
) -> list[Notice]:
    video = context.info.video
    if asked.video is None or used.video is None or video is None:
        return []
    segments = used.segment_container if used.container == "hls" else None
    burned_in = notices(item.burned_in_subtitles, context)
    return [*burned_in, *stream_notices(asked.video, used.video, video, segments)]


def _require_something(parameters: TranscodeParameters, info: MediaInfo) -> None:
    if parameters.video and info.video is None:
        require_decodable("video", info)
    if (parameters.video and info.video) or (parameters.audio and info.audio):
        return
    if parameters.audio:
        require_decodable("audio", info)
    has = "video" if info.video else "audio"
    wants = "audio" if parameters.video is None else "video"
    raise MediaError(f"the template keeps {wants} only and the source has {has} only: nothing would be left")


def _require_upright(parameters: TranscodeParameters, info: MediaInfo) -> None:
    """Raises MediaError for a copy that players would show lying on its side."""
    container = parameters.segment_container if parameters.container == "hls" else parameters.container
    if parameters.copies_video and info.video and info.video.rotation and container not in _TURNING:
        raise MediaError(
            f"the source is turned by {abs(info.video.rotation)} degrees by its display matrix, which {container} has "
            "no place for: encode the picture instead of copying it, or copy it to mp4, mov or mkv"
        )


class _Rendition:
    """The pieces of one rendition; `video` and `audio` are the source's streams that it keeps."""

    def __init__(self, context: BuildContext, item: TranscodeItem, index: int, parameters: TranscodeParameters) -> None:
        self.context, self.item, self.index, self.parameters = context, item, index, parameters
        info = context.info
        self.video = info.video if parameters.video else None
        self.tracks = selection(parameters, item, info)
        self.audio = self.tracks.audio
        self.part = part_of(info, item)
        self.shape = _shape(parameters.video, self.video)
        self.assets = Assets(context.work_dir)
        self.duration_s = self.part.length_s
        self.pieces: list[SoundPiece] = []  # of joined clips

    def plan(self) -> ItemPlan:
        """The ffmpeg output, its file and what it must be."""
        encoder = self._encoder()
        streams = self._streams()
        file = self._file()
        options = {**self._container_options(), **self._stream_options(), **self.context.output_options()}
        first, *others = streams
        if self.video:
            first = hardware.uploaded(first, encoder)
        node = first.output(*others, file.path.name, **options)
        item = self.item.model_copy(update={"parameters": self.parameters})
        finish = single_rendition.segments(item, file) if self.parameters.container == "hls" else None
        output = Output(node, self.part.seek(self.context), hardware.global_options(encoder))
        return ItemPlan(
            [output], [file], self.duration_s, finish, self.assets.files, self._quality(streams), self.tracks.notices
        )

    def _quality(self, streams: list[Stream]) -> Quality | None:
        """The check of the encoded picture, the first of `streams`; joined ones come from one filter: all or none."""
        video, parameters = self.video, self.parameters.video
        if video is None or parameters is None or self.shape is None or parameters.vmaf_floor is None:
            return None
        reference = streams if self.item.head or self.item.tail else streams[:1]
        frames = round(self.duration_s * (parameters.fps or video.fps or 25))
        return Quality(reference, self.shape, pixel_format(parameters), frames, parameters.vmaf_floor)

    def _encoder(self) -> str:
        """What encodes the picture. Raises HardwareUnavailableError."""
        if self.video is None or self.parameters.video is None:
            return "software"
        self.context.require_encoder(self.parameters.video)
        return self.parameters.video.encoder

    def _streams(self) -> list[Stream]:
        if self.item.head or self.item.tail:
            return self._joined()
        streams = [self._picture()] if self.video else []
        for track in self.audio:
            copies = self.parameters.audio is not None and self.parameters.audio.codec == "copy"
            streams.append(self.part.copied(self.context, track.index) if copies else self._sound(track))
        return [*streams, *(self.part.copied(self.context, index) for index in self.tracks.copied)]

    def _sound(self, track: AudioStream) -> Stream:
        late_s = track.start_s - self.part.start_s
        return source_sound(self.part.sound(self.context, track.index), late_s)

    def _picture(self) -> Stream:
        """The video stream, filtered unless it is copied."""
        video, parameters = self.video, self.parameters.video
        assert video is not None
        assert parameters is not None
        if self.shape is None:
            return self.part.copied(self.context, video.index)
        stream = self.part.picture(self.context, video.index)
        segmented = self.parameters.container == "hls"
        # A cue begins and ends with frames of the picture, so there have to be enough of them.
        rate = constant_rate(parameters, video, segmented or self.item.burned_in_subtitles is not None)
        stream = sized_frames(stream, video, parameters, self.shape, rate, self._hold() if segmented else None)
        canvas = Canvas(self.shape.outer, self.part.length_s, pixel_format(parameters))
        stream = draw_mosaics(stream, self.item.mosaics, canvas)
        transfer = transfer_function(video) if parameters.hdr == "keep" else ""
        picture = Picture(shown_size(parameters, self.shape), self.part.start_s, transfer)
        stream = burn_in(stream, self.item.burned_in_subtitles, picture, self.context, self.assets)
        stream = draw_watermarks(stream, self.item.watermarks, canvas, self.context, self.assets)
        return stream.filter("format", pixel_format(parameters))

    def _hold(self) -> tuple[float, float] | None:
        """Segments end where a picture begins: it has to last as long as the sound."""
        if not self.audio:
            return None
        sound_end_s = max(track.start_s + track.duration_s for track in self.audio)
        return min(sound_end_s, self.part.start_s + self.part.length_s), self.part.start_s

    def _joined(self) -> list[Stream]:
        """Head clips, the source, tail clips. Raises MediaError when one is missing or does not fit."""
        look = self._look()
        picture = look.applied(self._picture()) if look else None
        sound = self._sound(self.audio[0]) if self.audio else None
        piece = self.part.sound_piece(self.context, self.audio[0]) if self.audio else None
        clips = [
            *(extra_clip(self.context, key, look) for key in self.item.head),
            Clip(picture, sound, self.part.length_s, piece),
            *(extra_clip(self.context, key, look) for key in self.item.tail),
        ]
        self.pieces = joined_pieces([clip.piece for clip in clips], [clip.duration_s for clip in clips])
        self.duration_s = sum(clip.duration_s for clip in clips)
        has_sound = self.parameters.audio is not None and any(clip.sound is not None for clip in clips)
        self.audio = self.audio[:1] or (_SILENT_TRACK,) if has_sound else ()
        return [stream for stream in joined(clips, look is not None, has_sound) if stream is not None]

    def _look(self) -> Look | None:
        video, parameters = self.video, self.parameters.video
        if video is None or parameters is None or self.shape is None:
            return None
        fps = parameters.fps or video.fps or 25
        return Look(self.shape.outer, parameters.fill_type, fps, pixel_format(parameters))

    def _stream_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {}
        container = self.parameters.container
        if self.parameters.video and self.video:
            video = segment_pace(self.video) if container == "hls" else self.video
            options |= video_options(self.parameters.video, video, container)
            options |= single_rendition.key_frame_options(self.parameters, options)
        if self.parameters.audio:
            for track in self.audio:
                options |= audio_options(self.parameters.audio, track, container)
            options |= _labels(self.parameters.audio, self.audio, first=int(self.video is not None))
        if self.tracks.copied and "tag:v" in options:  # the tag of the main picture's codec
            options["tag:v:0"] = options.pop("tag:v")
        return options | self.tracks.options

    def _container_options(self) -> dict[str, Any]:
        container = self.parameters.container
        fps = (self._asked_fps() or segment_pace(self.video).fps) if self.video else 0
        if container == "hls":
            return single_rendition.muxer_options(self.parameters, self.index, fps)
        options: dict[str, Any] = {"format": _MUXERS.get(container, container), **interleave_options(container, fps)}
        return {**options, "movflags": "+faststart"} if container in _FASTSTART else options

    def _file(self) -> PlannedFile:
        format_ = self.parameters.file_format
        return PlannedFile(
            path=self.context.work_dir / f"item{self.index}.{format_}",
            pattern=self.item.path_pattern,
            variables={"definition": str(self.item.definition), "format": format_},
            expects=self._expectation(),
            role="manifest" if self.parameters.container == "hls" else "main",
            depicts=self._depiction(),
        )

    def _depiction(self) -> Depiction | None:
        """A copied part begins at a key frame before its start, which is known to ffmpeg only."""
        video, parameters = self.video, self.parameters.video
        if video is None or parameters is None or (self.shape is None and not self.part.whole):
            return None
        heads_s = sum(self.context.extra_input(key).info.duration_s for key in self.item.head)
        times: dict[str, Any] = {"start_s": self.part.start_s, "length_s": self.part.length_s, "lead_s": heads_s}
        shape = self.shape or Fit(display_size(video), display_size(video))
        covered = bool(self.item.mosaics or self.item.burned_in_subtitles)
        hdr = "keep" if self.shape is None else parameters.hdr
        return depiction(video, shape, self.item.watermarks, covered, hdr, **times)

    def _expectation(self) -> Expectation:
        shown = _shown_size(self.shape, self.parameters.video)
        joins = len(self.item.head) + len(self.item.tail)
        return Expectation(
            video=self.video is not None,
            audio=bool(self.audio),
            duration_s=self.duration_s,
            width=shown.width if shown else None,
            height=shown.height if shown else None,
            fps=self._asked_fps(),
            is_hdr=self._is_hdr(),
            source_start_s=self.part.start_s,
            slack_s=joins * _JOIN_SLACK_S + self._frame_s(),
            further_tracks=self.tracks.copied if self.part.whole else (),
            audio_tracks=len(self.audio) if self.part.whole else None,
            sounds=self._sounds(),
        )

    def _sounds(self) -> tuple[SoundExpectation, ...]:
        """What is verified of the sound; not of a copied part, which begins at a packet before it."""
        parameters = self.parameters.audio
        if parameters is None or (parameters.codec == "copy" and not self.part.whole):
            return ()
        context, container = self.context, self.parameters.container
        if self.pieces:
            return tuple(expected_sound(parameters, track, container, self.pieces, "stereo") for track in self.audio)
        pieces = [self.part.sound_piece(context, track) for track in self.audio]
        return tuple(expected_sound(parameters, piece.track, container, [piece]) for piece in pieces)

    def _frame_s(self) -> float:
        """Seconds of a frame at the asked rate: at slow rates the last one may reach past the source's end."""
        fps = self._asked_fps()
        return 1 / fps if fps else 0.0

    def _asked_fps(self) -> float | None:
        return self.parameters.video.fps or None if self.video and self.parameters.video else None

    def _is_hdr(self) -> bool | None:
        """None: a copied picture is as it is."""
        if self.video is None or self.parameters.video is None or self.shape is None:
            return None
        return is_hdr(self.video) and self.parameters.video.hdr == "keep"


# Where only the joined clips have sound, the source's silence has this form.
_SILENT_TRACK = AudioStream(index=-1, codec="pcm_f32le", sample_rate_hz=48_000, channels=2)


def _shape(parameters: VideoParameters | None, video: VideoStream | None) -> Fit | None:
    """The size to encode at, in stored pixels; None for a copied stream, which keeps its own."""
    if parameters is None or video is None or parameters.codec == "copy":
        return None
    return encoded_shape(parameters, video)


def _shown_size(shape: Fit | None, parameters: VideoParameters | None) -> Size | None:
    """The size on the screen, where a pixel may be wider than high."""
    if shape is None or parameters is None:
        return None
    return shown_size(parameters, shape)


def _labels(parameters: AudioParameters, tracks: tuple[AudioStream, ...], first: int) -> dict[str, str]:
    """Language and name of the tracks, the first of which is output stream `first`; unasked ones stay the source's.

    The two name a stream in two ways: ffmpeg-python takes an option once.
    """
    told: dict[str, str] = {}
    for number, track in enumerate(tracks):
        if language := parameters.language or track.language:
            told[f"metadata:s:a:{number}"] = f"language={language}"
        if name := parameters.name or track.title:
            told[f"metadata:s:{first + number}"] = f"title={name}"
    return told
