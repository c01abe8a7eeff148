"""EfficientNet-Lite0 as an ONNX network, from its weights.

The architecture is that of M. Tan and Q. Le, EfficientNet (2019), in the Lite form of TensorFlow's authors: no squeeze
and excitation, ReLU6. Names of weights are those of efficientnet_pytorch. Batch normalisation becomes part of each
convolution before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media_workflows.intelligence.extras import load

SIZE_PX = 224
_ENGINE, _EXTRA = "image classes", "label-model"
_BLOCKS = 16
_HALVING = frozenset({1, 3, 5, 11})  # the blocks that halve the picture; so does the stem
_EPSILON = 1e-3  # of batch normalisation, as trained
_OPSET, _IR_VERSION = 13, 8


def onnx_network(weights: Mapping[str, Any]) -> bytes:
    """The network as an ONNX file: `picture` (1 x 3 x 224 x 224) in, `classes` (1 x 1000, logits) out.

    Raises KeyError when a weight is missing, EngineUnavailableError without the package onnx.
    """
    return bytes(_Network(weights).built())


class _Network:
    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = weights
        self._onnx = load("onnx", _ENGINE, _EXTRA)
        self._numpy = load("numpy", _ENGINE)
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._made = 0

    def built(self) -> bytes:
        """The serialised model."""
        helper, floats = self._onnx.helper, self._onnx.TensorProto.FLOAT
        flow = self._active(self._convolved("picture", "_conv_stem", "_bn0", stride=2))
        for number in range(_BLOCKS):
            flow = self._block(flow, f"_blocks.{number}", 2 if number in _HALVING else 1)
        flow = self._active(self._convolved(flow, "_conv_head", "_bn1"))
        flow = self._node("Flatten", [self._node("GlobalAveragePool", [flow])])
        factors = [self._constant(self._weights[f"_fc.{name}"]) for name in ("weight", "bias")]
        self._nodes.append(helper.make_node("Gemm", [flow, *factors], ["classes"], transB=1))
        graph = helper.make_graph(
            self._nodes,
            "efficientnet_lite0",
            [helper.make_tensor_value_info("picture", floats, [1, 3, SIZE_PX, SIZE_PX])],
            [helper.make_tensor_value_info("classes", floats, [1, len(self._weights["_fc.bias"])])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        return bytes(model.SerializeToString())

    def _block(self, before: str, name: str, stride: int) -> str:
        """An inverted residual: wide, by depth, narrow again; added to what was before where the shapes are equal."""
        flow = before
        if f"{name}._expand_conv.weight" in self._weights:
            flow = self._active(self._convolved(flow, f"{name}._expand_conv", f"{name}._bn0"))
        flow = self._active(self._convolved(flow, f"{name}._depthwise_conv", f"{name}._bn1", stride))
        flow = self._convolved(flow, f"{name}._project_conv", f"{name}._bn2")
        entering = self._weights.get(f"{name}._expand_conv.weight", self._weights[f"{name}._depthwise_conv.weight"])
        narrow = f"{name}._expand_conv.weight" in self._weights
        channels_before = entering.shape[1] if narrow else entering.shape[0]
        is_equal = stride == 1 and channels_before == len(self._weights[f"{name}._project_conv.weight"])
        return self._node("Add", [flow, before]) if is_equal else flow

    def _convolved(self, before: str, name: str, norm: str, stride: int = 1) -> str:
        """A convolution with the batch normalisation after it: both are linear."""
        kernel = self._weights[f"{name}.weight"]
        weight, bias, mean, variance = (
            self._weights[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = weight / self._numpy.sqrt(variance + _EPSILON)
        factors = [self._constant(kernel * scale[:, None, None, None]), self._constant(bias - mean * scale)]
        by_depth = name.endswith("_depthwise_conv")
        return self._node(
            "Conv",
            [before, *factors],
            auto_pad="SAME_UPPER",  # as TensorFlow pads
            strides=[stride, stride],
            group=len(kernel) if by_depth else 1,
        )

    def _active(self, before: str) -> str:
        limits = [self._constant(self._numpy.float32(limit)) for limit in (0, 6)]
        return self._node("Clip", [before, *limits])

    def _node(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        name = self._name()
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _constant(self, values: Any) -> str:
        name = self._name()
        array = self._numpy.asarray(values, self._numpy.float32)
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def _name(self) -> str:
        self._made += 1
        return f"v{self._made}"
