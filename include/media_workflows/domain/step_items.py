"""Items of one step that stands outside a workflow: checked and resolved as those of a workflow are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FeaturesItem, features_item
from media_workflows.domain.steps import all_items, job_steps
from media_workflows.domain.templates import PRESET_LIBRARY, Library
from media_workflows.domain.templates.references import used_templates, with_ids
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import DefinitionError, FieldProblem

FIRST_TEMPLATE_ID = 1_000_000  # of custom templates; smaller ids are presets'
JINJA = ("{{", "{%")  # begin what Airflow renders
# Items are checked as part of a workflow; of its other parts any valid value will do.
_ANY_NAME, _ANY_BUCKET = "step", "any-bucket"


def parse_items(
    kind: str, items: Sequence[Any], directory: str | None, library: Library = PRESET_LIBRARY
) -> tuple[JobItem[Any], ...]:
    """Resolved items of a kind. Raises DefinitionError; its fields begin with 'items' or 'output'."""
    workflow = _parsed({kind: list(items)}, directory, library, {f"jobs.{kind}": "items", "output.directory": "output"})
    (step,) = job_steps(workflow)
    return step.items


def parse_features(jobs: Mapping[str, Sequence[Any]], library: Library = PRESET_LIBRARY) -> FeaturesItem:
    """The features that reviews, recognitions and analyses with these items read together.

    Raises DefinitionError; its fields begin with 'for_jobs'.
    """
    require_feature_readers(jobs)
    found = features_item(all_items(_parsed(dict(jobs), None, library, {"jobs": "for_jobs"})))
    assert found is not None, "a job of these kinds reads features"
    return found


def require_feature_readers(kinds: Iterable[str]) -> None:
    """Raises DefinitionError for job kinds that read no features; its fields begin with 'for_jobs'."""
    if other := sorted(set(kinds) - set(INTELLIGENCE_KINDS)):
        expected = f"must be one of: {', '.join(INTELLIGENCE_KINDS)}"
        raise DefinitionError([FieldProblem(f"for_jobs.{kind}", kind, expected) for kind in other])


def _parsed(jobs: dict[str, Any], directory: str | None, library: Library, names: Mapping[str, str]) -> Workflow:
    data = {
        "name": _ANY_NAME,
        "trigger": {"bucket": _ANY_BUCKET},
        "output": {"directory": directory},
        "jobs": jobs,
    }
    try:
        return resolved(parse_workflow(data, library), library)
    except DefinitionError as error:
        raise DefinitionError([_renamed(problem, names) for problem in error.problems]) from None


def _renamed(problem: FieldProblem, names: Mapping[str, str]) -> FieldProblem:
    for prefix, name in names.items():
        problem = moved(problem, prefix, name)
    return problem


def moved(problem: FieldProblem, old: str, new: str) -> FieldProblem:
    """The problem with the place `new` instead of `old`: of its field, and of others that its text names."""

    def place(path: str) -> str:
        rest = path.removeprefix(old)
        return new + rest if path.startswith(old) and rest[:1] in ("", ".", "[") else path

    parameters = {name: place(value) for name, value in problem.parameters.items()}
    is_same = parameters == problem.parameters
    expected = problem.expected if is_same else problem.template.format(**parameters)
    return replace(problem, field=place(problem.field), expected=expected, parameters=parameters)


def is_complete(kind: str, item: Any) -> bool:
    """Whether an item can be checked when a DAG file is parsed: no Jinja in it, and only presets as templates."""
    try:
        text = json.dumps(item)
    except TypeError:  # a value that another task gives
        return False
    if any(mark in text for mark in JINJA):
        return False
    data = with_ids({"jobs": {kind: [item]}}, PRESET_LIBRARY)
    if any(isinstance(one.get("template"), str) for one in _with_templates(data["jobs"][kind][0])):
        return False
    return all(id_ < FIRST_TEMPLATE_ID or PRESET_LIBRARY.get(of, id_) for of, id_ in used_templates(data))


def _with_templates(item: Any) -> list[dict[str, Any]]:
    holders = [item, *(item.get("watermarks") or ())] if isinstance(item, dict) else []
    return [holder for holder in holders if isinstance(holder, dict)]
