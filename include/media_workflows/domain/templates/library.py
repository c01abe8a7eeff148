"""`Library`: the templates there are, and workflows resolved with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.jobs import Jobs
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.jobs.watermark import Watermark, images_only
from media_workflows.domain.templates.presets import PRESETS
from media_workflows.domain.templates.template import Template
from media_workflows.errors import FieldProblem, NotFoundError

SHOWN_IDS = 8
PICTURE_KINDS = frozenset({"snapshot_by_time_offset", "sample_snapshot"})


class Library:
    """The presets and an installation's own templates."""

    def __init__(self, custom: Iterable[Template] = ()) -> None:
        self._by_id = PRESETS | {(template.kind, template.id): template for template in custom}

    def __iter__(self) -> Iterator[Template]:
        return iter(self._by_id.values())

    def get(self, kind: str, id_: int) -> Template | None:
        """The template `id_` of `kind`, if there is one."""
        return self._by_id.get((kind, id_))

    def find(self, kind: str, id_: int) -> Template:
        """The template `id_` of `kind`. Raises NotFoundError that lists the ids there are."""
        if template := self.get(kind, id_):
            return template
        raise NotFoundError(f"no {kind} template {id_}; there are: {self.known_ids(kind, id_)}")

    def named(self, kind: str, name: str) -> Template | None:
        """The template of this name."""
        return next((t for t in self._by_id.values() if (t.kind, t.name) == (kind, name)), None)

    def known_ids(self, kind: str, asked: int) -> str:
        """For messages: all ids where they are few, else the ones most like the asked one."""
        ids = [str(id_) for known_kind, id_ in sorted(self._by_id) if known_kind == kind]
        if len(ids) <= SHOWN_IDS:
            return ", ".join(ids) or "none"
        near = get_close_matches(str(asked), ids, n=4, cutoff=0.5)
        return (
            f"{', '.join(near or ids[:4])} and {len(ids) - len(near or ids[:4])} others (`media-workflows templates`)"
        )


PRESET_LIBRARY = Library()


def parameters_of(item: JobItem[Any], library: Library = PRESET_LIBRARY) -> Any:
    """The parameters an item runs with: its own, or its template's with what it overrides.

    Raises NotFoundError; pydantic's ValidationError when the override does not fit.
    """
    if item.parameters is not None:
        return item.parameters
    assert item.template is not None  # an item has one of the two
    parameters = library.find(item.kind, item.template).parameters
    override = getattr(item, "override", None)
    return TranscodeParameters.model_validate(_merged(parameters.model_dump(), override)) if override else parameters


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes`, level by level."""
    both_dicts = {
        name: _merged(base[name], value)
        for name, value in changes.items()
        if isinstance(value, dict) and isinstance(base.get(name), dict)
    }
    return {**base, **changes, **both_dicts}


def resolved_item(item: JobItem[Any], library: Library) -> JobItem[Any]:
    """The item with its parameters and its watermarks' looks filled in; template ids stay.

    Raises as `parameters_of`; ValueError when a watermark does not fit its template.
    """
    filled: dict[str, Any] = {"parameters": parameters_of(item, library)}
    if watermarks := getattr(item, "watermarks", []):
        filled["watermarks"] = [resolved_watermark(watermark, library) for watermark in watermarks]
    return item.model_copy(update=filled)


def resolved_watermark(watermark: Watermark, library: Library) -> Watermark:
    """With its template's mark and place. Raises NotFoundError, ValueError."""
    if watermark.template is None:
        return watermark
    return watermark.resolved(library.find("watermark", watermark.template).parameters)


def resolved_jobs(jobs: Jobs, library: Library, skip_faulty: bool = False) -> Jobs:
    """Jobs that need no library any more. Raises as `parameters_of`, or leaves faulty items as they are."""

    def resolved(item: JobItem[Any]) -> JobItem[Any]:
        try:
            return resolved_item(item, library)
        except (NotFoundError, ValueError):  # pydantic's errors are ValueErrors
            if not skip_faulty:
                raise
            return item

    return jobs.model_copy(update={kind: [resolved(item) for item in items] for kind, items in jobs.by_kind()})


def template_problems(jobs: Jobs, library: Library) -> list[FieldProblem]:
    """Template ids that name nothing, and items that do not fit their template."""
    return [
        problem
        for kind, items in jobs.by_kind()
        for index, item in enumerate(items)
        for problem in (
            *_item_problems(f"jobs.{kind}[{index}]", item, library),
            *_watermark_problems(f"jobs.{kind}[{index}].watermarks", item, library),
        )
    ]


def _watermark_problems(field: str, item: JobItem[Any], library: Library) -> list[FieldProblem]:
    problems: list[FieldProblem] = []
    for number, watermark in enumerate(getattr(item, "watermarks", [])):
        place = f"{field}[{number}].template"
        if watermark.template is None:
            continue
        if library.get("watermark", watermark.template) is None:
            wants = f"wants the id of a watermark template: {library.known_ids('watermark', watermark.template)}"
            problems.append(FieldProblem(place, str(watermark.template), wants))
            continue
        try:
            filled = resolved_watermark(watermark, library)
            if item.kind in PICTURE_KINDS:
                images_only([filled])
        except ValueError as error:
            problems.append(FieldProblem(place, str(watermark.template), str(error)))
    return problems


def _item_problems(field: str, item: JobItem[Any], library: Library) -> list[FieldProblem]:
    if item.template is None:
        return []
    if library.get(item.kind, item.template) is None:
        wants = f"wants the id of a {item.kind} template: {library.known_ids(item.kind, item.template)}"
        return [FieldProblem(f"{field}.template", str(item.template), wants)]
    try:
        parameters = parameters_of(item, library)
    except ValidationError as error:
        return [replace(p, field=f"{field}.override.{p.field}") for p in problems_of(error)]
    if fault := item.misfit(parameters):
        return [FieldProblem(field, f"template {item.template}", fault)]
    return []
