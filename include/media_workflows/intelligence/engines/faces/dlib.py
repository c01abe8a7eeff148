"""dlib: its frontal face detector, and the networks of face_recognition_models."""

from __future__ import annotations

import math
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.faces import Face
from media_workflows.intelligence.engines.rgb import rgb
from media_workflows.intelligence.extras import load, require

_ENGINE = "face recognition by dlib"
_SIDE = 1280  # pixels of the longer side of the searched picture: faces of 80 and more are found
_LANDMARKS, _EMBEDDING = "shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat"


def require_dlib() -> None:
    """Raises EngineUnavailableError if a package is not installed; loads nothing."""
    for module in ("dlib", "cv2", "numpy"):
        require(module, _ENGINE)
    _models()


class DlibFaces:
    """Face detection by dlib. Raises EngineUnavailableError if a package is not installed."""

    def __init__(self) -> None:
        self._dlib = load("dlib", _ENGINE)
        self._cv2 = load("cv2", _ENGINE)
        models = _models()
        self._detector = self._dlib.get_frontal_face_detector()
        self._landmarks = self._dlib.shape_predictor(str(models / _LANDMARKS))
        self._network = self._dlib.face_recognition_model_v1(str(models / _EMBEDDING))
        self.name = f"dlib {self._dlib.__version__}, face_recognition_models {version('face_recognition_models')}"

    def detect(self, picture: Any) -> list[Face]:
        picture = rgb(picture)
        height, width = picture.shape[:2]
        scale = min(1.0, _SIDE / max(height, width))
        size = round(width * scale), round(height * scale)
        small = self._cv2.resize(picture, size, interpolation=self._cv2.INTER_AREA) if scale < 1 else picture
        places, margins, _ = self._detector.run(small, 0, 0.0)
        return [self._face(picture, place, margin, scale) for place, margin in zip(places, margins, strict=True)]

    def _face(self, picture: Any, place: Any, margin: float, scale: float) -> Face:
        sides = (round(side / scale) for side in (place.left(), place.top(), place.right() + 1, place.bottom() + 1))
        left, top, right, bottom = sides
        height, width = picture.shape[:2]
        shape = self._landmarks(picture, self._dlib.rectangle(left, top, right, bottom))
        return Face(
            box=(max(0, left), max(0, top), min(width, right), min(height, bottom)),
            # The detector returns a margin, 0 = at the threshold.
            confidence=round(100 / (1 + math.exp(-2 * margin)), 1),
            embedding=tuple(round(float(x), 6) for x in self._network.compute_face_descriptor(picture, shape)),
        )


def _models() -> Path:
    """The directory of weights. The package is not imported, as it requires the old pkg_resources of setuptools."""
    spec = find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise EngineUnavailableError(
            _ENGINE,
            "face_recognition_models is not installed",
            "install it: pip install 'media-workflows[intelligence]'",
        )
    return Path(spec.submodule_search_locations[0]) / "models"
