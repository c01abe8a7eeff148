"""Image models by path: tiny networks made here, read and run by the real code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.image_moderation import load_image_moderator
from media_workflows.intelligence.engines.labels import load_labeller
from media_workflows.settings import Settings


def save(path: Path, nodes: list[Any], inputs: list[Any], output: str, constants: dict[str, Any]) -> None:
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))


def colour_network(path: Path, source: str, output: str) -> None:
    """The mean of each colour of the picture: red, green, blue."""
    nodes = [
        helper.make_node("GlobalAveragePool", [source], ["mean"]),
        helper.make_node("Flatten", ["mean"], [output]),
    ]
    save(path, nodes, [helper.make_tensor_value_info(source, TensorProto.FLOAT, [1, 3, None, None])], output, {})


def picture(blue: int, green: int, red: int) -> Any:
    return np.full((90, 160, 3), (blue, green, red), np.uint8)


def test_a_classifier_with_its_card(tmp_path: Path) -> None:
    model = tmp_path / "colours.onnx"
    colour_network(model, "pixels", "scores")
    model.with_suffix(".json").write_text(json.dumps({"labels": ["red", "green", "blue"], "size": 32}))
    moderator = load_image_moderator(Settings(image_moderation_model_path=str(model)))
    assert moderator.score(picture(0, 51, 255)).scores == {"red": 100.0, "green": 20.0, "blue": 0.0}
    assert moderator.name == "colours.onnx, classifier of 3 labels"


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        ({"labels": ["red", "green"]}, "argument 2 is longer"),
        ({"labels": ["a", "b", "c", "d"]}, "argument 2 is shorter"),
        ({"labels": ["red", "green", "blue"], "channels_last": True}, "invalid dimensions"),
        ({"labels": ["red"], "kind": "detector"}, "out of bounds|invalid index"),
        ({"labels": ["red", "green", "blue"], "std": [0, 0, 0]}, "greater than 0"),
        ({"labels": ["red", "red", "blue"]}, "a name of its own"),
    ],
)
def test_a_card_that_does_not_fit_its_model_is_refused_at_once(
    tmp_path: Path, card: dict[str, Any], problem: str
) -> None:
    model = tmp_path / "colours.onnx"
    colour_network(model, "pixels", "scores")
    model.with_suffix(".json").write_text(json.dumps({"size": 32, **card}))
    with pytest.raises(EngineUnavailableError, match=f"(?s)colours.json does not .*({problem})"):
        load_image_moderator(Settings(image_moderation_model_path=str(model)))


def test_an_output_that_is_no_number_is_no_verdict(tmp_path: Path) -> None:
    """The logarithm of what black has: minus infinity, which no threshold reaches."""
    model = tmp_path / "dark.onnx"
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Log", ["flat"], ["scores"]),
    ]
    save(model, nodes, [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, None, None])], "scores", {})
    model.with_suffix(".json").write_text(json.dumps({"labels": ["red", "green", "blue"], "size": 32}))
    with pytest.raises(EngineUnavailableError, match="values that are no numbers"):
        load_image_moderator(Settings(image_moderation_model_path=str(model)))


def test_a_detector_returns_places(tmp_path: Path) -> None:
    """One candidate in the middle of a 64 x 64 input, half as wide and a quarter as high."""
    model = tmp_path / "detector.onnx"
    found = np.array([[[32, 0], [32, 0], [32, 0], [16, 0], [0.1, 0.0], [0.7, 0.05]]], np.float32)
    nodes = [
        helper.make_node("ReduceSum", ["pixels"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["found", "nothing"], ["out"]),
    ]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, 64, 64])]
    save(model, nodes, inputs, "out", {"found": found, "zero": np.float32(0)})
    card = {"labels": ["calm", "fight"], "size": 64, "kind": "detector"}
    model.with_suffix(".json").write_text(json.dumps(card))
    scored = load_image_moderator(Settings(image_moderation_model_path=str(model))).score(picture(1, 2, 3))
    assert (scored.scores, scored.boxes) == ({"fight": 70.0}, {"fight": (40, 34, 120, 56)})


def test_a_model_without_its_card(tmp_path: Path) -> None:
    model = tmp_path / "colours.onnx"
    colour_network(model, "pixels", "scores")
    with pytest.raises(EngineUnavailableError, match=r"colours\.json does not describe the model"):
        load_image_moderator(Settings(image_moderation_model_path=str(model)))


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    model = tmp_path / "broken.onnx"
    model.write_bytes(b"not a model")
    model.with_suffix(".json").write_text('{"labels": ["a"]}')
    with pytest.raises(EngineUnavailableError, match="does not load"):
        load_image_moderator(Settings(image_moderation_model_path=str(model)))


def clip_directory(root: Path) -> None:
    """A "CLIP" that knows colours alone: each label's words lead to a row of a table."""
    colour_network(root / "vision_model.onnx", "pixel_values", "image_embeds")
    words = ["[UNK]", "a", "photo", "of", "sunset", "meadow"]
    table = np.zeros((len(words), 3), np.float32)
    table[4], table[5] = (3, 0, 0), (0, 3, 0)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceMean", ["rows"], ["text_embeds"], axes=[1], keepdims=0),
    ]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [None, None])]
    save(root / "text_model.onnx", nodes, inputs, "text_embeds", {"table": table})
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(root / "tokenizer.json"))


def test_zero_shot_labels(tmp_path: Path) -> None:
    clip_directory(tmp_path)
    labeller = load_labeller(Settings(label_model_path=str(tmp_path)), ("sunset", "meadow"))
    reddish = labeller.label(picture(120, 120, 255))
    assert reddish["sunset"] > 90 > 10 > reddish["meadow"]
    assert sum(reddish.values()) == pytest.approx(100, abs=0.2)
