"""The conversion of our pictures for engines that expect RGB."""

from __future__ import annotations

from typing import Any

from media_workflows.intelligence.extras import load


def rgb(picture: Any) -> Any:
    """A BGR picture (numpy uint8) as RGB, contiguous as C libraries require it.

    OpenCV takes a tenth of the time of a copy of numpy's reversed view.
    """
    cv2 = load("cv2", "image preprocessing")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
