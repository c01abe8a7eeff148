"""Which rule a run's nodes of rules chose, from the decisions on the steps after them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from media_workflows.domain.result import JobResult
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConditionError
from media_workflows.vendor_mps.event_shapes import Json
from media_workflows.vendor_mps.reading import Findings
from media_workflows.vendor_mps.schedule.conditions import known_variables
from media_workflows.vendor_mps.schedule.nodes import NODE_TYPES, RULES, Graph, Node, read_graph
from media_workflows.vendor_mps.schedule.original import imported, same_graph
from media_workflows.vendor_mps.schedule.rules import Rules, read_rules

Decisions = Mapping[str, StepDecision]
Results = Mapping[str, JobResult]


def rule_results(
    workflow: Workflow, decisions: Decisions, results: Results, *, is_finished: bool
) -> dict[int, list[Json]]:
    """The results of nodes of rules, by the number of steps before them; none for a workflow that is not imported."""
    original = imported(workflow.vendor)
    if original is None or not same_graph(original[0], workflow):
        return {}
    graph = read_graph(original[1]["Activities"])
    variables = known_variables([node.step_id for node in graph.nodes if node.type in NODE_TYPES])
    found: dict[int, list[Json]] = {}
    steps = 0
    for node in graph.nodes:
        if node.type == RULES:
            rules = read_rules(node, variables, Findings())
            run = _Run(graph, decisions, results)
            if task := run.result(node, rules, is_finished=is_finished):
                found.setdefault(steps, []).append(task)
        steps += node.type in NODE_TYPES
    return found


class _Run:
    """What is known of the steps of a run."""

    def __init__(self, graph: Graph, decisions: Decisions, results: Results) -> None:
        self._graph, self._decisions, self._results = graph, decisions, results

    def result(self, node: Node, rules: Rules, *, is_finished: bool) -> Json | None:
        """The result of a node; None = it was not reached."""
        steps = list(self._steps(node.after))
        chosen = self._chosen(rules)
        task: Json = {"Status": "SUCCESS", "ErrCodeExt": "", "Message": "", "Input": node.task, "Output": None}
        if chosen is not None:
            return {**task, "Output": {"RearDriveIndex": list(chosen)}}
        if failure := next((one for step in steps if (one := self._failure(step))), None):
            return {**task, "Status": "FAIL", **failure}
        if not all(step in self._decisions for step in steps):
            return None if is_finished else {**task, "Status": "PROCESSING"}
        return {**task, "Output": {"RearDriveIndex": list(self._without_steps(rules))}}

    def _steps(self, indexes: Iterable[int]) -> Iterable[str]:
        """The ids of the steps of these nodes, of a node of rules those after it."""
        for index in indexes:
            node = self._graph.nodes[index]
            if node.type in NODE_TYPES:
                yield node.step_id
            elif node.type == RULES:
                yield from self._steps(node.after)

    def _chosen(self, rules: Rules) -> tuple[int, ...] | None:
        """The nodes of the first branch of which a step's condition was true."""
        branches = (*(branch.chosen for branch in rules.branches), rules.otherwise)
        return next((nodes for nodes in branches if any(self._is_taken(step) for step in self._steps(nodes))), None)

    def _is_taken(self, step: str) -> bool:
        decision = self._decisions.get(step)
        return decision is not None and decision.skipped != "condition"

    def _failure(self, step: str) -> Json | None:
        """The error of a condition that had no value."""
        items = self._results[step].items if step in self._results and step not in self._decisions else ()
        failed = next((item for item in items if item.code == ConditionError.code), None)
        return {"ErrCodeExt": failed.code, "Message": failed.message} if failed else None

    def _without_steps(self, rules: Rules) -> tuple[int, ...]:
        """The nodes that are chosen where no step was: of the only branch that leads to none, such as the output."""
        branches = [branch.chosen for branch in rules.branches] + [rules.otherwise]
        found = [nodes for nodes in branches if nodes and not list(self._steps(nodes))]
        return found[0] if len(found) == 1 else ()
