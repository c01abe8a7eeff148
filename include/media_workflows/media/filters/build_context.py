"""`BuildContext`: the inputs and settings that builders make ffmpeg graphs from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeAlias

import ffmpeg

from media_workflows.domain.content_key import ContentKey
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.loudness import Loudness
from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.errors import CaptionsError, ExtraObjectError, MediaError
from media_workflows.media.ffmpeg.fonts import font_chain
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.geometry import WHOLE, Box
from media_workflows.media.source.formats import (
    DEMUXERS,
    JUMPING_CONTAINERS,
    SUBTITLE_DEMUXERS,
    UNSEEKABLE_CONTAINERS,
    is_one_of,
    open_options,
)
from media_workflows.media.source.packet_times import Span
from media_workflows.media.source.subtitles.cues import Cues

_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # ffmpeg's own decode no transparency
INSIDE_S = 0.001  # after a key frame's time, so that rounding does not select the one before it
_BEFORE_KEY_FRAME_S = 0.5  # a seek goes by decoding times, which lie before presentation times


def decoder_options(video: VideoStream | None) -> dict[str, str]:
    """Input options that choose the video decoder where ffmpeg's default would lose something."""
    if video is None:
        return {}
    decoder = _ALPHA_DECODERS.get(video.codec) if video.has_alpha else None
    options = {f"c:{video.index}": decoder} if decoder else {}
    # In place of a matrix that is no rotation by right angles: ffmpeg would distort the picture by it.
    return options | ({f"display_rotation:{video.index}": str(video.rotation)} if video.ignored_shape else {})


@dataclass(frozen=True)
class ExtraInput:
    """A local file beside the source: a clip to concatenate, a subtitle file, a further audio track."""

    path: Path
    info: MediaInfo

    def input(self) -> Stream:
        """The file as an ffmpeg input."""
        demuxers = (*DEMUXERS, *SUBTITLE_DEMUXERS)
        return ffmpeg.input(f"file:{self.path}", **open_options(demuxers), **decoder_options(self.info.video))


@dataclass(frozen=True)
class Sample:
    """A short time range of the source (seconds), on which a graph is run to measure its cost."""

    start_s: float
    length_s: float

    def input_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options of an input, limited to the sample. A seek to a single picture is kept."""
        if "ss" not in options:
            return {**options, "ss": f"{self.start_s:.6f}", "t": f"{self.length_s:.6f}"}
        if "t" not in options:
            return dict(options)
        return {**options, "t": f"{min(float(options['t']), self.length_s):.6f}"}


class CueReader(Protocol):
    """Reads the subtitle track `index` of an extra input; `language` (BCP 47, '' = unknown) helps with its encoding."""

    def __call__(self, key: str, index: int, language: str = "") -> Cues: ...


ReadText: TypeAlias = Callable[[bytes], Sequence[str]]


@dataclass(frozen=True)
class FrameRange:
    """The frames of the output from `start_s` to `end_s`, in seconds of the source; None = its start, its end.

    They are decoded from a key frame at `seek_s` on; None = from the start. Frames keep the times of the source until
    they are encoded, for which ffmpeg needs `GLOBAL_OPTIONS`.
    """

    GLOBAL_OPTIONS: ClassVar[tuple[str, ...]] = ("-copyts", "-start_at_zero")

    start_s: float | None
    end_s: float | None
    seek_s: float | None

    def input_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options of an input, read from the seek position on."""
        if self.seek_s is None or self.seek_s <= 0:  # hidden by an edit list
            return dict(options)
        return {"noaccurate_seek": None, "ss": f"{self.seek_s:.6f}", **options}

    def selected(self, stream: Stream) -> Stream:
        """The frames of the range, of a stream with the source's times."""
        bounds = {name: value for name, value in (("start", self.start_s), ("end", self.end_s)) if value is not None}
        return stream.filter("trim", **{name: f"{value:.6f}" for name, value in bounds.items()}) if bounds else stream

    def from_zero(self, stream: Stream) -> Stream:
        """The stream with its first frame at 0."""
        return stream if self.start_s is None else stream.filter("setpts", "PTS-STARTPTS")


@dataclass(frozen=True)
class BuildContext:
    """Everything a builder may use. Paths in graphs are relative: ffmpeg runs inside `work_dir`.

    `seek` False decodes from the start instead of seeking, which always works.
    `extra` holds the inputs that items name by `extra_keys`, as far as they exist and can be read;
    `refused` holds why the others cannot; `extra_files` all that exist, whatever they are.
    `key_frames` reads the source once for the times of its key frames, in seconds, `spans` for the span of each stream,
    `loudness` measures the sound of a graph; None = it does not, as in estimates. `black_bars` measures the part of the
    upright picture inside its black bars; all of it where nothing is measured.
    `is_cut` for whether the file ends before the end in its header; `cues` reads a subtitle track of an
    extra input by its key, '' = of the source, and raises MediaError. `require_encoder` raises
    HardwareUnavailableError when the item's hardware encoder does not work here. `read_text` gives the lines of text of
    a picture in PNG by OCR; None = it is not available here. `content_key` gives the key of an encryption that has no
    random one (None in estimates, which encrypt nothing), `run_packager` runs Shaka Packager with arguments in a
    directory. With a `sample`, only that is encoded; with `frames`, only
    these of the picture. `time_code` reads the time code that the source states, `chapters` counts its chapters,
    `source_name` is what it is called.
    """

    source: Path
    info: MediaInfo
    work_dir: Path
    font: Path
    threads: int = 0
    seek: bool = True
    extra: Mapping[str, ExtraInput] = field(default_factory=dict)
    key_frames: Callable[[], Sequence[float]] = tuple
    spans: Callable[[], Mapping[int, Span]] = dict
    is_cut: Callable[[], bool] = lambda: False
    cues: CueReader = lambda key, index, language="": Cues("", ())
    require_encoder: Callable[[VideoParameters], None] = lambda _: None
    loudness: Callable[[Stream], Loudness | None] = lambda _: None
    black_bars: Callable[[], Box] = lambda: WHOLE
    read_text: ReadText | None = None
    content_key: Callable[[Encryption], ContentKey | None] = lambda _: None
    run_packager: Callable[[Sequence[str], Path], None] = lambda _arguments, _directory: None
    sample: Sample | None = None
    frames: FrameRange | None = None
    extra_fonts: tuple[Path, ...] = ()
    time_code: Callable[[], str] = str
    chapters: Callable[[], int] = int
    extra_files: Mapping[str, Path] = field(default_factory=dict)
    refused: Mapping[str, MediaError] = field(default_factory=dict)
    source_name: str = ""

    @property
    def fonts(self) -> tuple[Path, ...]:
        """The fonts of texts, in the order in which glyphs are looked up."""
        return font_chain(self.font, self.extra_fonts)

    def source_input(self, **options: Any) -> Stream:
        """The source as an ffmpeg input. Equal options give the same input, hence one decode."""
        options = self.sample.input_options(options) if self.sample else options
        options = self.frames.input_options(options) if self.frames else options
        if not float(options.get("ss", 1)):  # a seek to 0 lands behind the first key frame of some files (FLV)
            options = {name: value for name, value in options.items() if name != "ss"}
        return ffmpeg.input(f"file:{self.source}", **open_options(), **decoder_options(self.info.video), **options)

    def picture_input(self, **options: Any) -> Stream:
        """The source's video track alone, read from the start, with the source's timestamps."""
        video = self.info.video
        assert video is not None, "only for a source with a picture"
        stream = self.source_input(**options)[str(video.index)]
        if not is_one_of(self.info.container, JUMPING_CONTAINERS):
            return stream
        # In these containers ffmpeg counts time from the start of the streams that it reads.
        return stream.filter("setpts", f"PTS+{video.start_s}/TB") if video.start_s else stream

    def seek_s(self, moment_s: float) -> float | None:
        """The seek position for reading the source from a moment on; None = decode from the start.

        Where the container has no index, that is well before the last key frame up to the moment.
        """
        video, container = self.info.video, self.info.container
        if not self.seek or (video and is_one_of(container, UNSEEKABLE_CONTAINERS)):
            return None
        if video is None or self.sample or not is_one_of(container, JUMPING_CONTAINERS):
            return moment_s
        key_frames = self.key_frames()
        before = bisect_right(key_frames, moment_s)
        seek_s = key_frames[before - 1] - _BEFORE_KEY_FRAME_S if before else 0.0
        return seek_s if seek_s > video.start_s else None

    def extra_input(self, key: str) -> ExtraInput:
        """The input that an item names by `key`.

        Raises ExtraObjectError when it is missing, is no media file or holds no captions.
        """
        if key in self.extra:
            return self.extra[key]
        refused = self.refused.get(key)
        if isinstance(refused, CaptionsError):
            raise ExtraObjectError(refused.template, **{**refused.parameters, "track": f"'{key}'"})
        raise ExtraObjectError(
            "'{key}', which this job names, is not a readable media file in the trigger bucket: upload it or correct "
            "the name",
            key=key,
        )

    def output_options(self) -> dict[str, Any]:
        """Options of every output."""
        threads = {"threads": self.threads} if self.threads else {}
        return {**threads, "t": f"{self.sample.length_s:.6f}"} if self.sample else threads
