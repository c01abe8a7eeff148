"""`transcode`: one rendition of the source for each item, all from one decode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from media_workflows.domain.jobs.exact_rate import exact_rate
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import AudioStream, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import MediaError
from media_workflows.media.encoders import audio as audio_encoders
from media_workflows.media.encoders import hardware
from media_workflows.media.encoders.audio import channel_notices, disposition_options, label_options
from media_workflows.media.encoders.chunk_buffer import chunk_buffer
from media_workflows.media.encoders.codecs import audio_options, pixel_format, video_options
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.channel_mix import channel_mixed
from media_workflows.media.filters.concat import (
    CHANNELS,
    Clip,
    TargetFormat,
    concatenate,
    extra_clip,
    joined_layout,
)
from media_workflows.media.filters.frame_chain import FrameChain, encoded_frames
from media_workflows.media.filters.geometry import Fit
from media_workflows.media.filters.loudness import Normalised, normalised
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.picture_edit import BlackBars, bar_notices
from media_workflows.media.filters.source_sound import language_notices, padded_sound, source_sound
from media_workflows.media.filters.subtitles.burned_in import notices
from media_workflows.media.filters.trim import trim_of
from media_workflows.media.filters.video_frames import (
    encoded_shape,
    segment_rate,
)
from media_workflows.media.jobs.cut_list import CutSource, cut_list
from media_workflows.media.jobs.track_selection import selection
from media_workflows.media.jobs.transcode_checks import require_streams, require_upright
from media_workflows.media.jobs.transcode_expectation import Chosen, depiction_of, expectation
from media_workflows.media.packaging.hls import single_rendition
from media_workflows.media.packaging.muxing import interleave_options
from media_workflows.media.packaging.stream_notices import stream_notices
from media_workflows.media.plan.expected_sound import SoundExpectation, expected_sound
from media_workflows.media.plan.planned import ItemPlan, Output, PlannedFile, Quality
from media_workflows.media.source.language_codes import language_notices as not_kept_notices
from media_workflows.media.source.sound_segment import SoundSegment, concatenated

_MUXERS = {"mkv": "matroska", "ts": "mpegts", "m4a": "ipod"}  # others bear the container's name
_FASTSTART = frozenset({"mp4", "mov", "m4a"})


def build(context: BuildContext, item: TranscodeItem, index: int) -> ItemPlan:
    """The plan of one rendition. Streams that the source lacks are left out; raises MediaError when none is left."""
    parameters: TranscodeParameters = parameters_of(item)
    if problem := item.misfit(parameters):
        raise MediaError(problem.template, **problem.parameters)
    require_streams(parameters, context.info)
    streamed = single_rendition.fitted(parameters, context.info.video)
    require_upright(streamed, context.info)
    plan = _Rendition(context, item, index, streamed).plan()
    languages = language_notices(parameters.audio, context.info) if context.info.audio else ()
    return replace(plan, notices=[*plan.notices, *languages, *_notices(parameters, streamed, context, item)])


def _notices(
    asked: TranscodeParameters, used: TranscodeParameters, context: BuildContext, item: TranscodeItem
) -> list[Notice]:
    video = context.info.video
    if asked.video is None or used.video is None or video is None:
        return []
    segments = used.segment_container if used.container == "hls" else None
    burned_in = notices(item.burned_in_subtitles, context)
    bars = bar_notices(used.video.edit, video, context.black_bars)
    return [*burned_in, *bars, *stream_notices(asked.video, used.video, video, segments)]


class _Rendition:
    """Builder of one rendition; `video` and `audio` are the source's streams that it keeps."""

    def __init__(self, context: BuildContext, item: TranscodeItem, index: int, parameters: TranscodeParameters) -> None:
        self.context, self.item, self.index, self.parameters = context, item, index, parameters
        info = context.info
        self.video = info.video if parameters.video else None
        self.tracks = selection(parameters, item, info)
        self.audio = self.tracks.audio
        self.trim = trim_of(info, item)
        self.shape = _shape(parameters.video, self.video, context.black_bars)
        self.assets = Assets(context.work_dir)
        source = CutSource(self.video, self.shape, next(iter(self.audio), None))
        self.cuts = cut_list(context, item, parameters, self.assets, source)
        self.duration_s = self.cuts.duration_s if self.cuts else self.trim.length_s
        self.sound_segments: list[SoundSegment] = []  # of concatenated clips
        self.normalised: dict[int, Normalised | None] = {}  # by the track's index in the source
        self.chosen = Chosen(context, item, parameters, self.video, self.shape, self.trim, self.tracks, self.cuts)

    def plan(self) -> ItemPlan:
        """The ffmpeg output, its file and its expectation."""
        encoder = self._encoder()
        streams = self._streams()
        file = self._file()
        options = {**self._container_options(), **self._stream_options(), **self.context.output_options()}
        options |= {"map_chapters": -1} if self.cuts else {}
        first, *others = streams
        if self.video:
            first = hardware.uploaded(first, encoder)
        node = first.output(*others, file.path.name, **options)
        item = self.item.model_copy(update={"parameters": self.parameters})
        finish = single_rendition.segments(item, file) if self.parameters.container == "hls" else None
        seek, inputs = self.trim.seek(self.context), 1
        if self.cuts:
            seek, inputs = self.cuts.seek, self.cuts.inputs
        output = Output(node, seek, hardware.global_options(encoder), inputs)
        tracks = [self._encoder_input(track) for track in self.audio]
        channels = channel_notices(self.parameters.audio, tracks, self.parameters.audio_container)
        languages = not_kept_notices(self._languages(), self.parameters.audio_container)
        notices = [*self.tracks.notices, *channels, *languages, *(self.cuts.notices() if self.cuts else ())]
        return ItemPlan([output], [file], self.duration_s, finish, self.assets.files, self._quality(streams), notices)

    def _languages(self) -> list[str]:
        """Those of the audio tracks and subtitles."""
        asked = self.parameters.audio.language if self.parameters.audio else ""
        texts = (one.language for one in self.context.info.subtitles if one.index in self.tracks.copied)
        return [*(asked or track.language for track in self.audio), *texts]

    def _quality(self, streams: list[Stream]) -> Quality | None:
        """The VMAF check of the picture, the first of `streams`; of a concat filter, all outputs must be read."""
        video, parameters = self.video, self.parameters.video
        if video is None or parameters is None or self.shape is None or parameters.vmaf_floor is None:
            return None
        reference = streams if self.item.head or self.item.tail else streams[:1]  # cuts are concatenated each alone
        frames = round(self.duration_s * (parameters.fps or video.fps or 25))
        return Quality(reference, self.shape, pixel_format(parameters), frames, parameters.vmaf_floor)

    def _encoder(self) -> str:
        """The encoder of the picture. Raises HardwareUnavailableError."""
        if self.video is None or self.parameters.video is None:
            return "software"
        self.context.require_encoder(self.parameters.video)
        return self.parameters.video.encoder

    def _streams(self) -> list[Stream]:
        if self.item.concatenates:
            return self._joined()
        streams = [self._picture()] if self.video else []
        for track in self.audio:
            copies = self.parameters.audio is not None and self.parameters.audio.codec == "copy"
            streams.append(self.trim.copied(self.context, track.index) if copies else self._leveled(track))
        return [*streams, *(self.trim.copied(self.context, index) for index in self.tracks.copied)]

    def _sound(self, track: AudioStream) -> Stream:
        late_s = track.start_s - self.trim.start_s
        sound = source_sound(self.trim.sound(self.context, track.index), late_s)
        if self.video and self.parameters.container == "hls":
            video_end_s = self.video.start_s + self.video.duration_s
            until_s = min(video_end_s, self.trim.start_s + self.trim.length_s)
            sound = padded_sound(sound, track, until_s, self.trim.start_s)
        assert self.parameters.audio is not None
        return channel_mixed(sound, self.parameters.audio, track)

    def _leveled(self, track: AudioStream, sound: Stream | None = None) -> Stream:
        """A track's sound, or that of its clips, at the loudness that the parameters ask for."""
        asked, sound = self.parameters.audio, self._sound(track) if sound is None else sound
        assert asked is not None
        form = audio_encoders.form(asked, self._encoder_input(track), self.parameters.audio_container)
        made = self.normalised[track.index] = normalised(sound, asked, form, self.context.loudness)
        return made.stream if made else sound

    def _encoder_input(self, track: AudioStream) -> AudioStream:
        """A track as the encoder gets it: files that are joined have one layout."""
        if not self.item.concatenates_files:
            return track
        layout = self._joined_layout
        return track.model_copy(update={"channels": CHANNELS[layout], "channel_layout": layout})

    @cached_property
    def _joined_layout(self) -> str:
        if self.cuts:
            return self.cuts.layout
        clips = (self.context.extra_input(key).info.main_audio for key in (*self.item.head, *self.item.tail))
        return joined_layout([*self.tracks.audio[:1], *clips])

    def _picture(self) -> Stream:
        """The video stream, filtered unless it is copied."""
        video, parameters = self.video, self.parameters.video
        assert video is not None
        assert parameters is not None
        if self.shape is None:
            return self.trim.copied(self.context, video.index)
        segmented = self.parameters.container == "hls"
        chain = FrameChain(
            video,
            parameters,
            self.shape,
            self.trim.length_s,
            self.trim.start_s,
            segmented,
            self._pad_until_s() if segmented else None,
            tuple(self.item.mosaics),
            self.item.burned_in_subtitles,
            tuple(self.item.watermarks),
        )
        return encoded_frames(self.trim.picture(self.context, video.index), chain, self.context, self.assets)

    def _pad_until_s(self) -> float | None:
        """The end of the sound, up to which the last frame is repeated: segments are cut by their picture."""
        if not self.audio:
            return None
        sound_end_s = max(track.start_s + track.duration_s for track in self.audio)
        return min(sound_end_s, self.trim.start_s + self.trim.length_s)

    def _joined(self) -> list[Stream]:
        """The streams of all clips. Raises MediaError when one is missing or does not fit."""
        clips = self.cuts.clips() if self.cuts else self._around_source()
        self.sound_segments = self.cuts.sound_segments(clips) if self.cuts else _segments(clips)
        self.duration_s = sum(clip.duration_s for clip in clips)
        has_sound = self.parameters.audio is not None and any(clip.sound is not None for clip in clips)
        self.audio = self.audio[:1] or (_SILENT_TRACK,) if has_sound else ()
        picture, joined = concatenate(clips, clips[0].picture is not None, has_sound, self._joined_layout)
        if self.cuts and picture is not None:
            picture = self.cuts.drawn_over(picture)
        sounds = [self._leveled(track, joined) for track in self.audio]
        return [*([picture] if picture is not None else []), *sounds]

    def _around_source(self) -> list[Clip]:
        """Head clips, source and tail clips."""
        target = self._target_format()
        picture = target.applied(self._picture()) if target else None
        sound = self._sound(self.audio[0]) if self.audio else None
        segment = self.trim.sound_segment(self.context, self.audio[0]) if self.audio else None
        return [
            *(extra_clip(self.context, key, target) for key in self.item.head),
            Clip(picture, sound, self.trim.length_s, segment),
            *(extra_clip(self.context, key, target) for key in self.item.tail),
        ]

    def _target_format(self) -> TargetFormat | None:
        video, parameters = self.video, self.parameters.video
        if video is None or parameters is None or self.shape is None:
            return None
        fps = str(exact_rate(parameters.fps or video.fps or 25))
        return TargetFormat(self.shape.outer, parameters.fill_type, fps, pixel_format(parameters))

    def _stream_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {}
        container = self.parameters.container
        if self.parameters.video and self.video:
            video = segment_rate(self.video) if container == "hls" else self.video
            options |= video_options(self.parameters.video, video, container)
            options = chunk_buffer(self.parameters.video, options) if self.context.frames else options
            options |= single_rendition.key_frame_options(self.parameters, options)
        if self.parameters.audio:
            holder = container if self.parameters.audio.codec == "copy" else self.parameters.audio_container
            for track in self.audio:
                options |= audio_options(self.parameters.audio, self._encoder_input(track), holder)
            first = int(self.video is not None)
            options |= label_options(self.parameters.audio, self.audio, first, self.parameters.audio_container)
            if self.audio and self.parameters.audio.codec != "copy":
                # One explicit disposition ends ffmpeg's own choice of defaults, that of the picture, too.
                options |= disposition_options(self.audio) | ({"disposition:v:0": "default"} if self.video else {})
        if self.tracks.copied and "tag:v" in options:  # the tag of the main video track's codec
            options["tag:v:0"] = options.pop("tag:v")
        return options | self.tracks.options

    def _container_options(self) -> dict[str, Any]:
        container = self.parameters.container
        fps = (self.chosen.fps or segment_rate(self.video).fps) if self.video else 0
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
            expects=expectation(self.chosen, self.audio, self.duration_s, self._sounds()),
            role="manifest" if self.parameters.container == "hls" else "main",
            depicts=depiction_of(self.chosen),
        )

    def _sounds(self) -> tuple[SoundExpectation, ...]:
        """The expected sound; none for a trimmed copy, which starts at an earlier packet."""
        parameters = self.parameters.audio
        if parameters is None or (parameters.codec == "copy" and not self.trim.whole):
            return ()
        context, container = self.context, self.parameters.audio_container
        if self.sound_segments:
            premix = self._joined_layout if self.item.concatenates_files else ""
            return tuple(
                expected_sound(parameters, track, container, self.sound_segments, premix, self.normalised[track.index])
                for track in self.audio
            )
        sound_segments = [self.trim.sound_segment(context, track) for track in self.audio]
        return tuple(
            expected_sound(parameters, one.track, container, [one], normalised=self.normalised.get(one.track.index))
            for one in sound_segments
        )


def _segments(clips: Sequence[Clip]) -> list[SoundSegment]:
    return concatenated([clip.segment for clip in clips], [clip.duration_s for clip in clips])


# The format of the source's silence where only the concatenated clips have sound.
_SILENT_TRACK = AudioStream(index=-1, codec="pcm_f32le", sample_rate_hz=48_000, channels=2)


def _shape(parameters: VideoParameters | None, video: VideoStream | None, black_bars: BlackBars) -> Fit | None:
    """The size to encode at, in stored pixels; None for a copied stream, which keeps its own."""
    if parameters is None or video is None or parameters.codec == "copy":
        return None
    return encoded_shape(parameters, video, black_bars)
