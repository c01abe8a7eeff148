"""ffmpeg-python graphs: several outputs in one command, with the splits this needs.

ffmpeg-python treats equal nodes as one node, so items that start with the same nodes (input, frame
rate) share that work automatically. A filter's output can be read only once, though, and the library
leaves the `split` filters to its caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import ffmpeg
from ffmpeg.nodes import FilterNode, InputNode, OutputNode

Stream: TypeAlias = Any  # ffmpeg-python carries no types
# Those that the builders use.
SOUND_FILTERS = frozenset({"aformat", "alimiter", "apad", "aresample", "asetpts", "atrim", "loudnorm", "pan", "volume"})

_Pad: TypeAlias = tuple[Any, Any]  # (node, label): one output of a filter


def merged(outputs: Sequence[Stream]) -> Stream:
    """One graph of all outputs, each filter output that is read twice or more split."""
    nodes = [output.node for output in outputs]
    split = _Splitter(Counter(_reads(nodes)))
    rebuilt = [split.node(node).stream() for node in nodes]
    return rebuilt[0] if len(rebuilt) == 1 else ffmpeg.merge_outputs(*rebuilt)


def _reads(nodes: Sequence[Any]) -> Iterator[_Pad]:
    """Every read of a filter output, once for each reader."""
    seen: set[Any] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for upstream, label, _selector in node.incoming_edge_map.values():
            waiting.append(upstream)
            if isinstance(upstream, FilterNode):
                yield upstream, label


class _Splitter:
    """Rebuilds the (immutable) nodes with a split after each output that has several readers."""

    def __init__(self, reads: Counter[_Pad]) -> None:
        self._reads = reads
        self._rebuilt: dict[Any, Any] = {}
        self._taken: defaultdict[_Pad, int] = defaultdict(int)

    def node(self, old: Any) -> Any:
        if isinstance(old, InputNode):
            return old
        if old not in self._rebuilt:
            # In the order of their numbers, in which ffmpeg-python writes them: 2 before 10.
            edges = {name: self._stream(*edge) for name, edge in sorted(old.incoming_edge_map.items(), key=_number)}
            self._rebuilt[old] = _like(old, edges)
        return self._rebuilt[old]

    def _stream(self, upstream: Any, label: Any, selector: Any) -> Stream:
        stream = self.node(upstream).stream(label, selector)
        if self._reads[upstream, label] < 2:
            return stream
        number = self._taken[upstream, label]
        self._taken[upstream, label] += 1
        if not _is_sound(upstream, label):
            return stream.filter_multi_output("split").stream(number)
        # Without a converter after it, `asplit` negotiates one format (channels, rate, sample format) for all
        # its readers. Where the formats are equal, aresample passes the samples through.
        return stream.filter_multi_output("asplit").stream(number).filter("aresample")


def _number(edge: tuple[Any, Any]) -> int:
    """The number of an input of a node; the only one has none."""
    return edge[0] or 0


def _is_sound(node: Any, label: Any) -> bool:
    """Whether an output of a filter carries audio. `concat` outputs its pictures first."""
    if node.name == "concat":
        return bool((label or 0) >= node.kwargs["v"])
    return node.name in SOUND_FILTERS


def _like(old: Any, edges: dict[Any, Stream]) -> Any:
    """The node `old` with other inputs."""
    if isinstance(old, OutputNode):
        return OutputNode(edges, old.name, args=old.args, kwargs=old.kwargs)
    return FilterNode(edges, old.name, max_inputs=None, args=old.args, kwargs=old.kwargs)
