"""The conditions of steps that follow the same steps, as nodes of rules: if, else if, else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from media_workflows.domain.conditions.variables import Variables
from media_workflows.vendor_mps.schedule.conditions import closed, neither
from media_workflows.vendor_mps.schedule.conditions_back import Rule, rule_of


@dataclass
class RuleNode:
    """A node of rules: each rule with the ids of the steps it chooses, and the steps that none chooses."""

    rules: list[tuple[Rule, list[str]]] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)


def rule_nodes(conditions: Sequence[tuple[str, str]], variables: Variables) -> tuple[list[RuleNode], list[str]]:
    """The nodes for (step id, condition), and the ids of steps whose condition cannot be written as rules."""
    waiting = dict.fromkeys(condition for _, condition in conditions)
    nodes: list[RuleNode] = []
    impossible: list[str] = []
    while waiting:
        first = next((one for one in waiting if rule_of(one, variables)), None)
        if first is None:
            impossible += [id_ for id_, condition in conditions if condition in waiting]
            break
        nodes.append(_node(first, conditions, waiting, variables))
    return nodes, impossible


def _node(
    first: str, conditions: Sequence[tuple[str, str]], waiting: dict[str, None], variables: Variables
) -> RuleNode:
    """The node that begins with this condition, with all that are its else-if; they are taken from those waiting."""
    node, failed, condition = RuleNode(), "", first
    while True:
        text = failed + (closed(condition) if failed else condition)
        rule = rule_of(condition, variables)
        assert rule is not None  # the caller and `_next` choose no others
        node.rules.append((rule, _ids(text, conditions)))
        del waiting[text]
        failed += f"{neither(condition)} && "
        following = _next(failed, waiting, variables)
        if following is None:
            break
        condition = following
    rest = failed.removesuffix(" && ")
    if rest in waiting:
        node.otherwise = _ids(rest, conditions)
        del waiting[rest]
    return node


def _next(failed: str, waiting: dict[str, None], variables: Variables) -> str | None:
    """The condition of the next rule: the rest of one that begins with the opposites of all before."""
    for text in waiting:
        rest = text.removeprefix(failed)
        opened = rest[1:-1] if rest.startswith("(") and closed(rest[1:-1]) == rest else rest
        if rest != text and rule_of(opened, variables) and closed(opened) == rest:
            return opened
    return None


def _ids(text: str, conditions: Sequence[tuple[str, str]]) -> list[str]:
    return [id_ for id_, condition in conditions if condition == text]
