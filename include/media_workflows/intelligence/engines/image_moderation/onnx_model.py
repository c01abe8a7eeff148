"""A custom ONNX model: a classifier, or a detector with YOLOv8 output."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PositiveFloat, ValidationError, field_validator

from media_workflows.domain.base import Model
from media_workflows.domain.features import Box
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines import model_path
from media_workflows.intelligence.engines.image_moderation import ImageScores
from media_workflows.intelligence.engines.onnx_pictures import session, tensor
from media_workflows.intelligence.extras import load, require

_ENGINE = "image moderation by an ONNX model"
_SETTING = "image_moderation_model_path"
_LEAST = 0.2  # score of a detection


class ModelCard(Model):
    """The description of a model's input and output, in a JSON file of the same name."""

    labels: tuple[str, ...] = Field(min_length=1)
    kind: Literal["classifier", "detector"] = "classifier"
    size: int = Field(224, ge=16, le=2048, description="Sides of the square input, in pixels")
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = (1.0, 1.0, 1.0)
    channels_last: bool = False
    activation: Literal["none", "softmax", "sigmoid"] = Field("none", description="Activation to apply to the output")

    @field_validator("labels")
    @classmethod
    def _distinct(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(labels)) < len(labels):
            raise ValueError("each label must have a name of its own")
        return labels


def require_onnx_model(setting: str) -> None:
    """Raises EngineUnavailableError if the model, its description or a package is missing; loads no model."""
    _model(setting)
    require("onnxruntime", _ENGINE)


def labels_of(setting: str) -> tuple[str, ...]:
    """The labels of the model's description. Raises EngineUnavailableError if it does not exist."""
    return _model(setting)[1].labels


def _model(setting: str) -> tuple[Path, ModelCard]:
    """The model and its description."""
    path = model_path(
        setting, _SETTING, _ENGINE, holds="an ONNX file with a JSON file of the same name in its directory"
    )
    return path, _card(path.with_suffix(".json"))


class OnnxModel:
    """Image moderation by an ONNX model.

    Raises EngineUnavailableError if it does not exist or load, or if its description does not fit it.
    """

    def __init__(self, setting: str, threads: int) -> None:
        self._path, self._card = _model(setting)
        self._session = session(self._path, threads, _ENGINE, _SETTING)
        self._input = self._session.get_inputs()[0].name
        self._numpy = load("numpy", _ENGINE)
        self.labels = self._card.labels
        self.name = f"{self._path.name}, {self._card.kind} of {len(self._card.labels)} labels"
        self._try()

    def _try(self) -> None:
        """Score a black picture, so that a description that does not fit is found before the source is decoded."""
        side = self._card.size
        try:
            self.score(self._numpy.zeros((side, side, 3), self._numpy.uint8))
        except EngineUnavailableError:
            raise
        except Exception as error:  # numpy's, and the runtime's own, which share no base class
            raise self._unfit(str(error)) from error

    def _unfit(self, why: str) -> EngineUnavailableError:
        return EngineUnavailableError(
            _ENGINE,
            f"{self._path.with_suffix('.json')} does not fit the model: {why}",
            "write it as documented in docs/intelligence-engines.md",
        )

    def score(self, picture: Any) -> ImageScores:
        card = self._card
        batch = tensor(picture, card.size, list(card.mean), list(card.std), channels_last=card.channels_last)
        output = self._session.run(None, {self._input: batch})[0][0]
        if not self._numpy.isfinite(output).all():  # compared with thresholds, it would pass for harmless
            raise self._unfit("its output has values that are no numbers")
        if card.kind == "detector":
            return self._detections(output, picture.shape[1] / card.size, picture.shape[0] / card.size)
        scores = self._activated(output.reshape(-1))
        return ImageScores({label: _percent(score) for label, score in zip(card.labels, scores, strict=True)})

    def _activated(self, values: Any) -> Any:
        if self._card.activation == "softmax":
            powers = self._numpy.exp(values - values.max())
            return powers / powers.sum()
        return 1 / (1 + self._numpy.exp(-values)) if self._card.activation == "sigmoid" else values

    def _detections(self, output: Any, scale_x: float, scale_y: float) -> ImageScores:
        """The best score of each label from (4 + labels) x candidates: centre and size, then scores."""
        scores: dict[str, float] = {}
        boxes: dict[str, Box] = {}
        for number, label in enumerate(self._card.labels):
            candidates = self._activated(output[4 + number])
            best = int(candidates.argmax())
            if candidates[best] >= _LEAST:
                x, y, width, height = (float(side) for side in output[:4, best])
                sides = (x - width / 2) * scale_x, (y - height / 2) * scale_y, (x + width / 2) * scale_x
                left, top, right = (max(0, round(side)) for side in sides)
                scores[label], boxes[label] = (
                    _percent(candidates[best]),
                    (left, top, right, round((y + height / 2) * scale_y)),
                )
        return ImageScores(scores, boxes)


def _percent(score: float) -> float:
    return round(100 * min(1.0, max(0.0, float(score))), 1)


def _card(path: Path) -> ModelCard:
    try:
        return ModelCard.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise EngineUnavailableError(
            _ENGINE,
            f"{path} does not describe the model: {error}",
            "write it as documented in docs/intelligence-engines.md",
        ) from error
