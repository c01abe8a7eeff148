"""The nodes of a schedule: their types, and the graph they form. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.plain_data import MAX_INTEGER
from media_workflows.errors import DefinitionError, FieldProblem

Json = dict[str, Any]
INPUT, OUTPUT, RULES = "input", "output", "action-exec-rules"
RULES_TASK = "ExecRulesTask"


class NodeType(NamedTuple):
    """A type of node that is a step here: its kind, the field of ActivityPara with its task, the start of its id."""

    kind: str
    task: str
    id: str


NODE_TYPES = {
    "action-trans": NodeType("transcode", "TranscodeTask", "trans"),
    "action-snapshotByTimeOffset": NodeType("snapshot_by_time_offset", "SnapshotByTimeOffsetTask", "snapshot"),
    "action-samplesnapshot": NodeType("sample_snapshot", "SampleSnapshotTask", "samples"),
    "action-image-sprite": NodeType("image_sprite", "ImageSpriteTask", "sprite"),
    "action-animated-graphics": NodeType("animated_graphic", "AnimatedGraphicTask", "animation"),
    "action-adaptive-substream": NodeType("adaptive_dynamic_streaming", "AdaptiveDynamicStreamingTask", "adaptive"),
    "action-AIQualityControl": NodeType("quality_control", "QualityControlTask", "quality"),
    "action-aiReview": NodeType("content_review", "AiContentReviewTask", "review"),
    "action-AIRecognition": NodeType("recognition", "AiRecognitionTask", "recognition"),
    "action-AIAnalysis": NodeType("analysis", "AiAnalysisTask", "analysis"),
}
TYPE_OF_KIND = {type_.kind: name for name, type_ in NODE_TYPES.items()}
_REFUSED = {
    "action-SmartSubtitles": invalid(
        "smart subtitles are not supported: recognise speech by an action-AIRecognition node whose template has "
        "full-text subtitles, and remove this one"
    ),
    "action-SmartErase": invalid("erasing of text and logos is not supported: remove the node, or cover by a mosaic"),
    "action-AIDubbing": invalid("dubbing is not supported: remove the node"),
}


@dataclass(frozen=True)
class Node:
    """An activity. Its index in the schedule identifies it."""

    index: int
    type: str
    after: tuple[int, ...]
    activity: Json

    @property
    def place(self) -> str:
        return f"Activities[{self.index}]"

    @property
    def step_id(self) -> str:
        """The id of its step: by its index, so that the order of nodes comes back from the ids."""
        return f"{NODE_TYPES[self.type].id}_{self.index}"

    @property
    def task_place(self) -> str:
        task = RULES_TASK if self.type == RULES else NODE_TYPES[self.type].task
        return f"{self.place}.ActivityPara.{task}"

    @property
    def task(self) -> Json:
        """What its task is given; {} = nothing."""
        name = RULES_TASK if self.type == RULES else NODE_TYPES[self.type].task
        return (self.activity.get("ActivityPara") or {}).get(name) or {}


class Graph:
    """The nodes of a valid schedule."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes

    @cached_property
    def before(self) -> dict[int, list[int]]:
        """The nodes directly before each node, in the order of nodes."""
        return {node.index: [other.index for other in self.nodes if node.index in other.after] for node in self.nodes}

    @cached_property
    def order(self) -> list[int]:
        """The nodes, each after all before it; those of a cycle and after it are left out."""
        ordered: list[int] = []
        waiting = [node.index for node in self.nodes]
        while ready := [index for index in waiting if set(self.before[index]) <= set(ordered)]:
            ordered.append(ready[0])
            waiting.remove(ready[0])
        return ordered


def read_graph(activities: Any) -> Graph:
    """The graph of a schedule's Activities. Raises DefinitionError with every problem found."""
    if not isinstance(activities, list) or not all(isinstance(one, dict) for one in activities):
        raise DefinitionError([invalid("must be a list of nodes").at("Activities", shown(activities))])
    nodes = [
        Node(index, str(one.get("ActivityType")), _indexes(one.get("ReardriveIndex")), one)
        for index, one in enumerate(activities)
    ]
    problems = [problem for node in nodes for problem in (*_type_problems(node), *_edge_problems(node, nodes))]
    problems += _end_problems(nodes)
    graph = Graph(nodes)
    if not problems:
        problems = list(_way_problems(graph))
    if problems:
        raise DefinitionError(problems)
    return graph


def _indexes(value: Any) -> tuple[int, ...]:
    return tuple(index_of(one) for one in value) if isinstance(value, list) else ()


def index_of(value: Any) -> int:
    """A node's index; -1 of what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER else -1


def _type_problems(node: Node) -> Iterator[FieldProblem]:
    place, got = f"{node.place}.ActivityType", shown(node.activity.get("ActivityType"))
    if node.type in _REFUSED:
        yield _REFUSED[node.type].at(place, got)
    elif node.type not in (INPUT, OUTPUT, RULES, *NODE_TYPES):
        yield invalid("must be one of: {choices}", choices=", ".join([INPUT, OUTPUT, RULES, *NODE_TYPES])).at(
            place, got
        )
    else:
        yield from _task_problems(node)


def _task_problems(node: Node) -> Iterator[FieldProblem]:
    para, place = node.activity.get("ActivityPara"), f"{node.place}.ActivityPara"
    given = sorted(name for name, task in para.items() if task is not None) if isinstance(para, dict) else []
    if node.type in (INPUT, OUTPUT):
        expected = []
    else:
        expected = [RULES_TASK if node.type == RULES else NODE_TYPES[node.type].task]
    if given != expected or not all(isinstance(cast(Json, para)[name], dict) for name in expected):
        wrong = invalid("a node of this type has {task} here, and nothing else", task="".join(expected) or "nothing")
        yield wrong.at(place, shown(para))


def _edge_problems(node: Node, nodes: Sequence[Node]) -> Iterator[FieldProblem]:
    place, after = f"{node.place}.ReardriveIndex", node.activity.get("ReardriveIndex")
    if after is not None and not isinstance(after, list):
        yield invalid("must be a list of indexes of nodes").at(place, shown(after))
    for number, index in enumerate(node.after):
        if problem := _edge_problem(index, number, node, nodes):
            yield problem.at(f"{place}[{number}]", shown(cast(list[Any], after)[number]))


def _edge_problem(index: int, number: int, node: Node, nodes: Sequence[Node]) -> InvalidValueError | None:
    if not 0 <= index < len(nodes):
        return invalid("must be the index of a node, 0 to {last}", last=len(nodes) - 1)
    if index == node.index:
        return invalid("is the node itself: name the nodes after it")
    if index in node.after[:number]:
        return invalid("is there twice: remove one")
    if nodes[index].type == INPUT:
        return invalid("no node can be before the input")
    return invalid("no node can be after the output") if node.type == OUTPUT else None


def _end_problems(nodes: Sequence[Node]) -> Iterator[FieldProblem]:
    for type_ in (INPUT, OUTPUT):
        found = [node.index for node in nodes if node.type == type_]
        if len(found) != 1:
            problem = invalid("must have one node of type {type}; got {count}", type=type_, count=len(found))
            yield problem.at("Activities", f"{len(nodes)} nodes")
    if not any(node.type in NODE_TYPES for node in nodes):
        yield invalid("must have a node that makes something").at("Activities", f"{len(nodes)} nodes")


def _way_problems(graph: Graph) -> Iterator[FieldProblem]:
    circular = sorted({node.index for node in graph.nodes} - set(graph.order))
    if circular:
        problem = invalid(
            "these nodes wait for each other, or follow such nodes: {nodes}; remove an edge",
            nodes=", ".join(map(str, circular)),
        )
        yield problem.at(f"{graph.nodes[circular[0]].place}.ReardriveIndex", shown(graph.nodes[circular[0]].after))
    for node in graph.nodes:
        if node.type not in (INPUT, OUTPUT) and not graph.before[node.index]:
            yield invalid("no node leads to this one: name it in the ReardriveIndex of another").at(
                node.place, shown(node.type)
            )
