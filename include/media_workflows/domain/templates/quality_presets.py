"""The presets of quality control (the vendor's). 30, a no-reference score, requires a model that is not here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from media_workflows.domain.jobs.quality_control import QualityControlParameters

_PICTURE_AND_SOUND = (
    *("black_screen", "no_voice", "low_voice", "high_voice", "low_resolution"),
    *("mosaic", "blur", "jitter", "noise", "black_white_edge", "solid_color_screen", "low_lighting", "high_lighting"),
    *("crash_screen", "qr_code", "bar_code", "audio_noise", "audio_out_of_phase"),
)


def quality_presets() -> Iterator[tuple[int, str, QualityControlParameters]]:
    """(id, name, parameters) of each preset; all thresholds are the defaults."""
    everything = tuple(QualityControlParameters.model_fields)
    yield 10, "All items", _parameters(everything)
    yield 20, "Container diagnosis", _parameters([name for name in everything if name not in _PICTURE_AND_SOUND])
    yield 40, "Picture and sound", _parameters(_PICTURE_AND_SOUND)


def _parameters(items: Iterable[str]) -> QualityControlParameters:
    return QualityControlParameters.model_validate({name: {} for name in items})
