"""`read_schedule`: a schedule of the vendor as the definition of a workflow with steps. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.step_definition import SOURCE
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.vendor_mps.reading import Findings, Json, ObjectPlace
from media_workflows.vendor_mps.schedule.conditions import closed, known_variables
from media_workflows.vendor_mps.schedule.nodes import INPUT, NODE_TYPES, OUTPUT, RULES, Graph, Node, read_graph
from media_workflows.vendor_mps.schedule.places import (
    read_directory,
    read_notification,
    read_storage,
    read_trigger,
    secrets_in,
    trigger_place,
)
from media_workflows.vendor_mps.schedule.rules import Rules, read_rules
from media_workflows.vendor_mps.tasks.tables import TABLES

_FIELDS = ("ScheduleName", "Trigger", "OutputStorage", "OutputDir", "TaskNotifyConfig", "Activities")
_ACTIVITY_FIELDS = ("ActivityType", "ReardriveIndex", "PredriveIndex", "ActivityPara")


@dataclass(frozen=True)
class ReadSchedule:
    """The definition of a schedule's workflow, and what of the schedule has no effect here.

    `places` are the schedule's, by the start of ours: to report problems of the definition where they are.
    """

    definition: Json
    notes: list[FieldProblem]
    places: dict[str, str]

    def placed(self, problem: FieldProblem) -> FieldProblem:
        """A problem of the definition, at its place in the schedule."""
        for ours, place in self.places.items():
            if problem.field == ours or problem.field.startswith((f"{ours}.", f"{ours}[")):
                return replace(problem, field=place + _vendor_field(problem.field.removeprefix(ours)))
        return problem


def _vendor_field(rest: str) -> str:
    """'.transcode[0].template' -> '.Definition'; other names are left as they are."""
    found = re.fullmatch(r"\.(\w+)\[0\]\.(.+)", rest)
    if found is None or found[1] not in TABLES:
        return rest
    return f".{TABLES[found[1]].place_of(found[2]) or found[2]}"


@dataclass(frozen=True)
class _Arrival:
    """What comes to a node: the steps directly before it, the step whose file goes on, and the condition."""

    steps: tuple[str, ...] = ()
    source: str = SOURCE
    when: str = ""


def read_schedule(data: Any) -> ReadSchedule:
    """The workflow of a schedule. Raises DefinitionError with every problem found."""
    refuse_unusable(data)
    if not isinstance(data, dict):
        raise DefinitionError([invalid("must be the object of a schedule").at("(whole schedule)", shown(data))])
    findings = Findings(problems=list(secrets_in(data)))
    if findings.problems:
        raise DefinitionError(findings.problems)
    head = _head(data, findings)
    findings.objects = ObjectPlace(head["trigger"].get("bucket", ""))
    try:
        steps, places = _Steps(read_graph(data.get("Activities")), findings).read()
    except DefinitionError as error:
        findings.problems += error.problems
    if findings.problems:
        raise DefinitionError(findings.problems)
    definition = {**head, "steps": steps, "vendor": {"schedule": without_predrive(data)}}
    outer = {
        "name": "ScheduleName",
        "trigger": trigger_place(data.get("Trigger")),
        "output.directory": "OutputDir",
        "output": "OutputStorage",
        "notification": "TaskNotifyConfig",
    }
    return ReadSchedule(definition, findings.notes, {**outer, **places})


def _head(data: Json, findings: Findings) -> Json:
    """All but the steps."""
    for name, value in data.items():
        if name not in _FIELDS:
            findings.note_kept(name, value)
    output = read_storage(data.get("OutputStorage"), "OutputStorage", findings)
    return {
        "name": data.get("ScheduleName"),
        "trigger": read_trigger(data.get("Trigger"), findings),
        "output": {**output, **read_directory(data.get("OutputDir"), findings)},
        "notification": read_notification(data.get("TaskNotifyConfig"), findings),
    }


def without_predrive(data: Json) -> Json:
    """The schedule without what the vendor's server generates and ignores."""
    activities = [{name: value for name, value in one.items() if name != "PredriveIndex"} for one in data["Activities"]]
    return {**data, "Activities": activities}


class _Steps:
    """The steps of a graph, in the order of its nodes."""

    def __init__(self, graph: Graph, findings: Findings) -> None:
        self._graph, self._findings = graph, findings
        nodes = [node for node in graph.nodes if node.type in NODE_TYPES]
        variables = known_variables([node.step_id for node in nodes])
        self._rules: dict[int, Rules] = {
            node.index: read_rules(node, variables, findings) for node in graph.nodes if node.type == RULES
        }
        self._arrivals: dict[int, _Arrival] = {}

    def read(self) -> tuple[list[Json], dict[str, str]]:
        """The steps, and the places of their nodes by ours."""
        for index in self._graph.order:
            self._arrivals[index] = self._arrival(self._graph.nodes[index])
        nodes = [node for node in self._graph.nodes if node.type in NODE_TYPES]
        steps = [self._step(node) for node in nodes]
        _name_apart(nodes, steps, self._findings)
        return steps, {f"steps[{number}]": node.task_place for number, node in enumerate(nodes)}

    def _arrival(self, node: Node) -> _Arrival:
        if node.type == OUTPUT:
            return _Arrival()
        for name, value in node.activity.items():
            if name not in _ACTIVITY_FIELDS:
                self._findings.note_kept(f"{node.place}.{name}", value)
        before = [self._leaving(self._graph.nodes[index], node) for index in self._graph.before[node.index]]
        if len({one.source for one in before}) > 1:
            self._findings.refuse(
                invalid(
                    "different files come to this node: {sources}; the nodes before it must hand on the same one",
                    sources=", ".join(sorted({one.source for one in before})),
                ),
                node.place,
                node.type,
            )
        if len(before) > 1 and any(one.when for one in before):
            self._findings.refuse(
                invalid("follows rules and other nodes: it must follow either one node of rules, or none"),
                node.place,
                node.type,
            )
        steps = tuple(dict.fromkeys(step for one in before for step in one.steps))
        return _Arrival(steps, before[0].source, before[0].when) if before else _Arrival()

    def _leaving(self, node: Node, follower: Node) -> _Arrival:
        """What a node hands on to one of those after it."""
        if node.type == INPUT:
            return _Arrival()
        here = self._arrivals[node.index]
        if node.type != RULES:
            makes_media = JOB_ITEMS[NODE_TYPES[node.type].kind].makes_media
            return _Arrival((node.step_id,), node.step_id if makes_media else here.source)
        condition = self._rules[node.index].condition_for(follower.index)
        if condition is None and not self._findings.problems:  # else it may follow from one of them
            self._findings.refuse(
                invalid("is never chosen: a rule of node {index} without conditions comes before", index=node.index),
                follower.place,
                follower.type,
            )
        parts = [part for part in (here.when, condition) if part]
        when = " && ".join(closed(part) for part in parts) if len(parts) > 1 else "".join(parts)
        return replace(here, when=when)

    def _step(self, node: Node) -> Json:
        kind, arrival = NODE_TYPES[node.type].kind, self._arrivals[node.index]
        task = dict(node.task)
        output = read_storage(task.pop("OutputStorage", None), f"{node.task_place}.OutputStorage", self._findings)
        step: Json = {
            "id": node.step_id,
            "after": [step for step in arrival.steps if step != arrival.source],
            "when": arrival.when,
            "input": arrival.source,
            "output": output,
            kind: [TABLES[kind].read(task, node.task_place, self._findings)],
        }
        return {name: value for name, value in step.items() if value not in ([], "", {}, SOURCE)}


def _name_apart(nodes: list[Node], steps: list[Json], findings: Findings) -> None:
    """Outputs of equal templates have equal default names: the index of the node is put into those of later nodes."""
    first: dict[str, Node] = {}
    for node, step in zip(nodes, steps, strict=True):
        kind = NODE_TYPES[node.type].kind
        item = step[kind][0]
        if item.get("output_path"):
            continue
        other = first.setdefault(repr((kind, item.get("template"), step.get("output"))), node)
        if other is node:
            continue
        pattern = JOB_ITEMS[kind].default_output_path
        item["output_path"] = pattern.replace("{definition}", f"{{definition}}_node{node.index}", 1)
        problem = invalid(
            "node {other} has the same output names: the index is put into those of this", other=other.index
        )
        findings.note(problem, f"{node.task_place}.OutputObjectPath", item["output_path"])
