"""The rules of a node of type action-exec-rules: if, else if, else, as one condition for each node after it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from media_workflows.domain.conditions.variables import Variables
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.vendor_mps.reading import Findings
from media_workflows.vendor_mps.schedule.conditions import LINKERS, closed, condition_of, neither
from media_workflows.vendor_mps.schedule.nodes import Node, index_of

ALWAYS = ""


@dataclass(frozen=True)
class Branch:
    """A rule: its condition, ALWAYS = it has none, and the nodes it chooses."""

    condition: str
    chosen: tuple[int, ...]


@dataclass(frozen=True)
class Rules:
    """The branches of a node, tried in order. `otherwise` are the nodes after it that no rule chooses."""

    branches: tuple[Branch, ...] = ()
    otherwise: tuple[int, ...] = field(default=())

    def condition_for(self, index: int) -> str | None:
        """When the node of this index is chosen; None = never."""
        ways: list[str] = []
        failed: list[str] = []
        for branch in self.branches:
            if index in branch.chosen:
                ways.append(" && ".join([*failed, *([closed(branch.condition)] if branch.condition else [])]))
            if branch.condition == ALWAYS:
                break
            failed.append(neither(branch.condition))
        else:
            if index in self.otherwise:
                ways.append(" && ".join(failed))
        if not ways or ALWAYS in ways:
            return ALWAYS if ways else None
        return _opened(ways[0], self.branches) if len(ways) == 1 else " || ".join(f"({way})" for way in ways)


def _opened(way: str, branches: tuple[Branch, ...]) -> str:
    """The first rule's condition stands alone: it has no parentheses."""
    first = branches[0].condition
    return first if way == closed(first) else way


def read_rules(node: Node, variables: Variables, findings: Findings) -> Rules:
    """The rules of a node."""
    rules, place = node.task.get("Rules"), f"{node.task_place}.Rules"
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        findings.refuse(invalid("must be a list of at least one rule"), place, rules)
        return Rules()
    branches = tuple(
        Branch(
            _condition(rule, f"{place}[{number}]", variables, findings),
            tuple(_chosen(rule, f"{place}[{number}]", node, findings)),
        )
        for number, rule in enumerate(rules)
    )
    named = {index for branch in branches for index in branch.chosen}
    return Rules(branches, tuple(index for index in node.after if index not in named))


def _condition(rule: dict[str, Any], place: str, variables: Variables, findings: Findings) -> str:
    linker, conditions = rule.get("Linker") or LINKERS[0], rule.get("Conditions") or []
    if linker not in LINKERS:
        findings.refuse(invalid("must be && or ||"), f"{place}.Linker", linker)
    if not isinstance(conditions, list):
        findings.refuse(invalid("must be a list of Key and Value"), f"{place}.Conditions", conditions)
        return ALWAYS
    parts = [
        _one_condition(one, f"{place}.Conditions[{number}]", variables, findings)
        for number, one in enumerate(conditions)
    ]
    return f" {linker} ".join(parts)


def _one_condition(condition: Any, place: str, variables: Variables, findings: Findings) -> str:
    key, value = (condition.get("Key"), condition.get("Value")) if isinstance(condition, dict) else (None, None)
    if not isinstance(key, str) or not isinstance(value, str):
        findings.refuse(invalid("must have a Key and a Value, both texts"), place, condition)
        return ALWAYS
    try:
        return condition_of(key, value, variables)
    except InvalidValueError as problem:
        findings.refuse(problem, place, condition)
        return ALWAYS


def _chosen(rule: dict[str, Any], place: str, node: Node, findings: Findings) -> Iterator[int]:
    indexes = rule.get("RearDriveIndexs")
    if not isinstance(indexes, list):
        findings.refuse(invalid("must be a list of indexes of nodes"), f"{place}.RearDriveIndexs", indexes)
        return
    for number, given in enumerate(indexes):
        if (index := index_of(given)) in node.after:
            yield index
        else:
            problem = invalid("must be one of the ReardriveIndex of its node: {indexes}", indexes=list(node.after))
            findings.refuse(problem, f"{place}.RearDriveIndexs[{number}]", given)
