"""`read_schedule`: a schedule of the vendor as the definition of a workflow with steps. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.notification import BodyTarget
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.step_definition import SOURCE
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps.places import (
    head_places,
    named_objects,
    read_directory,
    read_head,
    read_notification,
    read_storage,
    read_trigger,
    secrets_in,
)
from media_workflows.vendor_mps.read_definition import ReadDefinition, VendorPlace
from media_workflows.vendor_mps.reading import Findings, Json, ObjectPlace
from media_workflows.vendor_mps.schedule.conditions import closed, known_variables
from media_workflows.vendor_mps.schedule.nodes import INPUT, NODE_TYPES, OUTPUT, RULES, Graph, Node, read_graph
from media_workflows.vendor_mps.schedule.rules import Rules, read_rules
from media_workflows.vendor_mps.tasks.tables import TABLES

_READ = ("ScheduleName", "Trigger", "OutputStorage", "OutputDir", "TaskNotifyConfig", "Activities")
_KEPT = "ResourceId"  # whom the commercial service bills: it changes nothing of a run
FIELDS = (*_READ, _KEPT)
_ACTIVITY_FIELDS = ("ActivityType", "ReardriveIndex", "PredriveIndex", "ActivityPara")


@dataclass(frozen=True)
class _Arrival:
    """What comes to a node: the steps directly before it, the step whose file goes on, and the condition."""

    steps: tuple[str, ...] = ()
    source: str = SOURCE
    when: str = ""


def read_schedule(data: Any, *, refuses_unknown: bool = False) -> ReadDefinition:
    """The workflow of a schedule. Raises DefinitionError with every problem found.

    A field without a meaning here is noted, or refused with `refuses_unknown`: for a caller who gets no notes.
    """
    refuse_unusable(data)
    if not isinstance(data, dict):
        raise DefinitionError([invalid("must be the object of a schedule").at("(whole schedule)", shown(data))])
    findings = Findings(problems=list(secrets_in(data)), refuses_unknown=refuses_unknown)
    if findings.problems:
        raise DefinitionError(findings.problems)
    for name, value in data.items():
        if name not in _READ and not (refuses_unknown and name == _KEPT):
            findings.note_kept(name, value)
    head = {"name": data.get("ScheduleName"), **read_head(data, findings)}
    try:
        steps, places = read_steps(data.get("Activities"), findings)
    except DefinitionError as error:
        findings.problems += error.problems
    if findings.problems:
        raise DefinitionError(findings.problems)
    definition = {**head, "steps": steps, "vendor": {"schedule": without_predrive(data)}}
    outer = {"name": VendorPlace("ScheduleName"), **head_places(data)}
    return ReadDefinition(definition, findings.notes, {**outer, **places})


def read_changes(changes: Json, present: Workflow, form: Json | None) -> ReadDefinition:
    """The definition of a schedule whose given fields are replaced, in `form` too: the vendor's form of `present`.

    A field without a meaning is refused, as the caller gets no notes. Raises DefinitionError with every problem found.
    """
    refuse_unusable(changes)
    findings = Findings(problems=list(secrets_in(changes)), refuses_unknown=True)
    if findings.problems:
        raise DefinitionError(findings.problems)
    head = _changed_head(changes, {**(form or {}), **changes}, present, findings)
    definition = present.model_dump(mode="json", exclude={"vendor"}) | head
    trigger, original = definition["trigger"], {**(form or {}), **changes}.get("Trigger")
    own = ObjectPlace(trigger.get("bucket", ""), trigger.get("region") or "")
    findings.objects = named_objects(own.bucket, original) if original else own
    places: dict[str, VendorPlace] = {}
    if "Activities" in changes:
        try:
            definition["steps"], places = read_steps(changes["Activities"], findings)
        except DefinitionError as error:
            findings.problems += error.problems
    if form is not None:
        definition["vendor"] = {"schedule": {**form, **changes}}
    elif resource := changes.get("ResourceId"):
        findings.refuse(invalid("has no meaning here: leave it out"), "ResourceId", resource)
    if findings.problems:
        raise DefinitionError(findings.problems)
    if form is not None:
        definition["vendor"]["schedule"] = without_predrive(definition["vendor"]["schedule"])
    outer = {"name": VendorPlace("ScheduleName"), **head_places(changes)}
    return ReadDefinition(definition, findings.notes, {**outer, **places})


def _changed_head(changes: Json, whole: Json, present: Workflow, findings: Findings) -> Json:
    """What changes of the trigger, the output and the notification; `whole` is the schedule as it will be."""
    found: Json = {}
    output = present.output.model_dump(mode="json")
    if "ScheduleName" in changes:
        found["name"] = changes["ScheduleName"]
    if "Trigger" in changes:
        found["trigger"] = read_trigger(changes["Trigger"], findings)
    if "OutputStorage" in changes:
        storage = read_storage(changes["OutputStorage"], "OutputStorage", findings)
        output |= {"bucket": None, "region": None, **storage}
    if "OutputDir" in changes:
        output |= {"directory": None, **read_directory(changes["OutputDir"], findings)}
    if "TaskNotifyConfig" in changes:
        target = present.notification
        chosen = target.storage_form if isinstance(target, BodyTarget) and "Trigger" not in changes else None
        found["notification"] = read_notification(whole, findings, chosen)
    return {**found, "output": output}


def read_steps(activities: Any, findings: Findings) -> tuple[list[Json], dict[str, VendorPlace]]:
    """The steps of Activities, and the places of their tasks by ours. Raises DefinitionError for no graph."""
    return _Steps(read_graph(activities), findings).read()


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

    def read(self) -> tuple[list[Json], dict[str, VendorPlace]]:
        """The steps, and the places of their nodes by ours."""
        for index in self._graph.order:
            self._arrivals[index] = self._arrival(self._graph.nodes[index])
        nodes = [node for node in self._graph.nodes if node.type in NODE_TYPES]
        steps = [self._step(node) for node in nodes]
        _name_apart(nodes, steps, self._findings)
        places = {}
        for number, node in enumerate(nodes):
            kind = NODE_TYPES[node.type].kind
            places[f"steps[{number}].{kind}[0]"] = VendorPlace(node.task_place, kind)
            places[f"steps[{number}]"] = VendorPlace(node.task_place)
        return steps, places

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
