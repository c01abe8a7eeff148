"""The filters on the one decode of a quality control. What they find is in files that `measurements` reads. Pure.

The picture feeds up to four chains: every frame to `blackdetect` and `freezedetect`; every frame, small, to `deshake`;
and a sample of frames to the detectors of blocks, blur, noise, light and bars, and to small JPEG files, which are
searched for codes and published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.quality_control import QualityControlParameters
from media_workflows.domain.media_info import AudioStream, VideoStream
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.source_picture import source_picture
from media_workflows.media.filters.source_sound import source_sound

SAMPLE_S = 0.5  # between two frames of the detectors of light, blur and bars: what is shorter is not seen as a problem
MOST_PICTURES = 600  # small ones of a source: about 50 MB
PICTURE_EDGE = 1280
SHAKE_WIDTH = 192  # pixels: shaking that can be seen moves such a picture by at least one
NOISE_WINDOW_S = 0.25
_CENTRE = (
    "crop=iw*0.8:ih*0.7"  # without bars and most subtitles, whose edges would be blocks, and whose black has no noise
)
# The Laplacian difference of J. Immerkær, "Fast Noise Variance Estimation" (1996).
_NOISE_KERNEL = "1 -2 1 -2 4 -2 1 -2 1"
_WHITE_AS_BLACK = "if(gt(val,220),16,235)"  # of limited range, where white is 235
# Across and down: the file, the two crops whose difference is taken, and the two reductions to one line.
_STEPS = (
    ("columns", ("iw-1", "ih", 0, 0), ("iw-1", "ih", 1, 0), ("iw", "max(1,ih/24)"), ("iw", 1)),
    ("rows", ("iw", "ih-1", 0, 0), ("iw", "ih-1", 0, 1), ("max(1,iw/24)", "ih"), (1, "ih")),
)
_SAMPLED = ("mosaic", "blur", "noise", "black_white_edge", "solid_color_screen", "low_lighting", "high_lighting")
PICTURED = ("black_screen", "video_duplicated_frame", "jitter", "crash_screen", "qr_code", "bar_code", *_SAMPLED)
CODES = ("qr_code", "bar_code")
DECODED_PICTURE = (*PICTURED, "video_decode_failed")
DECODED_SOUND = (
    *("no_voice", "low_voice", "high_voice", "audio_noise", "audio_out_of_phase", "audio_duplicated_frame"),
    "audio_decode_failed",
)


@dataclass(frozen=True)
class Detectors:
    """The chains that the items which are on need, and the names of their files. `prefix` makes names of one item."""

    parameters: QualityControlParameters
    video: VideoStream | None
    audio: AudioStream | None
    prefix: str

    def is_on(self, *names: str) -> bool:
        """Whether one of these items is on."""
        return any(getattr(self.parameters, name) is not None for name in names)

    @property
    def start_s(self) -> float:
        """Where the first of the decoded streams begins."""
        return min((stream.start_s for stream in (self.video, self.audio) if stream), default=0.0)

    def file(self, name: str) -> str:
        """The file of a chain."""
        return f"{self.prefix}_{name}.txt"

    @property
    def picture_pattern(self) -> str:
        """The small pictures, from 0 on."""
        return f"{self.prefix}_sample%05d.jpg"

    def streams(self, context: BuildContext) -> Iterator[Stream]:
        """The chains without the small pictures. Equal inputs are one decode."""
        if self.video:
            yield from self._picture(context, self._frames(context))
        if self.audio:
            yield from self._sound(source_sound(context.source_input()[str(self.audio.index)], late_s=0))

    def pictures(self, context: BuildContext, interval_s: float) -> Stream | None:
        """The small pictures, one for each interval, and their times; None = no item needs them."""
        if not self.video or not self.is_on(*PICTURED):
            return None
        frames = self._frames(context).filter("select", _each(interval_s))
        # Its own timestamps would move the numbers of the files.
        small = frames.filter(
            "scale",
            f"min(iw,{PICTURE_EDGE})",
            -2,
            out_color_matrix="bt601",
            out_range="full",
        ).filter("format", "yuvj420p")
        return _timed(small, self.file("pictures"))

    def steps(self, context: BuildContext) -> Iterator[tuple[str, Stream]]:
        """(file, stream) with 16-bit values of each sampled frame: how much each column, and each row, differs from the
        next one on average.

        Not by `blockdetect`, which adds each frame up with all before it (ffmpeg 9).
        """
        if not self.video or not self.is_on("mosaic"):
            return
        centre = _centre(self._sampled(context)).filter("format", "gray")
        for name, far, near, fewer, one in _STEPS:
            first, second = (centre.filter("crop", *place) for place in (far, near))
            differences = ffmpeg.filter([first, second], "blend", all_mode="difference").filter("format", "gray16le")
            # In two steps: one of hundreds of pixels would have no weights left.
            line = differences.filter("scale", *fewer, flags="area").filter("scale", *one, flags="area")
            yield self.step_file(name), _timed(line, self.file(name))

    def step_file(self, name: str) -> str:
        """The values of `steps` of the columns or the rows."""
        return f"{self.prefix}_{name}.raw"

    def _sampled(self, context: BuildContext) -> Stream:
        return self._frames(context).filter("select", _each(SAMPLE_S)).filter("format", "yuv420p")

    def _frames(self, context: BuildContext) -> Stream:
        assert self.video
        # As the file has it: interlaced, and from its own start on.
        frames = context.source_input()[str(self.video.index)]
        return source_picture(frames, self.video, deinterlace="off", from_start=False)

    def _picture(self, context: BuildContext, frames: Stream) -> Iterator[Stream]:
        still = frames
        if black := self.parameters.black_screen:
            limits = {"d": black.min_duration_s, "pix_th": black.pixel_level, "pic_th": black.picture_share}
            still = still.filter("blackdetect", **limits)
        if frozen := self.parameters.video_duplicated_frame:
            still = still.filter("freezedetect", n=frozen.difference, d=frozen.min_duration_s)
        yield still.filter("metadata", mode="print", file=self.file("picture"))
        if self.is_on("jitter"):
            small = frames.filter("scale", SHAKE_WIDTH, -2, flags="fast_bilinear").filter("format", "yuv420p")
            small = _timed(small, self.file("shake_times"))
            yield small.filter("deshake", rx=16, ry=16, blocksize=8, contrast=20, filename=self.file("shake"))
        yield from self._samples(self._sampled(context))

    def _samples(self, frames: Stream) -> Iterator[Stream]:
        if self.is_on("blur"):
            yield _centre(frames).filter("blurdetect").filter("metadata", mode="print", file=self.file("sharpness"))
        if self.is_on("noise"):
            # Where the picture is calm: the darkest tenth of the mean difference around each pixel.
            edges = _centre(frames).filter("format", "gray").filter("convolution", **{"0m": _NOISE_KERNEL, "0rdiv": 1})
            rest = edges.filter("avgblur", 12).filter("signalstats")
            yield rest.filter("metadata", mode="print", file=self.file("noise"))
        if self.is_on("solid_color_screen", "low_lighting", "high_lighting"):
            yield frames.filter("signalstats").filter("metadata", mode="print", file=self.file("light"))
        if self.is_on("black_white_edge"):
            for name, one in (("black_edge", frames), ("white_edge", frames.filter("lutyuv", y=_WHITE_AS_BLACK))):
                bars = one.filter("cropdetect", reset=1, skip=0, round=2)
                yield bars.filter("metadata", mode="print", file=self.file(name))

    def _sound(self, sound: Stream) -> Iterator[Stream]:
        loud = sound
        if self.is_on("low_voice", "high_voice"):
            peak: dict[str, Any] = {"peak": "true"} if self.parameters.high_voice else {}
            loud = loud.filter("ebur128", metadata=1, framelog="quiet", **peak)
        # After ebur128, which splits frames again and loses their metadata.
        if self.is_on("no_voice", "audio_duplicated_frame"):
            silence = self.parameters.no_voice
            level, least_s = (silence.level_db, silence.min_duration_s) if silence else (-60.0, 2.0)
            loud = loud.filter("silencedetect", n=f"{level}dB", d=least_s)
        yield loud.filter("ametadata", mode="print", file=self.file("sound"))
        if self.is_on("audio_noise"):
            # At 16 kHz: codecs leave out what is above it, which would look like tones.
            mono = sound.filter("aresample", 16_000).filter("aformat", channel_layouts="mono")
            mono = mono.filter("asetnsamples", round(16_000 * NOISE_WINDOW_S))
            flat = mono.filter("aspectralstats", win_size=2048, measure="flatness")
            measured = {"measure_perchannel": "none", "measure_overall": "RMS_level"}
            flat = flat.filter("astats", metadata=1, reset=1, **measured)
            yield flat.filter("ametadata", mode="print", file=self.file("sound_noise"))
        if self.is_on("audio_out_of_phase") and self.audio and self.audio.channels == 2:
            phase = sound.filter("asetnsamples", round(self.audio.sample_rate_hz * NOISE_WINDOW_S))
            phase = phase.filter("aphasemeter", video=0)
            yield phase.filter("ametadata", mode="print", file=self.file("phase"))


def _each(interval_s: float) -> str:
    """The expression of `select` for one frame in each interval."""
    return f"isnan(prev_selected_t)+gte(t-prev_selected_t,{interval_s - 0.001:.6f})"


def _timed(frames: Stream, file: str) -> Stream:
    """The frames, with their times in a file: the filter prints those of frames that have metadata."""
    return frames.filter("metadata", mode="add", key="lavfi.time", value=1).filter("metadata", mode="print", file=file)


def _centre(frames: Stream) -> Stream:
    name, _, arguments = _CENTRE.partition("=")
    return frames.filter(name, *arguments.split(":"))
