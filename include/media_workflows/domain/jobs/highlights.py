"""Highlight clips of an analysis: how many, how long, and how they are encoded."""

from __future__ import annotations

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters, stream_encodings
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.sub_tasks.analysis import Highlight

MAX_CLIPS = 10
MIN_CLIP_S, MAX_CLIP_S = 2, 60
# In the source's size, at most 1080 lines: every browser and phone plays them.
_VIDEO = VideoParameters(codec="h264", crf=23, max_bitrate_kbps=8000)
_AUDIO = AudioParameters(codec="aac", bitrate_kbps=128)
_MAX_SHORT_EDGE_PX = 1080


class HighlightParameters(Model):
    """Clips of the parts that stand out from the rest of the source, each with a cover picture."""

    count: int = Field(3, ge=1, le=MAX_CLIPS, description="At most so many clips")
    clip_s: float = Field(
        10,
        ge=MIN_CLIP_S,
        le=MAX_CLIP_S,
        description="About so many seconds each: a clip begins and ends at a cut or a pause where one is near",
    )

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return stream_encodings(_VIDEO, _AUDIO)


def clip_item(highlight: Highlight, short_edge_px: int, has_sound: bool, output_path: str) -> TranscodeItem:
    """The transcode that makes a clip. `short_edge_px` is that of the source as displayed; 0 = it has no video."""
    height = _MAX_SHORT_EDGE_PX if short_edge_px > _MAX_SHORT_EDGE_PX else 0
    video = _VIDEO.model_copy(update={"height": height}) if short_edge_px else None
    return TranscodeItem(
        parameters=TranscodeParameters(
            container="mp4" if video else "m4a", video=video, audio=_AUDIO if has_sound else None
        ),
        start_offset_s=highlight.start_s,
        end_offset_s=highlight.end_s,
        output_path=output_path,
        split="never",
    )
