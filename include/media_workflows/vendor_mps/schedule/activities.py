"""The Activities of a schedule, from the steps of a workflow. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from media_workflows.domain.invalid import invalid
from media_workflows.domain.step_definition import SOURCE, StepDefinition
from media_workflows.domain.templates.presets import PRESETS
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.naming import INPUT_DIRECTORY, variables_in
from media_workflows.vendor_mps.places import write_storage
from media_workflows.vendor_mps.reading import NO_INPUT_DIRECTORY, Findings, Json
from media_workflows.vendor_mps.schedule.conditions import known_variables
from media_workflows.vendor_mps.schedule.nodes import INPUT, NODE_TYPES, OUTPUT, RULES, RULES_TASK, TYPE_OF_KIND
from media_workflows.vendor_mps.schedule.read import read_steps
from media_workflows.vendor_mps.schedule.rules_back import RuleNode, rule_nodes
from media_workflows.vendor_mps.tasks.tables import TABLES


def with_changed_tasks(activities: list[Json], before: Workflow, workflow: Workflow, findings: Findings) -> list[Json]:
    """The nodes as they were imported; the tasks of steps that were changed are rewritten."""
    nodes = [index for index, node in enumerate(activities) if node["ActivityType"] in NODE_TYPES]
    written = list(activities)
    for number, (index, was, step) in enumerate(zip(nodes, before.steps, workflow.steps, strict=True)):
        if _makes_the_same(was, step):
            continue
        para = _para(step, f"steps[{number}]", findings)
        written[index] = {**activities[index], "ActivityPara": _with_others(para, activities[index], step.kind)}
    return written


def _makes_the_same(one: StepDefinition, other: StepDefinition) -> bool:
    return (one.items, one.output) == (other.items, other.output)


def _with_others(para: Json, node: Json, kind: str) -> Json:
    """The task with those fields of the imported one that mean nothing here."""
    others = {
        name: TABLES[kind].others({one: value for one, value in task.items() if one != "OutputStorage"})
        for name, task in node["ActivityPara"].items()
        if name in para
    }
    return {name: {**task, **others.get(name, {})} for name, task in para.items()}


def _para(step: StepDefinition, place: str, findings: Findings) -> Json:
    """The ActivityPara of a step."""
    if step.kind not in TYPE_OF_KIND:
        problem = invalid("schedules of the commercial service have no such node: leave the step out for the export")
        findings.refuse(problem, f"{place}.{step.kind}", step.kind)
        return {}
    if len(step.items) > 1:
        problem = invalid("a node of a schedule has one task: make a step of each item for the export")
        findings.refuse(problem, f"{place}.{step.kind}", f"{len(step.items)} items")
    here = f"{place}.{step.kind}[0]"
    task = TABLES[step.kind].write(_item(step, here, findings), here, findings)
    if step.output.bucket is not None:
        task["OutputStorage"] = write_storage(step.output)
    return {NODE_TYPES[TYPE_OF_KIND[step.kind]].task: task}


def _item(step: StepDefinition, place: str, findings: Findings) -> Json:
    """What is set of a step's item; a directory of the step is put into the name of its outputs."""
    item = step.items[0]
    data: Json = item.model_dump(mode="json", exclude_defaults=True)
    if item.template is not None and (step.kind, item.template) not in PRESETS:
        problem = invalid("is a template of this installation: create it there, and put its number in")
        findings.note(problem, f"{place}.template", item.template)
    if step.output.directory is not None and not item.path_pattern.startswith("/"):
        data["output_path"] = f"/{step.output.directory}{item.path_pattern}"
    if INPUT_DIRECTORY in variables_in(data.get("output_path", "")):
        findings.refuse(NO_INPUT_DIRECTORY, f"{place}.output_path", data["output_path"])
    return data


def written_activities(workflow: Workflow, original: tuple[Workflow, Json] | None, findings: Findings) -> list[Json]:
    """The nodes of a workflow whose graph no schedule has: the input, the steps in their order, the output."""
    problems = len(findings.problems)
    plan = _Plan(workflow, findings)
    paras = dict(_paras(workflow, original, findings))
    if len(findings.problems) > problems:
        return []
    activities = plan.activities(paras)
    _check_files(workflow, plan, activities, findings)
    return activities


def _paras(
    workflow: Workflow, original: tuple[Workflow, Json] | None, findings: Findings
) -> Iterator[tuple[str, Json]]:
    """The ActivityPara by step id, as imported where the step makes the same."""
    imported: dict[str, tuple[StepDefinition, Json]] = {}
    if original:
        before, schedule = original
        nodes = [node for node in schedule["Activities"] if node["ActivityType"] in NODE_TYPES]
        imported = {step.id: (step, node) for step, node in zip(before.steps, nodes, strict=True)}
    for number, step in enumerate(workflow.steps):
        was, node = imported.get(step.id, (None, {}))
        if was and was.kind == step.kind and _makes_the_same(was, step):
            yield step.id, node["ActivityPara"]
        else:
            yield step.id, _para(step, f"steps[{number}]", findings)


class _Plan:
    """The nodes of a new graph: their indexes, and the edges between them."""

    def __init__(self, workflow: Workflow, findings: Findings) -> None:
        self._steps = workflow.steps
        self._rules_of: dict[str, RuleNode] = {}
        variables = known_variables([step.id for step in self._steps])
        for group in _groups(self._steps):
            nodes, impossible = rule_nodes([(step.id, step.when) for step in group], variables)
            for node in nodes:
                ids = [*(id_ for _, chosen in node.rules for id_ in chosen), *node.otherwise]
                self._rules_of |= dict.fromkeys(ids, node)
            self._refuse(impossible, findings)
        self.index = self._indexes()

    def _refuse(self, impossible: Sequence[str], findings: Findings) -> None:
        for number, step in enumerate(self._steps):
            if step.id in impossible:
                problem = invalid(
                    "a rule of a schedule has comparisons that are joined by one of && and ||, as in source.fps > 30 "
                    "&& source.is_hdr: write the condition so for the export"
                )
                findings.refuse(problem, f"steps[{number}].when", step.when)

    def _indexes(self) -> dict[str, int]:
        """The indexes of steps, by their id; of rules by the ids that `_key` gives."""
        index: dict[str, int] = {}
        for step in self._steps:
            if step.id in self._rules_of:
                index.setdefault(_key(self._rules_of[step.id]), len(index) + 1)
            index[step.id] = len(index) + 1
        return index

    def activities(self, paras: dict[str, Json]) -> list[Json]:
        """The nodes."""
        last = len(self.index) + 1
        after: dict[int, set[int]] = {index: set() for index in range(last)}
        nodes: list[Json] = [{"ActivityType": INPUT}]
        for step in self._steps:
            before = {self.index[id_] for id_ in step.before} or {0}
            rules = self._rules_of.get(step.id)
            if rules:
                for index in before:
                    after[index].add(self.index[_key(rules)])
                before = {self.index[_key(rules)]}
                if len(nodes) == self.index[_key(rules)]:
                    nodes.append({"ActivityType": RULES, "ActivityPara": {RULES_TASK: self._task(rules)}})
            for index in before:
                after[index].add(self.index[step.id])
            nodes.append({"ActivityType": TYPE_OF_KIND[step.kind], "ActivityPara": paras[step.id]})
        edged = [{**node, "ReardriveIndex": sorted(after[index]) or [last]} for index, node in enumerate(nodes)]
        return [*edged, {"ActivityType": OUTPUT, "ReardriveIndex": []}]

    def _task(self, node: RuleNode) -> Json:
        return {
            "Rules": [
                {
                    "Id": f"rule_{number}",
                    "Linker": rule.linker,
                    "Conditions": [{"Key": self._renamed(key), "Value": value} for key, value in rule.conditions],
                    "RearDriveIndexs": [self.index[id_] for id_ in chosen],
                }
                for number, (rule, chosen) in enumerate(node.rules, start=1)
            ]
        }

    def _renamed(self, key: str) -> str:
        """A key that names a step, with the id that the step gets when the schedule is read."""
        found = re.fullmatch(r"steps\.(\w+)\.(.*)", key)
        return f"steps.{self.new_id(found[1])}.{found[2]}" if found else key

    def new_id(self, step_id: str) -> str:
        """The id that a step gets when the schedule is read."""
        step = next(step for step in self._steps if step.id == step_id)
        return f"{NODE_TYPES[TYPE_OF_KIND[step.kind]].id}_{self.index[step_id]}"


def _key(node: RuleNode) -> str:
    return f"rules of {node.rules[0][1][0]}"


def _groups(steps: Sequence[StepDefinition]) -> list[list[StepDefinition]]:
    """The steps with conditions, those together that follow the same steps."""
    groups: dict[frozenset[str], list[StepDefinition]] = {}
    for step in steps:
        if step.when:
            groups.setdefault(frozenset(step.before), []).append(step)
    return list(groups.values())


def _check_files(workflow: Workflow, plan: _Plan, activities: list[Json], findings: Findings) -> None:
    """In a schedule, the file that a step reads follows from the nodes before it: refuse steps that read another."""
    found = Findings(objects=findings.objects)
    try:
        again, _ = read_steps(activities, found)
    except DefinitionError as error:
        found.problems += error.problems
    if found.problems:
        findings.problems += _placed(found.problems, workflow, plan)
        return
    old_ids = {plan.new_id(step.id): step.id for step in workflow.steps} | {SOURCE: SOURCE}
    for number, (step, read) in enumerate(zip(workflow.steps, again, strict=True)):
        if (got := old_ids[read.get("input", SOURCE)]) != step.input:
            problem = invalid(
                "in a schedule, a step reads what the nodes before it hand on: here {got}; set `input` to it for the "
                "export, or remove the step between",
                got=got,
            )
            findings.refuse(problem, f"steps[{number}].input", step.input)


def _placed(problems: Sequence[FieldProblem], workflow: Workflow, plan: _Plan) -> Iterator[FieldProblem]:
    """Problems of nodes at the places of their steps."""
    numbers = {plan.index[step.id]: number for number, step in enumerate(workflow.steps)}
    for problem in problems:
        found = re.match(r"Activities\[(\d+)\]", problem.field)
        number = numbers.get(int(found[1])) if found else None
        yield problem if number is None else replace(problem, field=f"steps[{number}]")
