"""Placing overlays by hand: the frame of an output that they are drawn on, and their boxes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem, SnapshotByTimeOffsetParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.jobs.watermark import Watermark
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.overlay_frame import OverlayBox
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import InvalidOffsetError, MediaError
from media_workflows.media.encoders.codecs import pixel_format
from media_workflows.media.filters.geometry import Size, display_size, fit, require_video
from media_workflows.media.filters.overlay.mosaic import region_of
from media_workflows.media.filters.overlay.overlays import FrameFormat, place
from media_workflows.media.filters.overlay.watermark import drawn_size, own_size
from media_workflows.media.filters.trim import Trim
from media_workflows.media.filters.video_frames import encoded_shape
from media_workflows.media.jobs.pictures import DRAWN_ON
from media_workflows.media.jobs.sample import main_range, renditions

OverlaidItem: TypeAlias = TranscodeItem | AdaptiveDynamicStreamingItem | SnapshotByTimeOffsetItem | SampleSnapshotItem
LONGEST_SIDE_PX, SHORTEST_SIDE_PX = 1280, 128  # of the picture that is sent


@dataclass(frozen=True)
class OverlaidOutput:
    """The picture that an item draws on: its format, and the part of the source that it shows."""

    format: FrameFormat
    start_s: float
    length_s: float
    fill_type: str

    def snapshot(self, at_s: float) -> SnapshotByTimeOffsetItem:
        """An item that makes the frame at a moment of the output, without overlays. Raises InvalidOffsetError."""
        if at_s > self.length_s:
            raise InvalidOffsetError(
                "the output lasts {length_s} s and has no frame at {at_s} s; choose an earlier moment",
                length_s=f"{self.length_s:.3f}",
                at_s=f"{at_s:g}",
            )
        sides = (self.format.size.width, self.format.size.height)
        scale = min(1.0, LONGEST_SIDE_PX / max(sides))
        if min(sides) * scale < SHORTEST_SIDE_PX:
            scale = 1.0
        width, height = (round(side * scale) for side in sides)
        parameters = SnapshotByTimeOffsetParameters.model_validate(
            {"width": width, "height": height, "fill_type": self.fill_type, "resolution_adaptive": False}
        )
        return SnapshotByTimeOffsetItem(parameters=parameters, time_offsets=[f"{self.start_s + at_s:.3f}s"])


def overlaid_output(item: OverlaidItem, info: MediaInfo) -> OverlaidOutput:
    """The output of a resolved item for this source. Raises MediaError where it has no picture to draw on."""
    video = require_video(info)
    if isinstance(item, SnapshotByTimeOffsetItem | SampleSnapshotItem):
        parameters = parameters_of(item)
        size = fit(parameters, display_size(video), multiple=1).outer
        return OverlaidOutput(FrameFormat(size, pixel_format=DRAWN_ON), 0.0, info.duration_s, parameters.fill_type)
    drawn = [one.resolved_parameters.video for one in renditions(item, info).values()]
    shapes = [(encoded_shape(one, video), one) for one in drawn if one and one.codec != "copy"]
    if not shapes:
        raise MediaError("this output has no encoded picture, so that nothing can be drawn on it: choose another job")
    if any(one.edit and one.edit.moves_the_picture for _, one in shapes):
        raise MediaError(
            "the picture of this output is cropped, turned or mirrored (`edit`) and cannot be shown before it is made: "
            "enter the numbers"
        )
    shape, parameters = max(shapes, key=lambda shaped: shaped[0].outer.width * shaped[0].outer.height)
    trim = main_range(item, info) if isinstance(item, TranscodeItem) else Trim(0.0, info.duration_s, whole=True)
    frame = FrameFormat(shape.outer, trim.length_s, pixel_format(parameters))
    return OverlaidOutput(frame, trim.start_s, trim.length_s, parameters.fill_type)


def watermark_box(watermark: Watermark, frame: FrameFormat, fonts: Sequence[Path]) -> OverlayBox:
    """Where a resolved watermark is drawn; what prevents it is the box's message."""
    try:
        size, own = drawn_size(watermark, frame.size, fonts), own_size(watermark, frame.size, fonts)
    except MediaError as error:
        return OverlayBox(message=str(error))
    at = place(watermark, size, frame)
    return OverlayBox(**at, width=size.width, height=size.height, own_width=own[0], own_height=own[1])


def mosaic_box(mosaic: Mosaic, frame: Size) -> OverlayBox:
    region = region_of(mosaic, frame)
    return OverlayBox(**region._asdict()) if region else OverlayBox()
