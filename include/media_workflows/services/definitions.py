"""Definitions before they are stored: problems and DAG preview; export as YAML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from media_workflows.domain.availability import Unavailable
from media_workflows.domain.base import Model
from media_workflows.domain.definition_yaml import definition_yaml, template_yaml
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import JobStep, Step, job_steps, steps_of
from media_workflows.domain.templates import Library
from media_workflows.domain.templates.references import used_templates
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.services import availability
from media_workflows.store import templates as template_store
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import StoredWorkflow


class GraphItem(Model):
    """An item of a node: its template; None = raw parameters."""

    template: int | None
    name: str


class GraphNode(Model):
    """A task in the DAG preview; `kind` is that of its job or action, or upload, signals (features), gate, notify.

    `when`, `input` and `on_failure` are those of a step; `input` is '' for other tasks and in flat workflows.
    """

    id: str
    label: str
    kind: str
    items: tuple[GraphItem, ...] = ()
    when: str = ""
    input: str = ""
    on_failure: Literal["fail", "continue"] = "fail"
    after_failures: bool = False


class Graph(Model):
    """The DAG preview: its tasks, and (from, to) of each edge."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[tuple[str, str], ...]


def _library() -> Library:
    with transaction() as session:
        return template_store.load_library(session)


def problems(definition: Any) -> list[FieldProblem]:
    """The problems of a definition; [] = valid."""
    try:
        parse_workflow(definition, _library())
    except DefinitionError as error:
        return error.problems
    return []


def unavailable(definition: Any) -> tuple[Unavailable, ...]:
    """What the valid items of a definition require and this machine lacks."""
    return availability.of_data(definition, _library())


def graph(definition: Any) -> Graph:
    """The DAG preview of a definition. Raises DefinitionError."""
    library = _library()
    workflow = parse_workflow(definition, library)
    steps, jobs = steps_of(resolved(workflow, library)), {step.id: step for step in job_steps(workflow)}
    own = {step.id: step for step in workflow.steps}
    return Graph(
        nodes=tuple(_node(step, jobs.get(step.id), own.get(step.id), library) for step in steps),
        edges=tuple((before, step.id) for step in steps for before in step.after),
    )


def _node(step: Step, job: JobStep | None, own: StepDefinition | None, library: Library) -> GraphNode:
    return GraphNode(
        id=step.id,
        label=step.id,
        kind=step.kind,
        items=tuple(_item(job.kind, item, library) for item in job.items) if job else (),
        when=own.when if own else "",
        input=own.input if own else "",
        on_failure=own.on_failure if own else "fail",
        after_failures=step.after_failures,
    )


def _item(kind: str, item: JobItem[Any], library: Library) -> GraphItem:
    template = library.get(kind, item.template) if item.template is not None else None
    return GraphItem(template=item.template, name=template.name if template else "")


def export_yaml(workflows: Sequence[StoredWorkflow]) -> str:
    """Export as one YAML text: the custom templates that these workflows use, then the workflows, a document each."""
    library = _library()
    used = {
        reference
        for workflow in workflows
        for reference in used_templates(workflow.definition.model_dump(mode="json"))
        if not library.find(*reference).preset
    }
    texts = [template_yaml(library.find(*reference)) for reference in sorted(used)]
    texts += [definition_yaml(workflow.definition, library) for workflow in workflows]
    return "---\n".join(texts)
