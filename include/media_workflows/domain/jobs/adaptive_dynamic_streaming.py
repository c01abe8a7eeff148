"""`adaptive_dynamic_streaming`: an HLS, DASH or CMAF ladder of sub-streams, for adaptive bitrate players."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.jobs.add_ons import MAX_ADD_ONS, AddOn, AddOnAudio, AddOnSubtitle, WaitFor
from media_workflows.domain.jobs.auto_ladder import MAX_RUNGS, AutoLadder
from media_workflows.domain.jobs.base import JobItem, Split, relative_pattern
from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles, burned_in_keys
from media_workflows.domain.jobs.burned_in_text import shows_file_name
from media_workflows.domain.jobs.early_playlist import early_playlist_problem
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.domain.jobs.streams import FRAGMENTED_CODECS, AudioParameters, VideoParameters, stream_encodings
from media_workflows.domain.jobs.thumbnails import Thumbnails
from media_workflows.domain.jobs.watermark import MAX_WATERMARKS, Watermark
from media_workflows.naming import COMMON_VARIABLES, INIT

Package = Literal["hls", "dash", "cmaf"]
SegmentType = Literal[
    "ts-segment",
    "ts-byterange",
    "mp4-segment",
    "mp4-byterange",
    "ts-ts-segment",
    "ts-ts-byterange",
    "mp4-mp4-segment",
    "mp4-mp4-byterange",
]
MAX_STREAMS = MAX_RUNGS
MAX_KEY_FRAMES = 100
KeyFrameS = Annotated[float, Field(ge=0, allow_inf_nan=False)]
# What a stream of ladder 'auto' leaves to it.
_AUTO_CHOOSES = (
    *("width", "height", "mode", "bitrate_kbps", "crf", "target_vmaf", "max_bitrate_kbps", "buffer_s"),
    "resolution_adaptive",
)
_INDEXED_SEGMENTS = ("mp4-byterange", "mp4-mp4-byterange")
_FILE_FORMATS = {"hls": "m3u8", "dash": "mpd", "cmaf": "m3u8"}
_VIDEO_CODECS = {"ts": ("h264", "h265"), "mp4": ("h264", "h265", "av1")}
_AUDIO_CODECS = {"ts": ("aac", "he-aac", "mp3", "ac3", "eac3"), "mp4": ("aac", "he-aac", "ac3", "eac3", "flac", "opus")}
_SUB_STREAM_VARIABLES = COMMON_VARIABLES | {"subStreamNumber"}
_SEGMENT_VARIABLES = _SUB_STREAM_VARIABLES | {"segmentNumber"}


class StreamParameters(Model):
    """One sub-stream: picture, sound, or both."""

    video: VideoParameters | None = None
    audio: AudioParameters | None = None

    @model_validator(mode="after")
    def _something_to_encode(self) -> StreamParameters:
        if self.video is None and self.audio is None:
            raise invalid("must have video, audio or both")
        if "copy" in (self.video and self.video.codec, self.audio and self.audio.codec):
            raise invalid("codec 'copy' cannot set key frames where segments begin: choose an encoder")
        if self.video and self.video.vmaf_floor is not None:
            raise invalid("video.vmaf_floor is an option of transcode only: leave it out")
        return self


class AdaptiveDynamicStreamingParameters(Model):
    """The ladder and its packaging. `cmaf` is one set of segments with the manifests of both HLS and DASH.

    `segment_type` X-segment is a file for each segment, X-byterange one file for each sub-stream; X-Y
    separates audio and video.
    """

    format: Package
    ladder: Literal["streams", "auto"] = Field(
        "streams", description="The streams below, or those that suit the source, made like the one below"
    )
    auto_ladder: AutoLadder | None = Field(None, description="Limits of ladder 'auto'")
    streams: list[StreamParameters] = Field(min_length=1, max_length=MAX_STREAMS)
    disable_higher_video_bitrate: bool = Field(False, description="Leave out sub-streams above the source's bitrate")
    disable_higher_video_resolution: bool = Field(False, description="Leave out sub-streams larger than the source")
    pure_audio: bool = False
    segment_type: SegmentType | None = Field(None, description="None: by format and codecs")
    segment_s: float = Field(10, gt=0, le=10, description="Seconds of a segment")
    subtitles: Literal["none", "source"] = Field("none", description="Text subtitles of the source as WebVTT")
    i_frame_playlists: bool = Field(False, description="HLS: playlists of key frames, for fast forward and previews")
    thumbnails: Thumbnails | None = Field(None, description="Sheets of pictures that players show while seeking")
    encryption: Encryption | None = Field(None, description="Encrypt the segments, or their samples")

    @model_validator(mode="after")
    def _consistent(self) -> AdaptiveDynamicStreamingParameters:
        if problem := next(_problems(self), None):
            raise problem
        return self

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return tuple(one for stream in self.streams for one in stream_encodings(stream.video, stream.audio))

    @property
    def targets_vmaf(self) -> bool:
        """Whether the quality of a stream is measured before the encode, which requires libvmaf."""
        targets = any(one.video is not None and one.video.target_vmaf is not None for one in self.streams)
        return targets or self.ladder == "auto"

    @property
    def segments(self) -> SegmentType:
        """The effective segment type; the default is one that every player of the format opens."""
        if self.segment_type:
            return self.segment_type
        if self.indexed:
            return "mp4-byterange"
        fragmented = any(one.video and one.video.codec in FRAGMENTED_CODECS for one in self.streams)
        return "mp4-segment" if fragmented else "ts-segment"

    @property
    def container(self) -> Literal["ts", "mp4"]:
        """The container of the segments."""
        return "ts" if self.segments.startswith("ts") else "mp4"

    @property
    def single_file(self) -> bool:
        """Whether the segments of a sub-stream are ranges of one file."""
        return self.segments.endswith("byterange")

    @property
    def separate_audio(self) -> bool:
        """Whether audio has playlists of its own, as always in DASH and CMAF."""
        return self.indexed or self.segments.startswith(("ts-ts", "mp4-mp4"))

    @property
    def indexed(self) -> bool:
        """Whether a sub-stream is one fragmented MP4 with an index of its segments, which DASH reads."""
        return self.format in ("dash", "cmaf")

    @property
    def file_format(self) -> str:
        return _FILE_FORMATS[self.format]


def _problems(parameters: AdaptiveDynamicStreamingParameters) -> Iterator[InvalidValueError]:
    yield from _package_problems(parameters)
    yield from _codec_problems(parameters)
    videos = [stream.video for stream in parameters.streams if stream.video]
    audios = [stream.audio for stream in parameters.streams if stream.audio]
    if parameters.pure_audio == bool(videos):
        yield invalid("pure_audio must be set if and only if no stream has video")
    if len({video.fps for video in videos}) > 1:
        rates = ", ".join(f"{rate:g}" for rate in sorted({video.fps for video in videos}))
        yield invalid("all streams must have the same fps, or segments would not align; got {rates}", rates=rates)
    if len({video.edit for video in videos}) > 1:
        yield invalid("all streams must have the same video.edit: players switch between their pictures")
    if len({audio.tracks for audio in audios}) > 1:
        yield invalid("all streams must have the same audio.tracks: each audio choice needs the same tracks")
    if len({audio.source_language for audio in audios}) > 1:
        yield invalid("all streams must have the same audio.source_language: each audio choice needs the same tracks")
    if any(audio.tracks == "all" for audio in audios) and not parameters.separate_audio:
        yield invalid("audio.tracks 'all' requires a segment_type that separates audio, such as ts-ts-segment")


def _package_problems(parameters: AdaptiveDynamicStreamingParameters) -> Iterator[InvalidValueError]:
    if parameters.indexed and parameters.segments not in _INDEXED_SEGMENTS:
        yield invalid(
            "segment_type of {format} must be one of: {choices}; got '{segment_type}'",
            format=parameters.format,
            choices=", ".join(_INDEXED_SEGMENTS),
            segment_type=parameters.segment_type,
        )
    if parameters.i_frame_playlists and parameters.format == "dash":
        yield invalid("i_frame_playlists are an option of HLS: leave them out, or choose format 'hls' or 'cmaf'")
    if parameters.i_frame_playlists and parameters.pure_audio:
        yield invalid("pure_audio has no picture: leave out i_frame_playlists")
    if parameters.thumbnails and parameters.pure_audio:
        yield invalid("pure_audio has no picture: leave out thumbnails")
    if parameters.encryption:
        yield from _encryption_problems(parameters, parameters.encryption)
    if parameters.auto_ladder and parameters.ladder != "auto":
        yield invalid("auto_ladder has the limits of ladder 'auto': leave it out, or set ladder to 'auto'")
    if parameters.ladder == "auto":
        yield from _auto_problems(parameters.streams)


def _auto_problems(streams: Sequence[StreamParameters]) -> Iterator[InvalidValueError]:
    if len(streams) != 1 or streams[0].video is None:
        yield invalid("ladder 'auto' requires exactly one stream, with video: the others are made like it")
        return
    video = streams[0].video
    if set_ := [name for name in _AUTO_CHOOSES if getattr(video, name) != VideoParameters.model_fields[name].default]:
        yield invalid("ladder 'auto' chooses sizes and quality: leave out {fields}", fields=", ".join(set_))
    if video.encoder != "software" or video.hdr == "keep":
        yield invalid("ladder 'auto' requires encoder 'software' and hdr 'sdr'")


def _encryption_problems(
    parameters: AdaptiveDynamicStreamingParameters, encryption: Encryption
) -> Iterator[InvalidValueError]:
    if parameters.indexed and not encryption.encrypts_samples:
        yield invalid("encryption by AES-128 is an HLS method: choose method 'cenc' or 'cbcs', or format 'hls'")
    if not parameters.indexed and encryption.encrypts_samples:
        yield invalid(
            "encryption by {method} requires format 'dash' or 'cmaf': cmaf has an HLS playlist, too",
            method=encryption.method,
        )
    if parameters.i_frame_playlists and not encryption.encrypts_samples:
        yield invalid("i_frame_playlists name parts of segments, which AES-128 encrypts as a whole: leave out one")
    if parameters.format == "cmaf" and encryption.connection and not encryption.key_uri:
        yield invalid("the key of a `connection` is not published: set `key_uri`, from where players of HLS get it")


def _codec_problems(parameters: AdaptiveDynamicStreamingParameters) -> Iterator[InvalidValueError]:
    for index, stream in enumerate(parameters.streams):
        for kind, chosen, rules in (("video", stream.video, _VIDEO_CODECS), ("audio", stream.audio, _AUDIO_CODECS)):
            codecs = rules[parameters.container]
            if chosen is not None and chosen.codec not in codecs:
                yield invalid(
                    "{field} must be one of: {choices} in {container} segments; got '{codec}'",
                    field=f"streams[{index}].{kind}.codec",
                    choices=", ".join(codecs),
                    container=parameters.container,
                    codec=chosen.codec,
                )


class AdaptiveDynamicStreamingItem(JobItem[AdaptiveDynamicStreamingParameters]):
    """One ladder. Sub-stream and segment names are relative to the manifest's directory."""

    kind: ClassVar[str] = "adaptive_dynamic_streaming"
    task_name: ClassVar[str] = "Adaptive streaming"
    encodes: ClassVar[bool] = True
    companion_variables: ClassVar[frozenset[str]] = frozenset({"subStreamNumber", "segmentNumber"})
    default_output_path: ClassVar[str] = "{inputName}_adaptiveDynamicStreaming_{definition}.{format}"

    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)
    burned_in_subtitles: BurnedInSubtitles | None = None
    key_frames_s: list[KeyFrameS] = Field(
        default_factory=list, max_length=MAX_KEY_FRAMES, description="Further key frames, in seconds from the start"
    )
    sub_stream_path: str = Field("", description="Name pattern; empty = the manifest's, with _{subStreamNumber}")
    segment_path: str = Field("", description="Name pattern; empty = the manifest's, with both numbers")
    add_on_audios: list[AddOnAudio] = Field(default_factory=list, max_length=MAX_ADD_ONS)
    add_on_subtitles: list[AddOnSubtitle] = Field(default_factory=list, max_length=MAX_ADD_ONS)
    wait_for: WaitFor | None = Field(None, description="The run waits for the objects of the add-ons")
    split: Split = Field(
        "auto", description="Whether several workers encode a long source in chunks; auto: if it saves much time"
    )
    early_playlist: bool = Field(
        False,
        exclude_if=lambda early: not early,
        description="HLS can be played while it is encoded; what is published early is not verified yet",
    )

    @field_validator("sub_stream_path")
    @classmethod
    def _sub_streams_differ(cls, path: str) -> str:
        return relative_pattern(path, _SUB_STREAM_VARIABLES, ("subStreamNumber",)) if path else path

    @field_validator("segment_path")
    @classmethod
    def _segments_differ(cls, path: str) -> str:
        return relative_pattern(path, _SEGMENT_VARIABLES, ("subStreamNumber", "segmentNumber")) if path else path

    @model_validator(mode="after")
    def _fits_its_parameters(self) -> AdaptiveDynamicStreamingItem:
        if self.parameters and (problem := self.misfit(self.parameters)):
            raise problem
        return self

    @model_validator(mode="after")
    def _waits_for_something(self) -> AdaptiveDynamicStreamingItem:
        if self.wait_for and not self.object_add_ons:
            raise invalid(
                "wait_for requires add_on_audios or add_on_subtitles with a `key`: there is nothing to wait for"
            )
        return self

    @field_validator("key_frames_s")
    @classmethod
    def _in_order(cls, moments_s: list[float]) -> list[float]:
        if sorted(set(moments_s)) != moments_s:
            raise invalid("must be in ascending order without duplicates")
        return moments_s

    def misfit(self, parameters: AdaptiveDynamicStreamingParameters) -> InvalidValueError | None:
        """An add-on or an option of the item that the ladder does not support."""
        if self.add_on_audios and not parameters.separate_audio:
            return invalid("add_on_audios require a segment_type that separates audio, such as ts-ts-segment")
        if self.add_on_audios and not any(stream.audio for stream in parameters.streams):
            return invalid("add_on_audios require streams with audio: the add-ons are encoded with their settings")
        if parameters.pure_audio and (self.watermarks or self.burned_in_subtitles or self.key_frames_s):
            return invalid("pure_audio has no picture: leave out watermarks, burned_in_subtitles and key_frames_s")
        return early_playlist_problem(parameters, self.split) if self.early_playlist else None

    @property
    def sub_stream_pattern(self) -> str:
        """The name pattern of the sub-streams' playlists (HLS) or files (DASH)."""
        return self._beside_manifest(self.sub_stream_path or self._derived("{subStreamNumber}"))

    @property
    def segment_pattern(self) -> str:
        """The name pattern of the segments (HLS)."""
        return self._beside_manifest(self.segment_path or self._derived("{subStreamNumber}", "{segmentNumber}"))

    def key_pattern(self, encryption: Encryption) -> str:
        """The name pattern of the key of encrypted segments."""
        return self._beside_manifest(encryption.key_path or self._derived())

    @property
    def companion_patterns(self) -> dict[str, tuple[str, str]]:
        """The patterns of the further files; empty until the template is resolved. CMAF has one more manifest."""
        made = self.parameters
        if made is None:
            return {}
        of_sub_streams = self.sub_stream_pattern
        if made.format == "cmaf":
            files = {"sub_stream_path": (of_sub_streams, "m3u8"), "segment_path": (of_sub_streams, "mp4")}
            return {**files, "output_path": (self.path_pattern, "mpd")}
        if made.format == "dash":
            return {"sub_stream_path": (of_sub_streams, "mp4")}
        return {"sub_stream_path": (of_sub_streams, "m3u8"), "segment_path": (self.segment_pattern, made.container)}

    @property
    def least_variables(self) -> dict[str, str]:
        """The number of the first segment, or what the initialization section has in its place."""
        made = self.parameters
        has_init = made is not None and made.container == "mp4" and not made.single_file
        return {"segmentNumber": INIT if has_init else "0"}

    def _derived(self, *parts: str) -> str:
        """The manifest's name with these suffixes: items whose manifests differ never share a sub-stream."""
        stem = self.path_pattern.rpartition("/")[2].removesuffix(".{format}")
        return f"{'_'.join((stem, *parts))}.{{format}}"

    def _beside_manifest(self, pattern: str) -> str:
        directory, slash, _ = self.path_pattern.rpartition("/")
        return f"{directory}{slash}{pattern}"

    @property
    def object_add_ons(self) -> list[AddOn]:
        """The add-ons that are objects in the trigger bucket."""
        return [one for one in (*self.add_on_audios, *self.add_on_subtitles) if one.key]

    @property
    def optional_add_ons(self) -> list[AddOn]:
        """The add-ons without whose objects the ladder is made while they are missing."""
        goes_on = self.wait_for is not None and self.wait_for.on_timeout == "continue"
        return [one for one in self.object_add_ons if goes_on or one.optional]

    @property
    def extra_keys(self) -> tuple[str, ...]:
        """Keys of the add-ons, of burned-in subtitles and of the colour table, which is the same in all streams."""
        subtitles = (add_on.input_key for add_on in self.add_on_subtitles)
        videos = [one.video for one in self.parameters.streams if one.video] if self.parameters else []
        luts = dict.fromkeys(key for one in videos if one.edit for key in one.edit.extra_keys)
        audios = (add_on.key for add_on in self.add_on_audios)
        return (*audios, *subtitles, *burned_in_keys(self.burned_in_subtitles), *luts)

    @property
    def shows_file_name(self) -> bool:
        """Whether the picture shows what the source is called."""
        videos = [one.video for one in self.parameters.streams if one.video] if self.parameters else []
        return any(one.edit is not None and shows_file_name(one.edit.burned_in_texts) for one in videos)

    @property
    def uses_recognition(self) -> bool:
        """Whether a subtitle comes from the run's recognition."""
        return any(add_on.source == "recognition" for add_on in self.add_on_subtitles)
