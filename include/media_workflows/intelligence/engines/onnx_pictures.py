"""Input of ONNX networks for pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.rgb import rgb
from media_workflows.intelligence.extras import load


def session(model: Path | bytes, threads: int, engine: str, setting: str) -> Any:
    """An inference session on the CPU, of a file or its bytes. Raises EngineUnavailableError if it cannot be loaded."""
    runtime = load("onnxruntime", engine)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        source = model if isinstance(model, bytes) else str(model)
        return runtime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its own exceptions share no base class
        path = "the packaged model" if isinstance(model, bytes) else model
        raise EngineUnavailableError(
            engine, f"{path} does not load: {error}", f"set {setting} to an ONNX model"
        ) from error


def centre_square(picture: Any) -> Any:
    """The square in the middle of a picture, as large as it can be."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def tensor(picture: Any, size: int, mean: list[float], std: list[float], *, channels_last: bool = False) -> Any:
    """A BGR picture (numpy uint8) as one RGB float32 batch of `size` x `size`: (picture / 255 - mean) / std."""
    cv2, numpy = load("cv2", "image preprocessing"), load("numpy", "image preprocessing")
    shrunk = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    values = (rgb(shrunk).astype(numpy.float32) / 255 - numpy.float32(mean)) / numpy.float32(std)
    return (values if channels_last else values.transpose(2, 0, 1))[None].astype(numpy.float32)
