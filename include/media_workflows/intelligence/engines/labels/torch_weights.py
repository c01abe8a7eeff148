"""The weights of a PyTorch file of before version 1.6, read without PyTorch.

Such a file is a row of pickles: magic number, format version, properties of the machine, the tensors by name, whose
values are named, and these names in order. The values follow: of each a count of 8 bytes, and the numbers. See
https://docs.pytorch.org/docs/stable/notes/serialization.html.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

from media_workflows.intelligence.extras import load

_ENGINE = "image classes"
_MAGIC, _VERSION = 0x1950A86A20F9469CFC6C, 1001
_TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


def read_weights(path: Path) -> dict[str, Any]:
    """Tensor name -> numpy array. Only tensors can be in it: no other class is looked up. Raises ValueError."""
    with path.open("rb") as file:
        if _Tensors(file).load() != _MAGIC or _Tensors(file).load() != _VERSION:
            raise ValueError(f"{path.name} is no PyTorch file of the old format")
        _Tensors(file).load()  # properties of the machine
        tensors: dict[str, _Tensor] = _Tensors(file).load()
        values = {key: _values(file, tensors, key) for key in _Tensors(file).load()}
    return {name: tensor.of(values[tensor.key]) for name, tensor in tensors.items()}


class _Tensor:
    """A view of a storage. `steps` are values from one element to the next, in each direction."""

    def __init__(
        self, storage: tuple[str, str], offset: int, shape: tuple[int, ...], steps: tuple[int, ...], *_rest: Any
    ) -> None:
        self.type, self.key = storage
        self._offset, self._shape, self._steps = offset, shape, steps

    def of(self, values: Any) -> Any:
        """The tensor. Raises ValueError when it would reach beyond the values."""
        last = self._offset + sum((side - 1) * step for side, step in zip(self._shape, self._steps, strict=True))
        if min((self._offset, *self._steps, *self._shape)) < 0 or last >= len(values):
            raise ValueError("a tensor reaches beyond its values")
        strides = [step * values.itemsize for step in self._steps]
        return load("numpy", _ENGINE).lib.stride_tricks.as_strided(values[self._offset :], self._shape, strides).copy()


class _Tensors(pickle.Unpickler):
    """Reads the tensors. A storage is known by its type and key until its values are read."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _TYPES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is no part of weights")

    def persistent_load(self, pid: Any) -> tuple[str, str]:
        _, type_, key, *_ = pid
        return type_, key


def _values(file: BinaryIO, tensors: dict[str, _Tensor], key: str) -> Any:
    numpy = load("numpy", _ENGINE)
    type_ = numpy.dtype(next(_TYPES[tensor.type] for tensor in tensors.values() if tensor.key == key))
    count = int.from_bytes(file.read(8), "little")
    data = file.read(count * type_.itemsize)
    if len(data) != count * type_.itemsize:
        raise ValueError("the file ends within its weights")
    return numpy.frombuffer(data, type_)
