"""The encodes of a ladder's renditions: frames, sound and options of each, and what its output must be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AdaptiveDynamicStreamingParameters,
)
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.encoders import audio as audio_encoders
from media_workflows.media.encoders import hardware
from media_workflows.media.encoders.chunk_buffer import chunk_buffer
from media_workflows.media.encoders.codecs import audio_options, video_options
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.channel_mix import channel_mixed
from media_workflows.media.filters.frame_chain import FrameChain, encoded_frames
from media_workflows.media.filters.loudness import Normalised, normalised
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.source_picture import is_hdr
from media_workflows.media.filters.video_frames import segment_rate, shown_size
from media_workflows.media.packaging.ladder import Picture
from media_workflows.media.packaging.muxing import (
    Segments,
    hls_options,
    indexed_options,
    interleave_options,
    key_frame_options,
    timeline_options,
)
from media_workflows.media.packaging.tracks import Track
from media_workflows.media.plan.depiction import Depiction, depiction
from media_workflows.media.plan.expected_sound import SoundExpectation, expected_sound
from media_workflows.media.plan.planned import Expectation, Output
from media_workflows.media.plan.rendition_encode import EncodedStream, RenditionEncode


@dataclass(frozen=True)
class LadderEncodes:
    """The encodes of one resolved item. The files that their filters read are added to `assets`.

    `from_s` is where in the ladder the frames of the context begin; all tracks are padded up to `end_s`.
    """

    context: BuildContext
    item: AdaptiveDynamicStreamingItem
    assets: Assets
    from_s: float
    end_s: float

    @property
    def parameters(self) -> AdaptiveDynamicStreamingParameters:
        """Those of the item."""
        return self.item.resolved_parameters

    @property
    def video(self) -> VideoStream:
        """The source's video track. Only for a ladder that has one."""
        assert self.context.info.video is not None
        return self.context.info.video

    def rendition(
        self, path: Path, picture: Picture | None, audio: AudioParameters | None, track: Track | None
    ) -> tuple[Output, Expectation]:
        """The encode of a picture, of a sound, or of both, to `path`. Raises HardwareUnavailableError."""
        if picture:
            self.context.require_encoder(picture.parameters)
        if audio and track and not track.of_source:
            audio = audio.model_copy(update={"channel_mix": ()})  # its factors are for the source's channels
        leveled = self._leveled(audio, track) if audio and track else None
        encode = RenditionEncode(
            path.name,
            self.picture(picture) if picture else None,
            self._sound(audio, track, leveled) if audio and track else None,
            {**self._muxer_options(picture, path.stem), **self.context.output_options(), "map_chapters": -1},
        )
        encoder = picture.parameters.encoder if picture else "software"
        output = Output(encode.node, global_options=hardware.global_options(encoder), rendition=encode)
        return output, self._expectation(picture, track, audio, leveled)

    def picture(self, picture: Picture) -> EncodedStream:
        """The encode of one picture."""
        return EncodedStream(self._frames(picture), self._video_options(picture))

    def _leveled(self, audio: AudioParameters, track: Track) -> Normalised | None:
        form = audio_encoders.form(audio, track.info, self.parameters.container)
        return normalised(channel_mixed(track.stream, audio, track.info), audio, form, self.context.loudness)

    def _sound(self, audio: AudioParameters, track: Track, leveled: Normalised | None) -> EncodedStream:
        stream = leveled.stream if leveled else channel_mixed(track.stream, audio, track.info)
        return EncodedStream(stream, audio_options(audio, track.info, self.parameters.container))

    def _frames(self, picture: Picture) -> Stream:
        """The frames to encode, padded up to the end of the sound: segments are cut by their picture."""
        video, asked = self.video, picture.parameters
        chain = FrameChain(
            video,
            asked,
            picture.shape,
            self.context.info.duration_s,
            segmented=True,
            pad_until_s=self.end_s,
            burned_in_subtitles=self.item.burned_in_subtitles,
            watermarks=tuple(self.item.watermarks),
        )
        stream = encoded_frames(self.context.source_input()[str(video.index)], chain, self.context, self.assets)
        return hardware.uploaded(stream, asked.encoder)

    def _video_options(self, picture: Picture) -> dict[str, Any]:
        encoder = video_options(picture.parameters, segment_rate(self.video), self.parameters.container)
        asked, segment_s, moments_s = picture.parameters, self.parameters.segment_s, self.item.key_frames_s
        encoder = chunk_buffer(asked, encoder) if self.context.frames else encoder
        return encoder | key_frame_options(asked, segment_s, encoder, moments_s, self.from_s)

    def _muxer_options(self, picture: Picture | None, stem: str) -> dict[str, Any]:
        asked = self.parameters
        fps = picture.parameters.fps or segment_rate(self.video).fps or 25 if picture else 0
        if asked.format == "hls":
            segments = Segments(asked.container, asked.single_file, asked.segment_s)
            options = hls_options(segments, stem, grows=self.item.early_playlist) | timeline_options(asked.container)
            return options | interleave_options(asked.container, fps)
        return indexed_options(asked.segment_s, fps, is_cmaf=asked.format == "cmaf")

    def _expectation(
        self, picture: Picture | None, track: Track | None, audio: AudioParameters | None, leveled: Normalised | None
    ) -> Expectation:
        sounds: tuple[SoundExpectation, ...] = ()
        if track and audio:
            container = self.parameters.container
            sounds = (expected_sound(audio, track.info, container, [track.segment], normalised=leveled),)
        shown = shown_size(picture.parameters, picture.shape) if picture else None
        return Expectation(
            video=picture is not None,
            audio=track is not None,
            duration_s=self.context.info.duration_s if track is None or track.of_source else track.duration_s,
            width=shown.width if shown else None,
            height=shown.height if shown else None,
            fps=picture.parameters.fps or None if picture else None,
            is_hdr=is_hdr(self.video) and picture.parameters.hdr == "keep" if picture else None,
            slack_s=0.0 if track is None or track.of_source else max(0.0, self.end_s - track.duration_s),
            sounds=sounds,
            capped=picture.parameters if picture and picture.parameters.max_bitrate_kbps else None,
        )

    def depiction(self, picture: Picture | None) -> Depiction | None:
        """What a rendition shows; None without a picture, and with a colour table."""
        if picture is None:
            return None
        edit, length_s = picture.parameters.edit, self.context.info.duration_s
        if edit and edit.lut:  # other colours
            return None
        covered = self.item.burned_in_subtitles is not None or bool(edit and edit.burned_in_texts)
        hdr = picture.parameters.hdr
        return depiction(self.video, picture.shape, self.item.watermarks, covered, hdr, length_s=length_s)
