"""`Library`: all templates, and the resolution of workflows with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError

from media_workflows.domain.base import problems_of, shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs import JobItems
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.jobs.watermark import Watermark, images_only
from media_workflows.domain.placed_items import PlacedItem
from media_workflows.domain.templates.presets import PRESETS
from media_workflows.domain.templates.template import Template
from media_workflows.errors import FieldProblem, NotFoundError

SHOWN_IDS = 8
PICTURE_KINDS = frozenset({"snapshot_by_time_offset", "sample_snapshot"})


class Library:
    """The presets and the custom templates of an installation."""

    def __init__(self, custom: Iterable[Template] = ()) -> None:
        self._by_id = PRESETS | {(template.kind, template.id): template for template in custom}

    def __iter__(self) -> Iterator[Template]:
        return iter(self._by_id.values())

    def get(self, kind: str, id_: int) -> Template | None:
        """The template `id_` of `kind`, if there is one."""
        return self._by_id.get((kind, id_))

    def find(self, kind: str, id_: int) -> Template:
        """The template `id_` of `kind`. Raises NotFoundError that lists the existing ids."""
        if template := self.get(kind, id_):
            return template
        problem = self.unknown(kind, id_)
        raise NotFoundError(problem.template, **problem.parameters)

    def named(self, kind: str, name: str) -> Template | None:
        """The template of this name."""
        return next((t for t in self._by_id.values() if (t.kind, t.name) == (kind, name)), None)

    def unknown(self, kind: str, id_: int) -> InvalidValueError:
        """The message for an id that no template has: with all ids if they are few, else the most similar ones."""
        ids = [str(known) for known_kind, known in sorted(self._by_id) if known_kind == kind]
        if not ids:
            return invalid("there is no {kind} template {id}, and no other of this kind", kind=kind, id=id_)
        if len(ids) <= SHOWN_IDS:
            return invalid(
                "there is no {kind} template {id}: choose one of {ids}", kind=kind, id=id_, ids=", ".join(ids)
            )
        near = get_close_matches(str(id_), ids, n=4, cutoff=0.5) or ids[:4]
        return invalid(
            "there is no {kind} template {id}: choose another of {count}, such as {ids} (`media-workflows templates "
            "list` shows all)",
            kind=kind,
            id=id_,
            count=len(ids),
            ids=", ".join(near),
        )


PRESET_LIBRARY = Library()


def parameters_of(item: JobItem[Any], library: Library = PRESET_LIBRARY) -> Any:
    """The effective parameters of an item: its own, or its template's with the overrides.

    Raises NotFoundError; pydantic's ValidationError when the override is not valid.
    """
    if item.parameters is not None:
        return item.parameters
    assert item.template is not None  # an item has exactly one of the two
    parameters = library.find(item.kind, item.template).parameters
    override = getattr(item, "override", None)
    return TranscodeParameters.model_validate(merged(parameters.model_dump(), override)) if override else parameters


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes` merged in recursively."""
    both_dicts = {
        name: merged(base[name], value)
        for name, value in changes.items()
        if isinstance(value, dict) and isinstance(base.get(name), dict)
    }
    return {**base, **changes, **both_dicts}


def resolved_item(item: JobItem[Any], library: Library) -> JobItem[Any]:
    """The item with the parameters of its template and of its watermarks' templates; template ids stay.

    Raises as `parameters_of`; ValueError when a watermark does not fit its template.
    """
    filled: dict[str, Any] = {"parameters": parameters_of(item, library)}
    if watermarks := getattr(item, "watermarks", []):
        filled["watermarks"] = [resolved_watermark(watermark, library) for watermark in watermarks]
    return item.model_copy(update=filled)


def resolved_watermark(watermark: Watermark, library: Library) -> Watermark:
    """The watermark with its template's mark and position. Raises NotFoundError, ValueError."""
    if watermark.template is None:
        return watermark
    return watermark.resolved(library.find("watermark", watermark.template).parameters)


J = TypeVar("J", bound=JobItems)


def resolved_jobs(jobs: J, library: Library) -> J:
    """Jobs, or a step, with all templates resolved. Raises as `resolved_item`."""
    resolved = {kind: [resolved_item(item, library) for item in items] for kind, items in jobs.by_kind()}
    return jobs.model_copy(update=resolved)


def resolved_if_valid(placed: Iterable[PlacedItem], library: Library) -> list[PlacedItem]:
    """The items with their templates resolved; those that do not fit their template as they are."""
    found = []
    for one in placed:
        try:
            found.append(one._replace(item=resolved_item(one.item, library)))
        except (NotFoundError, ValueError):  # pydantic's errors are ValueErrors
            found.append(one)
    return found


def template_problems(placed: Iterable[PlacedItem], library: Library) -> list[FieldProblem]:
    """Unknown template ids, and items that do not fit their template."""
    return [
        problem
        for place, item, _ in placed
        for problem in (
            *_item_problems(place, item, library),
            *_watermark_problems(f"{place}.watermarks", item, library),
        )
    ]


def _watermark_problems(field: str, item: JobItem[Any], library: Library) -> list[FieldProblem]:
    problems: list[FieldProblem] = []
    for number, watermark in enumerate(getattr(item, "watermarks", [])):
        place = f"{field}[{number}]"
        if watermark.template is None:
            continue
        if library.get("watermark", watermark.template) is None:
            unknown = library.unknown("watermark", watermark.template)
            problems.append(unknown.at(f"{place}.template", str(watermark.template)))
            continue
        try:
            filled = resolved_watermark(watermark, library)
            if item.kind in PICTURE_KINDS:
                images_only([filled])
        except InvalidValueError as error:
            wrong = error.field or "template"
            problems.append(error.at(f"{place}.{wrong}", shown(getattr(watermark, wrong))))
        except ValidationError as error:  # of the content: the rest is the template's, which is valid
            problems += [replace(p, field=f"{place}.{p.field}") for p in problems_of(error)]
    return problems


def _item_problems(field: str, item: JobItem[Any], library: Library) -> list[FieldProblem]:
    if item.template is None:
        return []
    if library.get(item.kind, item.template) is None:
        unknown = library.unknown(item.kind, item.template)
        return [unknown.at(f"{field}.template", str(item.template))]
    try:
        parameters = parameters_of(item, library)
    except ValidationError as error:
        return [replace(p, field=f"{field}.override.{p.field}") for p in problems_of(error)]
    if problem := item.misfit(parameters):
        return [problem.at(field, f"template {item.template}")]
    return []
