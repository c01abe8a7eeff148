"""What Airflow runs: the bundle, the DAGs, and the operators that DAG files may use, see docs/operators.md.

The names in `__all__` are the public ones. They are imported when they are first asked for: the bundle, too, lies in
this package, and every process of Airflow loads that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from media_workflows.orchestration.gate import GateOperator
    from media_workflows.orchestration.operators import (
        AdaptiveDynamicStreamingOperator,
        AnalysisOperator,
        AnimatedGraphicOperator,
        CaptionsOperator,
        ContentReviewOperator,
        FeaturesOperator,
        ImageSpriteOperator,
        QualityControlOperator,
        RecognitionOperator,
        SampleSnapshotOperator,
        SnapshotByTimeOffsetOperator,
        TranscodeOperator,
    )
    from media_workflows.orchestration.sensor import UploadSensor

__all__ = [
    "AdaptiveDynamicStreamingOperator",
    "AnalysisOperator",
    "AnimatedGraphicOperator",
    "CaptionsOperator",
    "ContentReviewOperator",
    "FeaturesOperator",
    "GateOperator",
    "ImageSpriteOperator",
    "QualityControlOperator",
    "RecognitionOperator",
    "SampleSnapshotOperator",
    "SnapshotByTimeOffsetOperator",
    "TranscodeOperator",
    "UploadSensor",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = {"GateOperator": "gate", "UploadSensor": "sensor"}.get(name, "operators")
    return getattr(import_module(f"{__name__}.{module}"), name)
