"""What the two snapshot kinds share: one frame of the source as a picture file."""

from __future__ import annotations

from typing import Any, TypeAlias

from media_workflows.media.geometry import Fit, display_size, fit, require_video
from media_workflows.media.graph import Stream
from media_workflows.media.marks import Canvas
from media_workflows.media.plan import BuildContext, Expectation, Output, PlannedFile
from media_workflows.media.source_picture import drawn, source_picture
from media_workflows.media.watermark import Assets, draw_watermarks
from media_workflows.model.jobs.sample_snapshot import SampleSnapshotItem, SampleSnapshotParameters
from media_workflows.model.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem, SnapshotByTimeOffsetParameters
from media_workflows.model.templates import parameters_of
from media_workflows.naming import NumberFormat

SnapshotItem: TypeAlias = SnapshotByTimeOffsetItem | SampleSnapshotItem
SnapshotParameters: TypeAlias = SnapshotByTimeOffsetParameters | SampleSnapshotParameters

# Picture formats: pixel format, then encoder options. JPEG and WebP readers assume BT.601 colours.
_JPEG_SCALE = {"out_color_matrix": "bt601", "out_range": "full"}
_WEBP_SCALE = {"out_color_matrix": "bt601", "out_range": "limited"}
_SCALE: dict[str, dict[str, str]] = {"jpg": _JPEG_SCALE, "png": {}, "webp": _WEBP_SCALE}
_PIXELS = {"jpg": "yuvj420p", "png": "rgb24", "webp": "yuv420p"}
_ENCODER: dict[str, dict[str, Any]] = {
    "jpg": {"c:v": "mjpeg", "q:v": 2},
    "png": {"c:v": "png"},
    "webp": {"c:v": "libwebp", "quality": 80},
}


class PictureMaker:
    """Builds the ffmpeg outputs of one item's pictures."""

    def __init__(self, context: BuildContext, item: SnapshotItem, index: int) -> None:
        self.context = context
        self.item = item
        self.index = index
        self.video = require_video(context.info)
        self.parameters: SnapshotParameters = parameters_of(item)
        self.assets = Assets(context.work_dir)
        self.shape: Fit = fit(self.parameters, display_size(self.video), multiple=1)

    def at(self, offset_s: float, number: int) -> tuple[Output, PlannedFile]:
        """The frame at `offset_s` (seconds), or the last one when the video ends before."""
        file = self.file(number, offset_s)
        frames, seek = self._frames_from(offset_s)
        node = self._finished(frames).output(
            file.path.name, format="image2", update=1, **{"frames:v": 1}, **self._encoder_options()
        )
        return Output(node, seek), file

    def _frames_from(self, offset_s: float) -> tuple[Stream, tuple[float, float] | None]:
        """The frames whose first is the wanted one, and the seek position they are read from.

        A seek starts at the key frame before the offset and gives what lies before it negative
        times; the last frame is repeated without end, so that an offset at or behind it finds it.
        """
        if not self.context.seek:
            frames = self._endless(self.context.source_input())
            return frames.filter("select", f"gte(t,{offset_s:.6f})"), None
        source = self.context.source_input(ss=f"{offset_s:.6f}", noaccurate_seek=None, threads=1)
        return self._endless(source).filter("select", "gte(t,0)"), (offset_s, 0.0)

    def series(self, interval_s: float, count: int) -> Output:
        """`count` pictures, one each `interval_s` seconds, from one decode."""
        frames = self._endless(self.context.source_input())
        # round=up puts into each slot the frame that is on screen at that moment.
        frames = frames.filter("fps", fps=f"1/{interval_s:.9f}", start_time=0, round="up")
        name = self.local_name("%05d")
        options = {"frames:v": count, "start_number": 0, **self._encoder_options()}
        return Output(self._finished(frames).output(name, format="image2", **options))

    def file(self, number: int, offset_s: float) -> PlannedFile:
        return PlannedFile(
            path=self.context.work_dir / self.local_name(f"{number:05d}"),
            pattern=self.item.path_pattern,
            variables={
                "definition": str(self.item.definition),
                "format": self.parameters.file_format,
                "number": NumberFormat().render(number),
            },
            expects=Expectation(video=True, audio=False, width=self.shape.outer.width, height=self.shape.outer.height),
            time_offset_s=round(offset_s, 3),
        )

    def local_name(self, number: str) -> str:
        return f"item{self.index}_{number}.{self.parameters.format}"

    def _endless(self, source: Stream) -> Stream:
        """The picture of an input, its last frame repeated."""
        frames = source_picture(source[str(self.video.index)], self.video)
        # Without a frame rate tpad could not give its copies new times, and ffmpeg would never end.
        return frames.filter("tpad", stop=-1, stop_mode="clone") if self.video.fps > 0 else frames

    def _finished(self, frames: Stream) -> Stream:
        format_ = self.parameters.format
        frames = drawn(frames, self.video, self.shape, multiple=1)
        frames = draw_watermarks(frames, self.item.watermarks, Canvas(self.shape.outer), self.context, self.assets)
        if _SCALE[format_]:
            frames = frames.filter("scale", **_SCALE[format_])
        return frames.filter("format", _PIXELS[format_])

    def _encoder_options(self) -> dict[str, Any]:
        return {**_ENCODER[self.parameters.format], **self.context.output_options()}
