"""CLIP as ONNX, from a local directory: it embeds pictures and words in one space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines import model_path
from media_workflows.intelligence.engines.onnx_pictures import centre_square, session, tensor
from media_workflows.intelligence.extras import load, require

_ENGINE = "zero-shot labels by CLIP"
_SETTING = "label_model_path"
_HOLDS = "a directory with vision_model.onnx, text_model.onnx and tokenizer.json (or the two models in onnx/)"
_SIZE, _TOKENS = 224, 77
# As in OpenAI's CLIP: https://github.com/openai/CLIP, clip/clip.py.
_MEAN, _STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
_PROMPT = "a photo of {}"
_SCALE = 100.0  # CLIP's learnt temperature


def require_clip(setting: str) -> None:
    """Raises EngineUnavailableError if a file of the model or a package is missing; loads nothing."""
    path = model_path(setting, _SETTING, _ENGINE, holds=_HOLDS)
    for name in ("vision_model.onnx", "text_model.onnx", "tokenizer.json"):
        _part(path, name)
    require("onnxruntime", _ENGINE)
    require("tokenizers", _ENGINE, extra="labels")


class Clip:
    """Zero-shot labels by CLIP, of at least one. Raises EngineUnavailableError without a model."""

    def __init__(self, setting: str, threads: int, labels: tuple[str, ...]) -> None:
        path = model_path(setting, _SETTING, _ENGINE, holds=_HOLDS)
        self._numpy = load("numpy", _ENGINE)
        self._labels = labels
        self._vision = session(_part(path, "vision_model.onnx"), threads, _ENGINE, _SETTING)
        text = session(_part(path, "text_model.onnx"), threads, _ENGINE, _SETTING)
        self._words = self._embedded_words(text, _part(path, "tokenizer.json"))
        self.name = f"CLIP {path.name}, zero-shot"

    def label(self, picture: Any) -> dict[str, float]:
        batch = tensor(centre_square(picture), _SIZE, _MEAN, _STD)
        embedding = self._embedding(self._vision, {"pixel_values": batch}, "image_embeds")
        similarity = _SCALE * (self._words @ embedding[0])
        powers = self._numpy.exp(similarity - similarity.max())
        return {
            label: round(100 * float(share), 1)
            for label, share in zip(self._labels, powers / powers.sum(), strict=True)
        }

    def _embedded_words(self, text: Any, tokenizer: Path) -> Any:
        words = load("tokenizers", _ENGINE, extra="labels").Tokenizer.from_file(str(tokenizer))
        words.enable_truncation(_TOKENS)
        words.enable_padding()
        encoded = words.encode_batch([_PROMPT.format(label) for label in self._labels])
        inputs = {
            "input_ids": self._numpy.array([one.ids for one in encoded], self._numpy.int64),
            "attention_mask": self._numpy.array([one.attention_mask for one in encoded], self._numpy.int64),
        }
        return self._embedding(text, inputs, "text_embeds")

    def _embedding(self, network: Any, inputs: dict[str, Any], output: str) -> Any:
        """Embeddings, normalised to length 1."""
        expected = {node.name for node in network.get_inputs()}
        names = [node.name for node in network.get_outputs()]
        found = network.run(
            [output if output in names else names[0]], {n: v for n, v in inputs.items() if n in expected}
        )[0]
        return found / self._numpy.linalg.norm(found, axis=-1, keepdims=True)


def _part(path: Path, name: str) -> Path:
    for place in (path / name, path / "onnx" / name):
        if place.exists():
            return place
    raise EngineUnavailableError(_ENGINE, f"{path} contains no {name}", f"set {_SETTING} to {_HOLDS}")
