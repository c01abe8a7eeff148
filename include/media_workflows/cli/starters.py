"""`media-workflows starters`: list the starters, show one with answers to its questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from media_workflows.cli._console import console, print_table, write, write_text
from media_workflows.domain.definition_yaml import dumped
from media_workflows.domain.starters import answers_of
from media_workflows.services import starters as service

app = typer.Typer(no_args_is_help=True, help="Definitions to begin a workflow with.")
Starter = Annotated[str, typer.Argument(help="Name of a starter")]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the starters: first the goals, which have questions."""
    found = sorted(service.list_starters(), key=lambda starter: not starter.questions)
    if as_json:
        write(json.dumps([starter.model_dump() for starter in found], ensure_ascii=False, indent=1))
        return
    rows = [(one.name, len(one.questions) or "", one.description) for one in found]
    print_table(("name", "questions", ""), rows)


@app.command()
def questions(starter: Starter) -> None:
    """List the questions of a starter with their choices, as `--answer` takes them."""
    for question in service.get_starter(starter).questions:
        console.print(question.text.en, markup=False)
        for choice in question.choices:
            console.print(f"  {question.id}:{choice.id}  {choice.text.en}", markup=False, soft_wrap=True)


@app.command()
def show(
    starter: Starter,
    answer: Annotated[list[str] | None, typer.Option(help="question:choice; none = the first choice")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; none = standard output")] = None,
) -> None:
    """Write the definition of a starter with answers as YAML, to adapt and `apply`."""
    definition = service.get_starter(starter).answered(answers_of(answer or []))
    write_text(dumped(definition), output)
