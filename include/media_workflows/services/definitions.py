"""Definitions before they are stored: problems and DAG preview; export and import as YAML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from media_workflows.domain.availability import Unavailable
from media_workflows.domain.base import Model
from media_workflows.domain.definition_yaml import definition_yaml, is_template, template_yaml
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import JobStep, Step, job_steps, steps_of
from media_workflows.domain.templates import PRESET_LIBRARY, Library, TemplateDefinition, parse_template
from media_workflows.domain.templates.references import used_templates
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.domain.yaml_reader import read_documents
from media_workflows.errors import DefinitionError, FieldProblem, MediaWorkflowsError, NotFoundError
from media_workflows.services import availability
from media_workflows.services import templates as template_service
from media_workflows.services import workflows as workflow_service
from media_workflows.store import imports as import_store
from media_workflows.store import templates as template_store
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction
from media_workflows.store.tables import utcnow
from media_workflows.store.templates import TemplateUser
from media_workflows.store.workflows import StoredWorkflow

INTERRUPTED_AFTER = timedelta(minutes=2)  # without a document done; one takes seconds

Action = Literal["created", "updated", "unchanged", "refused"]


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


class Imported(Model):
    """The outcome of one imported document; `id` is that of the workflow or template, if there is one."""

    kind: Literal["workflow", "template"]
    name: str
    id: str | None = None
    ok: bool
    action: Action
    code: str = ""
    message: str = ""
    template: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()


class ImportState(Model):
    """How far an import is, with the outcomes so far in the order of the documents.

    `interrupted`: the server that did it was stopped. The same import once more finishes what is left.
    """

    state: Literal["running", "ended", "interrupted"]
    total: int
    done: int
    items: list[Imported]


class ImportPermits(Model):
    """Permission checks of an import, called before any change; each raises an error to refuse."""

    workflow: Callable[[str], None]
    template: Callable[[list[TemplateUser]], None]


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


def import_yaml(text: str, author: str, permits: ImportPermits, import_id: str = "") -> list[Imported]:
    """Create or update the templates, then the workflows of a YAML text, by name; each document independently.

    Raises DefinitionError, before any change, when the text is not YAML. A thread of the server calls this and comes to
    the end also when the client is gone; after a restart of the server, the same import finishes what is left.
    By `import_id`, if there is one, `state_of_import` shows how far it is, and the outcomes.
    """
    documents = read_documents(text)
    record = _Record(import_id)
    record.note(import_store.begin_import, author, len(documents))
    done = {}
    for number, data in enumerate(documents):
        if is_template(data):
            done[number] = _import_one(data, author, permits)
            record.note(import_store.count_imported, number, done[number].model_dump(mode="json"))
    library = _library()  # with the templates of this import
    for number, data in enumerate(documents):
        if number not in done:
            done[number] = _import_one(data, author, permits, library)
            record.note(import_store.count_imported, number, done[number].model_dump(mode="json"))
    record.note(import_store.end_import)
    return [done[number] for number in range(len(documents))]


@dataclass(frozen=True)
class _Record:
    """Notes how far an import with an id is."""

    import_id: str

    def note(self, change: Callable[..., None], *given: Any) -> None:
        if self.import_id:
            with transaction() as session:
                change(session, self.import_id, *given)


def state_of_import(import_id: str, author: str) -> ImportState:
    """How far an import of this user is, for a day. Raises NotFoundError."""
    with transaction() as session:
        found = import_store.find_import(session, import_id)
    if found is None or found.author != author:
        raise NotFoundError("there is no import {import_id}", import_id=import_id)
    is_silent = found.changed_at is None or utcnow() - found.changed_at > INTERRUPTED_AFTER
    ordered = sorted(found.outcomes, key=lambda outcome: outcome["number"])
    items = [Imported.model_validate({name: outcome[name] for name in Imported.model_fields}) for outcome in ordered]
    state: Literal["running", "ended", "interrupted"] = "interrupted" if is_silent else "running"
    return ImportState(state="ended" if found.ended_at else state, total=found.total, done=found.done, items=items)


def _import_one(data: Any, author: str, permits: ImportPermits, library: Library = PRESET_LIBRARY) -> Imported:
    kind: Literal["workflow", "template"] = "template" if is_template(data) else "workflow"
    name = data.get("name") if isinstance(data, dict) else None
    document = {"kind": kind, "name": name if isinstance(name, str) else ""}
    try:
        if kind == "template":
            action, id_ = _apply_template(parse_template(data), author, permits)
        else:
            action, id_ = apply_workflow(parse_workflow(data, library), author, permits.workflow)
    except MediaWorkflowsError as error:
        found = tuple(error.problems) if isinstance(error, DefinitionError) else ()
        return Imported(
            **document,
            ok=False,
            action="refused",
            code=error.code,
            message=str(error),
            template=error.template,
            parameters=error.parameters,
            problems=found,
        )
    return Imported(**document, ok=True, action=action, id=id_)


def apply_workflow(definition: Workflow, author: str, permit: Callable[[str], None]) -> tuple[Action, str]:
    """Create the workflow, or update the one of its name, which `permit` may refuse; what was done, and its id."""
    with transaction() as session:
        found = store.find_by_name(session, definition.name)
    if found is None:
        return "created", workflow_service.create_workflow(definition, author).workflow.id
    permit(found.id)
    if found.definition == definition:
        return "unchanged", found.id
    return "updated", workflow_service.update_workflow(found.id, definition, found.revision, author).workflow.id


def _apply_template(definition: TemplateDefinition, author: str, permits: ImportPermits) -> tuple[Action, str]:
    found = _library().named(definition.kind, definition.name)
    if found is None:
        return "created", str(template_service.create_template(definition, author).id)
    if (found.comment, found.parameters) == (definition.comment, definition.parameters):
        return "unchanged", str(found.id)
    template_service.update_template(found.id, definition, found.revision, author, permits.template)
    return "updated", str(found.id)
