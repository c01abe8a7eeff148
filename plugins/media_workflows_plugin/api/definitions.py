"""Routes: definitions before they are stored, and as YAML."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from media_workflows.domain.availability import Unavailable
from media_workflows.domain.candidates import RULE_MEANINGS
from media_workflows.domain.templates.template import PARAMETERS
from media_workflows.domain.workflow import Workflow
from media_workflows.domain.yaml_reader import MAX_CHARACTERS
from media_workflows.errors import FieldProblem, NotFoundError
from media_workflows.services import definitions as service
from media_workflows.services import imports
from media_workflows.services import workflows as workflow_service
from media_workflows.services.definitions import Graph
from media_workflows.services.imports import ImportState
from media_workflows_plugin.api.access import Creator, ReadableWorkflows, Reader, may
from media_workflows_plugin.api.conditional import ConditionalRoute

router = APIRouter(prefix="/api/v1", tags=["definitions"], route_class=ConditionalRoute)


class DefinitionRequest(BaseModel):
    """A definition that is not stored; it may be incomplete."""

    definition: Any


class ProblemsAnswer(BaseModel):
    """The problems of a definition; none = valid. `unavailable`: what its valid items require and is not installed."""

    problems: list[FieldProblem]
    unavailable: list[Unavailable]


class SchemaAnswer(BaseModel):
    """JSON Schemas of a workflow and of each kind of template's parameters, and the upload rules in words."""

    workflow: dict[str, Any]
    parameters: dict[str, dict[str, Any]]
    rules: dict[str, str]


class ExportRequest(BaseModel):
    """The workflows to export, in this order."""

    ids: Annotated[list[str], Field(min_length=1, max_length=1000)]


class ImportRequest(BaseModel):
    """YAML documents, each a workflow or a template."""

    yaml: str = Field(max_length=MAX_CHARACTERS)
    import_id: UUID | None = Field(
        None, description="By default a new one. A repeated request with the same one starts no second import"
    )


@router.get("/schema")
def schema(_user: Reader) -> SchemaAnswer:
    """The JSON Schemas and upload rules with which a form is built and checked."""
    return SchemaAnswer(
        workflow=Workflow.model_json_schema(),
        parameters={kind: model.model_json_schema() for kind, model in PARAMETERS.items()},
        rules={rule.value: meaning for rule, meaning in RULE_MEANINGS.items()},
    )


@router.post("/workflows/validate")
def validate(request: DefinitionRequest, _user: Reader) -> ProblemsAnswer:
    """List every problem of a definition. Nothing is stored and no bucket is accessed."""
    found = service.problems(request.definition)
    return ProblemsAnswer(problems=found, unavailable=list(service.unavailable(request.definition)))


@router.post("/workflows/graph")
def graph(request: DefinitionRequest, _user: Reader) -> Graph:
    """Preview the DAG of a definition."""
    return service.graph(request.definition)


@router.post("/workflows/export", response_class=PlainTextResponse)
def export(request: ExportRequest, _user: Reader, readable: ReadableWorkflows) -> PlainTextResponse:
    """Export workflows and the custom templates they use as YAML, for `import` and the command line."""
    if missing := [id_ for id_ in request.ids if id_ not in readable]:
        raise NotFoundError("there is no workflow {workflow_ids}", workflow_ids=", ".join(missing))
    found = workflow_service.stored_workflows(dict.fromkeys(request.ids))
    return PlainTextResponse(service.export_yaml(found), media_type="application/yaml")


@router.post("/workflows/import", status_code=202)
def import_(request: ImportRequest, user: Creator, airflow_user: GetUserDep) -> ImportState:
    """Create or update workflows and templates by name, as `apply` does; enabled workflows are refused.

    The documents are applied in the background, with the permissions of now.
    """

    def may_edit(workflow_id: str) -> bool:
        return may(airflow_user, "PUT", workflow_id)

    return imports.begin_import(request.yaml, user, may_edit, str(request.import_id or uuid4()))


@router.get("/workflows/import/{import_id}")
def import_state(import_id: UUID, user: Reader) -> ImportState:
    """Show how far an import of this user is, and the outcomes of its documents; they are kept for a day."""
    return imports.state_of_import(str(import_id), user)
