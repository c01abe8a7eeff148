"""The lines of text in a picture of captions, by OCR."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from media_workflows.intelligence.engines.ocr import Ocr, Quad

_LEAST_CONFIDENCE = 50.0  # per cent; below are specks that detection takes for letters
_SAME_LINE = 0.5  # of a line's height: how far the middles of its parts may lie apart


def caption_lines(ocr: Ocr, png: bytes) -> list[str]:
    """The lines from top to bottom; parts of one line are joined by a space, from left to right."""
    picture: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    rows: list[list[Quad]] = []
    for quad in sorted(ocr.detect(picture), key=_middle):
        if rows and _middle(quad) - _middle(rows[-1][0]) < _SAME_LINE * float(np.ptp(quad[:, 1])):
            rows[-1].append(quad)
        else:
            rows.append([quad])
    lines = (" ".join(filter(None, (_text(ocr, picture, quad) for quad in sorted(row, key=_left)))) for row in rows)
    return [line for line in lines if line]


def _text(ocr: Ocr, picture: Any, quad: Quad) -> str:
    text, confidence = ocr.read(picture, np.asarray(quad, np.float32))
    return text if confidence >= _LEAST_CONFIDENCE else ""


def _middle(quad: Quad) -> float:
    return float(quad[:, 1].mean())


def _left(quad: Quad) -> float:
    return float(quad[:, 0].min())
