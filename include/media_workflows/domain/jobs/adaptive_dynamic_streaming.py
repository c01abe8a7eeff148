"""`adaptive_dynamic_streaming`: an HLS, DASH or CMAF ladder of sub-streams, for adaptive bitrate players."""

from __future__ import annotations

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
from media_workflows.domain.jobs.ladder_problems import ladder_problems
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
_FILE_FORMATS = {"hls": "m3u8", "dash": "mpd", "cmaf": "m3u8"}
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
        if problem := next(ladder_problems(self), None):
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
