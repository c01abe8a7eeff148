"""The text of a workflow's DAG file, which holds the whole definition: parsing requires no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

BUNDLE_NAME = "media_workflows"
_REVISION_TAG = "media revision "

_TEMPLATE = '''\
"""Airflow DAG of the media workflow {workflow_id}, revision {revision}.

Written by the DAG bundle from the workflow store; a change made here is lost. Edit the workflow
on the Media Workflows page, by its API or with `media-workflows apply`.
"""

from media_workflows.orchestration.dag_builder import build_dag

DEFINITION = r\'\'\'
{definition}
\'\'\'

TEMPLATES = r\'\'\'
{templates}
\'\'\'

dag = build_dag("{workflow_id}", {revision}, DEFINITION, TEMPLATES)
'''


def revision_tag(revision: int) -> str:
    """The tag of a DAG that says which revision of its workflow it is.

    Tasks cannot read it elsewhere: Airflow records a DAG with the bundle's version at the end of its parsing, which may
    be newer than the file that was parsed.
    """
    return f"{_REVISION_TAG}{revision}"


def without_revision_tags(tags: Iterable[str]) -> set[str]:
    """The tags that do not look like one of a revision."""
    return {tag for tag in tags if not tag.startswith(_REVISION_TAG)}


def revision_of_tags(tags: Iterable[str]) -> int:
    """The revision of a workflow's DAG; 0 = the DAG is not of a workflow."""
    found = (tag.removeprefix(_REVISION_TAG) for tag in tags if tag.startswith(_REVISION_TAG))
    return next((int(number) for number in found if number.isdecimal()), 0)


def dag_file_name(workflow_id: str) -> str:
    """The path of a workflow's DAG file in the bundle."""
    return f"{workflow_id}.py"


def dag_file_text(
    workflow_id: str, revision: int, definition: dict[str, Any], templates: Sequence[dict[str, Any]] = ()
) -> str:
    """The DAG file's text: the workflow's definition and the custom templates it uses."""
    return _TEMPLATE.format(
        workflow_id=workflow_id, revision=revision, definition=_literal(definition), templates=_literal(list(templates))
    )


def _literal(value: Any) -> str:
    """A value as JSON in which quotes are \\u0027, so that no text can end the literal."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("'", "\\u0027")
