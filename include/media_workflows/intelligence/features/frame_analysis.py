"""Analysis of the frames of one decode by all visual engines."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import VISUAL
from media_workflows.domain.media_info import MediaInfo
from media_workflows.intelligence.engines.image_moderation import ImageScores
from media_workflows.intelligence.features.available import Available
from media_workflows.intelligence.features.cpu_shares import CpuShares
from media_workflows.intelligence.features.frames import DecodePlan, Frame
from media_workflows.intelligence.features.measures import Measurer
from media_workflows.intelligence.features.ocr import FrameOcr
from media_workflows.intelligence.features.sampled import FaceSampler, ImageSampler
from media_workflows.intelligence.features.shots import ShotFinder

_LARGE_SIDE = 1920  # pixels of the longer side for text and faces
_MEASURED_SIDE = 640


class FrameAnalysis:
    """Visual features from the frames of a decode, which are fed in order. `plan` states the frames that it needs."""

    def __init__(self, here: Available, info: MediaInfo, options: FeatureOptions, shares: CpuShares) -> None:
        self._shares = shares
        self.plan = decode_plan(here, info, options)
        self.sampled = 0
        video = info.video
        width = max(video.display_width, video.display_height) if video else 0
        scale = max(1.0, width / self.plan.large_side) if self.plan.large_side else 1.0
        self._shots = ShotFinder()
        self._measurer = Measurer() if here.has("frames") else None
        self._text = FrameOcr(here.ocr, scale) if here.ocr else None
        self._faces = FaceSampler(here.faces, options.face_interval_s, scale) if here.faces else None
        self._moderation = (
            ImageSampler(here.moderator.score, options.image_interval_s, scale) if here.moderator else None
        )
        self._known_labels = here.moderator.labels if here.moderator else ()
        labeller = here.labeller
        self._labels = (
            ImageSampler(lambda picture: ImageScores(labeller.label(picture)), options.image_interval_s, scale)
            if labeller
            else None
        )

    def feed(self, frame: Frame) -> None:
        """Analyse a frame of either size. What consumers share of it counts for the first one."""
        samplers = {"text": self._text, "faces": self._faces, "moderation": self._moderation, "labels": self._labels}
        of_size = samplers if frame.large else {"shots": self._shots}
        self.sampled += frame.large
        for name, consumer in {"frames": self._measurer, **of_size}.items():
            if consumer:
                with self._shares.of(name):
                    consumer.feed(frame)

    def features(self, duration_s: float) -> dict[str, Any]:
        """The fields of `Features`. Shots are included whenever other fields refer to their numbers."""
        shots = self._shots.shots(duration_s) if self.plan.small else ()
        return {
            "shots": shots,
            "frames": self._measurer.measures(shots) if self._measurer else (),
            "text": self._text.sightings(duration_s) if self._text else (),
            "faces": self._faces.sightings(shots) if self._faces else (),
            "moderation": self._moderation.labels(shots) if self._moderation else (),
            "moderation_labels": self._known_labels,
            "labels": self._labels.labels(shots) if self._labels else (),
        }

    def counters(self) -> dict[str, int]:
        """The number of calls of each engine."""
        counts = {"frames_sampled": self.sampled}
        if self._text:
            counts |= {"ocr_looks": self._text.searches, "ocr_reads": self._text.reads}
        samplers = {"face_looks": self._faces, "moderation_looks": self._moderation, "label_looks": self._labels}
        return counts | {name: sampler.calls for name, sampler in samplers.items() if sampler}


def decode_plan(here: Available, info: MediaInfo, options: FeatureOptions) -> DecodePlan:
    """The frames and sound to decode for the available features."""
    engines = here.has("text", "faces", "moderation", "labels")
    return DecodePlan(
        small=here.has(*VISUAL),
        large_side=_LARGE_SIDE if engines else _MEASURED_SIDE if here.has("frames") else 0,
        interval_s=max(options.sample_interval_s, info.duration_s / options.max_frames),
        sound=here.has("speech", "transcript", "sound"),
    )
