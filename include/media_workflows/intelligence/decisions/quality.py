"""The quality report: measured problems of picture and sound."""

from __future__ import annotations

from media_workflows.domain.features import Features
from media_workflows.domain.sub_tasks.analysis import QualityOutput


def quality_report(features: Features) -> QualityOutput:
    """Report black, frozen and silent parts, and the loudness."""
    sound = features.sound
    return QualityOutput(
        has_picture=features.width > 0,
        has_sound=sound is not None,
        black=features.picture.black,
        frozen=features.picture.frozen,
        silent=sound.silent if sound else (),
        integrated_lufs=sound.integrated_lufs if sound else None,
        loudness_range_lu=sound.loudness_range_lu if sound else None,
        true_peak_dbtp=sound.true_peak_dbtp if sound else None,
    )
