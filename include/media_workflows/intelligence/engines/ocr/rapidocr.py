"""rapidocr: PaddleOCR models for Chinese and English on onnxruntime, included in its wheel."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from media_workflows.intelligence.engines.ocr import Quad
from media_workflows.intelligence.extras import load, require

_ENGINE = "OCR by rapidocr"
_NO_LIMIT = 100_000  # pixels: the caller chooses the size; rapidocr would enlarge small pictures


def require_rapidocr() -> None:
    """Raises EngineUnavailableError if a package is not installed; loads nothing."""
    require("rapidocr", _ENGINE)


class RapidOcr:
    """OCR by rapidocr. It assumes upright lines: text upside down is not recognised."""

    def __init__(self, threads: int) -> None:
        """Load the models. Raises EngineUnavailableError if rapidocr is not installed."""
        module = load("rapidocr", _ENGINE)
        self._crop = load("rapidocr.utils.process_img", _ENGINE).get_rotate_crop_image
        self.name = f"rapidocr {version('rapidocr')}, PP-OCRv6 small, Chinese and English"
        self._engine: Any = module.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.max_side_len": _NO_LIMIT,
                "Det.limit_type": "max",
                "Det.limit_side_len": _NO_LIMIT,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads or -1,
            }
        )

    def detect(self, picture: Any) -> list[Quad]:
        boxes = self._engine(picture, use_det=True, use_rec=False).boxes
        return [] if boxes is None else list(boxes)

    def read(self, picture: Any, quad: Quad) -> tuple[str, float]:
        crop = self._crop(picture, quad)
        if not crop.size:
            return "", 0.0
        found = self._engine(crop, use_det=False, use_rec=True)
        if not found.txts:
            return "", 0.0
        return found.txts[0].strip(), round(100 * float(found.scores[0]), 1)
