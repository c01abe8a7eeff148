"""What the verification expects of a rendition: streams, size, rate, and the pictures of the source that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import AudioStream, VideoStream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit, display_size
from media_workflows.media.filters.source_picture import is_hdr
from media_workflows.media.filters.trim import Trim
from media_workflows.media.filters.video_frames import shown_size
from media_workflows.media.jobs.cut_list import CutList
from media_workflows.media.jobs.track_selection import Selection
from media_workflows.media.plan.depiction import Depiction, depiction
from media_workflows.media.plan.expected_sound import SoundExpectation
from media_workflows.media.plan.planned import Expectation
from media_workflows.media.source.sound_segment import CONCAT_SLACK_S


@dataclass(frozen=True)
class Chosen:
    """What a rendition keeps of its source: the stream `video` at the size `shape` (None for a copied one), the range
    `trim` or `cuts`, and `tracks`."""

    context: BuildContext
    item: TranscodeItem
    parameters: TranscodeParameters
    video: VideoStream | None
    shape: Fit | None
    trim: Trim
    tracks: Selection
    cuts: CutList | None

    @property
    def fps(self) -> float | None:
        """The requested rate; None = the source's, or no picture."""
        return self.parameters.video.fps or None if self.video and self.parameters.video else None


def expectation(
    chosen: Chosen, audio: Sequence[AudioStream], duration_s: float, sounds: tuple[SoundExpectation, ...]
) -> Expectation:
    """The expected file, with the tracks `audio`."""
    video, shape, trim = chosen.parameters.video, chosen.shape, chosen.trim
    # On the screen, where a pixel may be wider than high.
    shown = shown_size(video, shape) if shape and video else None
    joins = len(chosen.item.head) + len(chosen.item.tail)
    # At slow rates the last frame may end after the source.
    frame_s = 1 / chosen.fps if chosen.fps else 0.0
    expects = Expectation(
        video=chosen.video is not None,
        audio=bool(audio),
        duration_s=duration_s,
        width=shown.width if shown else None,
        height=shown.height if shown else None,
        fps=chosen.fps,
        is_hdr=_is_hdr(chosen),
        source_start_s=trim.start_s,
        slack_s=joins * CONCAT_SLACK_S + frame_s,
        further_tracks=chosen.tracks.copied if trim.whole else (),
        audio_tracks=len(audio) if trim.whole else None,
        sounds=sounds,
        capped=video if chosen.video and video and video.max_bitrate_kbps else None,
    )
    return chosen.cuts.expected(expects) if chosen.cuts else expects


def _is_hdr(chosen: Chosen) -> bool | None:
    """Whether the output is HDR; None for a copied picture."""
    if chosen.video is None or chosen.parameters.video is None or chosen.shape is None:
        return None
    return is_hdr(chosen.video) and chosen.parameters.video.hdr == "keep"


def depiction_of(chosen: Chosen) -> Depiction | None:
    """The depiction; None with a colour table, and for a trimmed copy, whose start only ffmpeg determines."""
    video, parameters, trim = chosen.video, chosen.parameters.video, chosen.trim
    if video is None or parameters is None or (chosen.shape is None and not trim.whole):
        return None
    if chosen.cuts and not chosen.cuts.shown:
        return None
    heads_s = sum(chosen.context.extra_input(key).info.duration_s for key in chosen.item.head)
    times: dict[str, Any] = {"start_s": trim.start_s, "length_s": trim.length_s, "lead_s": heads_s}
    times |= {"cuts": chosen.cuts.shown} if chosen.cuts else {}
    shape = chosen.shape or Fit(display_size(video), display_size(video))
    if parameters.edit and parameters.edit.lut:
        return None
    texts = parameters.edit.burned_in_texts if parameters.edit else ()
    covered = bool(chosen.item.mosaics or chosen.item.burned_in_subtitles or texts)
    hdr = "keep" if chosen.shape is None else parameters.hdr
    return depiction(video, shape, chosen.item.watermarks, covered, hdr, **times)
