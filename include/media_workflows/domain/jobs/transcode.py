"""`transcode`: conversion into another container, codec or size; one rendition per item."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.jobs.base import JobItem, Numbered, Split, TimeRange, relative_pattern
from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles, burned_in_keys
from media_workflows.domain.jobs.burned_in_text import shows_file_name
from media_workflows.domain.jobs.containers import TEXT_CODECS, Container, codec_problem, file_format
from media_workflows.domain.jobs.cuts import MAX_CUTS, Cut
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.mosaic import MAX_MOSAICS, Mosaic
from media_workflows.domain.jobs.streams import FRAGMENTED_CODECS, AudioParameters, VideoParameters, stream_encodings
from media_workflows.domain.jobs.watermark import MAX_WATERMARKS, Watermark
from media_workflows.naming import COMMON_VARIABLES, INIT

SegmentType = Literal["ts", "ts-byterange", "mp4", "mp4-byterange"]
MAX_CONCAT_CLIPS = 10  # before and after each


class TranscodeParameters(Model):
    """A rendition: container plus video and audio settings; None removes that stream."""

    container: Container
    video: VideoParameters | None = None
    audio: AudioParameters | None = None
    segment_type: SegmentType | None = Field(None, description="HLS: what the segments are; None: by codec")
    segment_s: float = Field(10, gt=0, le=10, description="HLS: seconds of a segment")
    subtitles: Literal["none", "source"] = Field("none", description="Keep the text subtitles of the source")

    @model_validator(mode="after")
    def _streams_fit_container(self) -> TranscodeParameters:
        if self.video is None and self.audio is None:
            raise invalid("must have video, audio or both")
        if problem := codec_problem(self.container, self.video, self.audio):
            raise problem
        if self.container == "hls" and self.segments.startswith("ts") and self.video and self.video.codec == "av1":
            raise invalid("MPEG-TS segments cannot hold av1: leave out segment_type, or choose an mp4 one")
        if self.subtitles == "source" and (self.video is None or self.container not in TEXT_CODECS):
            raise invalid(
                "subtitles 'source' requires `video` and one of the containers {choices}: leave it out, or choose one",
                choices=", ".join(sorted(TEXT_CODECS)),
            )
        if self.container != "hls" and self.model_fields_set & {"segment_type", "segment_s"}:
            default = TranscodeParameters.model_fields
            if any(getattr(self, name) != default[name].default for name in ("segment_type", "segment_s")):
                raise invalid("segment_type and segment_s are options of container 'hls' only: leave them out")
        return self

    @property
    def copies_video(self) -> bool:
        return self.video is not None and self.video.codec == "copy"

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return stream_encodings(self.video, self.audio)

    @property
    def targets_vmaf(self) -> bool:
        """Whether the quality is measured before the encode, which requires libvmaf."""
        return self.video is not None and self.video.target_vmaf is not None

    @property
    def needs_hardware(self) -> bool:
        return self.video is not None and self.video.encoder != "software"

    @property
    def segments(self) -> SegmentType:
        """The effective segment type; the default is one that every HLS player opens."""
        fragmented = self.video is not None and self.video.codec in FRAGMENTED_CODECS
        return self.segment_type or ("mp4" if fragmented else "ts")

    @property
    def segment_container(self) -> Literal["ts", "mp4"]:
        """The container of HLS segments."""
        return "ts" if self.segments.startswith("ts") else "mp4"

    @property
    def audio_container(self) -> str:
        """The container that encoded audio is put into: of HLS, that of its segments."""
        return self.segment_container if self.container == "hls" else self.container

    @property
    def file_format(self) -> str:
        return file_format(self.container)


class TranscodeItem(JobItem[TranscodeParameters], TimeRange, Numbered):
    """One rendition of the source, of a trimmed range of it, or of a cut list.

    `start_offset_s` and `end_offset_s` set the range: 0 = the source's start and end, n = n seconds from the start,
    -n = n seconds before the end. `head` and `tail` are object keys in the trigger bucket, concatenated before and
    after it. `cuts` are ranges of the source and of other clips, joined in their order, in place of all these.
    """

    kind: ClassVar[str] = "transcode"
    task_name: ClassVar[str] = "Transcode"
    makes_media: ClassVar[bool] = True
    encodes: ClassVar[bool] = True
    companion_variables: ClassVar[frozenset[str]] = frozenset({"number"})
    default_output_path: ClassVar[str] = "{inputName}_transcode_{definition}.{format}"

    override: dict[str, Any] | None = Field(None, description="Parameters that differ from the template's")
    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)
    mosaics: list[Mosaic] = Field(default_factory=list, max_length=MAX_MOSAICS)
    burned_in_subtitles: BurnedInSubtitles | None = None
    head: list[str] = Field(default_factory=list, max_length=MAX_CONCAT_CLIPS, description="Keys of clips before")
    tail: list[str] = Field(default_factory=list, max_length=MAX_CONCAT_CLIPS, description="Keys of clips after")
    cuts: list[Cut] = Field(
        default_factory=list,
        max_length=MAX_CUTS,
        exclude_if=lambda cuts: not cuts,
        description="Ranges of the source and of other clips, joined in this order",
    )
    segment_path: str = Field("", description="HLS: name pattern of the segments, beside the manifest")
    on_larger: Literal["publish", "keep_source", "fail"] = Field(
        "publish",
        exclude_if=lambda on_larger: on_larger == "publish",
        description="What happens to an output with more bytes than the source",
    )
    split: Split = Field(
        "auto", description="Whether several workers encode a long source in chunks; auto: if it saves much time"
    )

    @property
    def extra_keys(self) -> tuple[str, ...]:
        edit = self.parameters.video.edit if self.parameters and self.parameters.video else None
        luts = edit.extra_keys if edit else ()
        cut = dict.fromkeys(one.key for one in self.cuts if one.key)
        return (*self.head, *self.tail, *cut, *burned_in_keys(self.burned_in_subtitles), *luts)

    @property
    def concatenates(self) -> bool:
        """Whether it is made of several clips or ranges."""
        return bool(self.head or self.tail or self.cuts)

    @property
    def concatenates_files(self) -> bool:
        """Whether it shows other files beside the source."""
        return bool(self.head or self.tail or any(cut.key for cut in self.cuts))

    @property
    def shows_file_name(self) -> bool:
        edit = self.parameters.video.edit if self.parameters and self.parameters.video else None
        return edit is not None and shows_file_name(edit.burned_in_texts)

    @property
    def least_variables(self) -> dict[str, str]:
        """The number of the first segment, or what the initialization section has in its place."""
        first = self.number_format.render(0)
        has_init = self.parameters is not None and self.parameters.segments == "mp4"
        return {"number": max(first, INIT, key=len) if has_init else first}

    @field_validator("segment_path")
    @classmethod
    def _segments_differ(cls, path: str) -> str:
        return relative_pattern(path, COMMON_VARIABLES | {"number"}, ("number",)) if path else path

    @property
    def segment_pattern(self) -> str:
        """The name pattern of the segments (HLS), in the manifest's directory.

        The default derives from the manifest's name: two items without a template would otherwise write the same
        segments.
        """
        directory, slash, name = self.path_pattern.rpartition("/")
        derived = f"{name.removesuffix('.{format}')}_{{number}}.{{format}}"
        return f"{directory}{slash}{self.segment_path or derived}"

    @model_validator(mode="after")
    def _override_has_a_template(self) -> TranscodeItem:
        if self.override is not None and self.template is None:
            raise invalid("override changes a template: set `template`, or write all into `parameters`")
        return self

    @model_validator(mode="after")
    def _cuts_are_all(self) -> TranscodeItem:
        if self.cuts and (self.head or self.tail or self.start_offset_s or self.end_offset_s):
            raise invalid(
                "cuts name all that is shown: leave out start_offset_s, end_offset_s, head and tail, or write them as "
                "cuts"
            )
        return self

    def misfit(self, parameters: TranscodeParameters) -> InvalidValueError | None:
        """An option of the item that these parameters do not support; None = all fit."""
        if self.segment_path and parameters.container != "hls":
            return invalid("segment_path is an option of container 'hls' only: leave it out")
        return _unsupported(self, parameters) or _unlike_source(self, parameters)

    @property
    def companion_patterns(self) -> dict[str, tuple[str, str]]:
        """The pattern of the segments."""
        if self.parameters is None or self.parameters.container != "hls":
            return {}
        return {"segment_path": (self.segment_pattern, self.parameters.segment_container)}

    @model_validator(mode="after")
    def _fits_its_parameters(self) -> TranscodeItem:
        if self.parameters and (problem := self.misfit(self.parameters)):
            raise problem
        return self


def changes_sound(parameters: TranscodeParameters) -> bool:
    """Whether the sound gets a loudness or a mix of channels that a source does not have."""
    audio = parameters.audio
    return audio is not None and (audio.loudness_lufs is not None or bool(audio.channel_mix))


def _unlike_source(item: TranscodeItem, parameters: TranscodeParameters) -> InvalidValueError | None:
    """What makes an output that its source cannot stand in for, nor be compared with by size."""
    if item.on_larger == "publish":
        return None
    if parameters.container == "hls":
        return invalid("on_larger compares one file with the source: leave it out in container 'hls'")
    if item.start_offset_s or item.end_offset_s or item.concatenates:
        return invalid("on_larger compares whole files: leave it out, or the range, head, tail and cuts")
    edited = parameters.video is not None and parameters.video.edit is not None
    if item.on_larger == "keep_source" and (item.watermarks or item.mosaics or item.burned_in_subtitles or edited):
        return invalid(
            "the source has no watermarks, mosaics, burned_in_subtitles or edit: leave them out, or set on_larger to "
            "fail or publish"
        )
    return None


def _unsupported(item: TranscodeItem, parameters: TranscodeParameters) -> InvalidValueError | None:
    if problem := _not_concatenable(item, parameters):
        return problem
    if item.burned_in_subtitles and parameters.video is None:
        return invalid("a rendition without `video` has no picture: leave out burned_in_subtitles")
    if parameters.copies_video and (item.watermarks or item.mosaics or item.burned_in_subtitles):
        return invalid(
            "codec 'copy' keeps the picture as it is: leave out watermarks, mosaics and burned_in_subtitles, or encode"
        )
    return None


def _not_concatenable(item: TranscodeItem, parameters: TranscodeParameters) -> InvalidValueError | None:
    """What prevents these parameters from showing a range, or several ranges and clips in one file."""
    if parameters.subtitles == "source" and (item.concatenates or item.start_offset_s or item.end_offset_s):
        return invalid(
            "subtitles 'source' keeps whole tracks: leave it out, or start_offset_s, end_offset_s, head, tail and cuts"
        )
    if item.concatenates_files and parameters.video and parameters.video.hdr == "keep":
        return invalid(
            "clips of different dynamic range cannot be concatenated: leave out clips beside the source, or hdr 'keep'"
        )
    if item.concatenates_files and parameters.audio and parameters.audio.channel_mix:
        return invalid(
            "clips of different channels cannot be concatenated by one channel_mix: leave out clips beside the source"
        )
    if item.cuts and item.concatenates_files and parameters.video and parameters.video.sar != "1:1":
        return invalid("clips beside the source are joined in square pixels: leave out these clips, or sar")
    # With head and tail, such workflows may be stored: the run says what is wrong.
    copies_audio = bool(item.cuts) and parameters.audio is not None and parameters.audio.codec == "copy"
    if item.concatenates and (parameters.copies_video or copies_audio):
        return invalid("codec 'copy' cannot concatenate clips: leave out head, tail and cuts, or encode")
    return None
