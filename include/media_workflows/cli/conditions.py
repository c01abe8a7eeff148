"""`media-workflows conditions`: checks conditions, and tries them on objects and runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import console, print_table, write
from media_workflows.cli.definitions import definition_of, stored_library

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow
    from media_workflows.services.conditions import ConditionTrial

app = typer.Typer(no_args_is_help=True, help="Conditions: their variables, and what they give for an object or a run.")


@app.command("try")
def try_(
    expression: Annotated[str, typer.Argument(help="A condition, as in 'source.short_edge >= 1080'")],
    uri: Annotated[str, typer.Argument(metavar="[s3://BUCKET/KEY]", help="An object; none = only check it")] = "",
    workflow: Annotated[
        str, typer.Option("--workflow", "-w", help="The workflow of its step: a YAML file, or an id or name")
    ] = "",
    step: Annotated[str, typer.Option(help="The id of its step: it may read values of the steps before")] = "",
    run: Annotated[str, typer.Option(help="The id of a run of that workflow, in place of an object")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Check a condition, and evaluate it for an object or a run. Exit code 1 if it is not valid or has no value."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services import conditions as service
    from media_workflows.services.condition_on_run import try_on_run

    if bool(workflow) != bool(step):
        raise typer.BadParameter("--workflow and --step require each other: give both, or neither")
    if run and (uri or not step):
        raise typer.BadParameter("--run requires --workflow and --step, and no object")
    bucket, key = _object(uri) if uri else ("", "")
    read_stored_connections()
    definition = _definition(workflow) if step else None
    before = service.steps_before_in(definition.steps, step) if definition else []
    condition = service.checked(expression, before)
    if run and definition:
        trial = try_on_run(condition, before, _workflow_id(definition.name), run)
    else:
        trial = service.try_on_object(condition, bucket, key) if key else service.without_object(condition)
    if as_json:
        write(trial.model_dump_json(indent=1))
    else:
        console.print(_sentence(trial), soft_wrap=True)
    if trial.error:
        raise typer.Exit(1)


def _definition(workflow: str) -> Workflow:
    return definition_of(workflow, stored_library())


def _workflow_id(name: str) -> str:
    """Of the stored workflow with this name. Raises NotFoundError."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.workflows import resolve_id

    with transaction() as session:
        return resolve_id(session, name)


@app.command()
def variables(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the variables that conditions may read."""
    from media_workflows.services.conditions import list_variables

    found = list_variables()
    if as_json:
        write(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    rows = [(one.name, one.type.value, one.unit, one.meaning) for one in found]
    print_table(("variable", "type", "unit", "meaning"), rows)


def _object(uri: str) -> tuple[str, str]:
    """Bucket and key. Raises BadParameter."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket or not key:
        raise typer.BadParameter(f"'{uri}' does not name an object: write s3://BUCKET/KEY")
    return bucket, key


def _sentence(trial: ConditionTrial) -> str:
    """'true, because source.short_edge = 1080'."""
    if trial.error:
        return f"error: {trial.error.message}"
    if trial.value is None:
        return f"valid; reads {', '.join(trial.names) or 'no variable'}"
    value = "true" if trial.value else "false"
    known = [f"{one.name} {'is unknown' if one.value is None else f'= {_literal(one.value)}'}" for one in trial.values]
    return f"{value}, because {' and '.join(known)}" if known else value


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
