"""Frames of the source as picture files, shared by the kinds that make pictures."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from media_workflows.domain.jobs.base import StillFormat
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem, SampleSnapshotParameters
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem, SnapshotByTimeOffsetParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.domain.templates import parameters_of
from media_workflows.media.encoders.pictures import PICTURES
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit, display_size, fit, require_video
from media_workflows.media.filters.overlay.overlays import FrameFormat
from media_workflows.media.filters.overlay.watermark import Assets, draw_watermarks
from media_workflows.media.filters.size_limits import require_encodable
from media_workflows.media.filters.source_picture import drawn, source_picture
from media_workflows.media.plan.depiction import Tile, depiction
from media_workflows.media.plan.planned import Expectation, Output, PlannedFile

SnapshotItem: TypeAlias = SnapshotByTimeOffsetItem | SampleSnapshotItem
SnapshotParameters: TypeAlias = SnapshotByTimeOffsetParameters | SampleSnapshotParameters

DRAWN_ON = "yuv444p"  # what watermarks of pictures are drawn on: at odd pixels, too

# Picture formats: pixel format, then encoder options. JPEG and WebP readers assume BT.601 colours.
_JPEG_SCALE = {"out_color_matrix": "bt601", "out_range": "full"}
_WEBP_SCALE = {"out_color_matrix": "bt601", "out_range": "limited"}
_AVIF_SCALE = {"out_color_matrix": "bt709", "out_range": "full"}  # the file states both
_SCALE: dict[str, dict[str, str]] = {"jpg": _JPEG_SCALE, "png": {}, "webp": _WEBP_SCALE, "avif": _AVIF_SCALE}
_PIXELS = {"jpg": "yuvj420p", "png": "rgb24", "webp": "yuv420p", "avif": "yuv420p"}
_ENCODER: dict[str, dict[str, Any]] = {
    "jpg": {"c:v": PICTURES["jpg"], "q:v": 2},
    "png": {"c:v": PICTURES["png"]},
    "webp": {"c:v": PICTURES["webp"], "quality": 80},
    "avif": {"c:v": PICTURES["avif"], "still-picture": 1, "crf": 23, "cpu-used": 6},
}


def endless(
    picture: Stream, video: VideoStream, deinterlace: Literal["auto", "off"] = "auto", from_start: bool = True
) -> Stream:
    """The video track with its last frame repeated without end, for moments at or after the end."""
    frames = source_picture(picture, video, deinterlace, from_start)
    # Without a frame rate, tpad cannot assign times to its copies, and ffmpeg would never end.
    return frames.filter("tpad", stop=-1, stop_mode="clone") if video.fps > 0 else frames


def one_each(frames: Stream, interval_s: float, rounding: str = "up") -> Stream:
    """One frame for each interval from 0 s on; rounding up selects the one on screen at that moment."""
    return frames.filter("fps", fps=f"1/{interval_s:.9f}", start_time=0, round=rounding)


def encodable(frames: Stream, format_: StillFormat) -> Stream:
    """Frames in the colours and pixel format that readers of this picture format assume."""
    if _SCALE[format_]:
        frames = frames.filter("scale", **_SCALE[format_])
    return frames.filter("format", _PIXELS[format_])


def picture_options(format_: StillFormat, context: BuildContext) -> dict[str, Any]:
    """Output options of picture files."""
    return {"format": "avif" if format_ == "avif" else "image2", **_ENCODER[format_], **context.output_options()}


class PictureMaker:
    """Builds the ffmpeg outputs of one item's pictures."""

    def __init__(self, context: BuildContext, item: SnapshotItem, index: int) -> None:
        self.context = context
        self.item = item
        self.index = index
        self.video = require_video(context.info)
        self.parameters: SnapshotParameters = parameters_of(item)
        self.assets = Assets(context.work_dir)
        shape = fit(self.parameters, display_size(self.video), multiple=1)
        self.shape: Fit = require_encodable(shape, self.parameters.format)

    def at(self, offset_s: float, number: int) -> tuple[Output, PlannedFile]:
        """The frame at `offset_s` (seconds), or the last one when the video ends before."""
        file = self.file(number, offset_s)
        frames, seek = self._frames_from(offset_s)
        options = {"frames:v": 1, **picture_options(self.parameters.format, self.context)}
        if options["format"] == "image2":
            options["update"] = 1  # the name is no pattern of a series
        node = self._finished(frames).output(file.path.name, **options)
        return Output(node, seek), file

    def _frames_from(self, offset_s: float) -> tuple[Stream, tuple[float, float] | None]:
        """The frames from the requested one on, and the seek position that they are read from.

        After a seek, ffmpeg reads from the key frame before the offset, with negative times before the offset.
        """
        seek_s = self.context.seek_s(offset_s)
        if seek_s is None:
            frames = endless(self.context.picture_input(), self.video)
            return frames.filter("select", f"gte(t,{offset_s:.6f})"), None
        source = self.context.source_input(ss=f"{seek_s:.6f}", noaccurate_seek=None, threads=1)
        frames = endless(source[str(self.video.index)], self.video, from_start=False)
        return frames.filter("select", f"gte(t,{offset_s - seek_s:.6f})"), (offset_s, 0.0)

    def series(self, interval_s: float, count: int) -> Output:
        """`count` pictures, one each `interval_s` seconds, from one decode."""
        frames = one_each(endless(self.context.picture_input(), self.video), interval_s)
        options = {"frames:v": count, "start_number": 0, **picture_options(self.parameters.format, self.context)}
        return Output(self._finished(frames).output(self.local_name("%05d"), **options))

    def file(self, number: int, offset_s: float, compared: bool = True) -> PlannedFile:
        tiles = (Tile(offset_s),)
        depicts = depiction(self.video, self.shape, self.item.watermarks, multiple=1, tiles=tiles)
        return PlannedFile(
            path=self.context.work_dir / self.local_name(f"{number:05d}"),
            pattern=self.item.path_pattern,
            variables={
                "definition": str(self.item.definition),
                "format": self.parameters.file_format,
                "number": self.item.number_format.render(number),
            },
            expects=Expectation(
                video=True,
                audio=False,
                width=self.shape.outer.width,
                height=self.shape.outer.height,
                shows_s=offset_s,
            ),
            time_offset_s=round(offset_s, 3),
            depicts=depicts if compared else None,
        )

    def local_name(self, number: str) -> str:
        return f"item{self.index}_{number}.{self.parameters.format}"

    def _finished(self, frames: Stream) -> Stream:
        frames = drawn(frames, self.video, self.shape, multiple=1)
        frame = FrameFormat(self.shape.outer, pixel_format=DRAWN_ON)
        frames = draw_watermarks(frames, self.item.watermarks, frame, self.context, self.assets)
        return encodable(frames, self.parameters.format)
