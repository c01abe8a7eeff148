"""What a probe might have told of a source, for tests that open none."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.media_info import VideoStream


def video_stream(width: int = 1920, height: int = 1080, rotation: int = 0, **more: Any) -> VideoStream:
    """H.264 at 25 frames a second, of square pixels."""
    shown = (height, width) if rotation % 180 else (width, height)
    facts: dict[str, Any] = {"index": 0, "codec": "h264", "fps": 25, "pixel_format": "yuv420p"}
    return VideoStream(
        **{
            **facts,
            "width": width,
            "height": height,
            "display_width": shown[0],
            "display_height": shown[1],
            "rotation": rotation,
            **more,
        }
    )
