"""The filters of Describe… actions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs.containers import VIDEO_CODECS
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.templates import Template
from media_workflows.domain.vendor_names import VENDOR_ONLY
from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import Field, choice
from media_workflows.vendor_mps.request_table import FLAG, RequestTable, bounded
from media_workflows.vendor_mps.template_ids import template_id_of
from media_workflows.vendor_mps.templates.kinds import TemplateKind

MOST_LISTED = 100
_MOST_OFFSET = 10**9
_ENHANCED = VENDOR_ONLY["enhanceconfig"]


class Page(NamedTuple):
    """Which part of a list is shown."""

    offset: int
    limit: int

    def of(self, items: Sequence[Any]) -> Sequence[Any]:
        return items[self.offset : self.offset + self.limit]


def page_members(most_by_default: int) -> tuple[tuple[Field, ...], Json]:
    """The members of a page, and their defaults."""
    members = (bounded("Offset", "offset", 0, _MOST_OFFSET), bounded("Limit", "limit", 0, MOST_LISTED))
    return members, {"offset": 0, "limit": most_by_default}


def texts(vendor: str, ours: str, most: int) -> Field:
    """A list of at most so many texts."""

    def read(value: Any) -> list[str]:
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
            raise invalid("must be a list of at most {most} texts", most=most)
        return value

    return Field(vendor, ours, read)


def read_filters(request: Json, table: RequestTable) -> Json:
    """The filters of a request; an empty one filters nothing. Raises DefinitionError."""
    refuse_unusable(request)
    findings = Findings()
    given = {name: value for name, value in request.items() if value not in ("", [])}
    found: Json = table.read(given, "", findings)
    if findings.problems:
        raise DefinitionError(findings.problems)
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise invalid("must be a text")
    return value.casefold()


def _table(kind: TemplateKind) -> RequestTable:
    def ids(value: Any) -> set[int]:
        if not isinstance(value, list) or len(value) > MOST_LISTED:
            raise invalid("must be a list of at most {most} numbers", most=MOST_LISTED)
        return {template_id_of(kind.kind, one) for one in value}

    members, defaults = page_members(10)
    members += (Field("Definitions", "definitions", ids), Field("Name", "name", _text))
    own, unsupported = _OWN.get(kind.kind, ((_TYPE,), {}))
    return RequestTable(*members, *own, unsupported=unsupported, defaults=defaults)


_TYPE = choice("Type", "preset", {"Preset": True, "Custom": False})
_PLAIN = {"Common": True, "TEHD": False, "TEHD-100": False, "TEHD-200": False, "Enhance": False}
_OWN: dict[str, tuple[tuple[Field, ...], dict[str, InvalidValueError]]] = {
    "transcode": (
        (
            _TYPE,
            choice("ContainerType", "has_picture", {"Video": True, "PureAudio": False}),
            choice("TEHDType", "plain", _PLAIN),
            choice("TranscodeType", "plain", _PLAIN),
        ),
        dict.fromkeys(("EnhanceSceneType", "EnhanceTranscodeType", "EnhanceType"), _ENHANCED),
    ),
    "adaptive_dynamic_streaming": ((_TYPE, choice("PureAudio", "pure_audio", FLAG)), {}),
    "watermark": ((choice("Type", "mark", {one: one for one in ("image", "text", "svg")}),), {}),
}
# Whether a template fits a filter.
_TESTS: dict[str, Callable[[Template, Any], bool]] = {
    "definitions": lambda template, ids: template.id in ids,
    "name": lambda template, part: part in template.name.casefold(),
    "preset": lambda template, preset: template.preset == preset,
    "has_picture": lambda template, expected: (template.parameters.container in VIDEO_CODECS) == expected,
    "plain": lambda _, plain: bool(plain),  # no template here has a feature of the vendor's own encoder
    "pure_audio": lambda template, expected: template.parameters.pure_audio == expected,
    "mark": lambda template, type_: template.parameters.mark.type == type_,
}


class TemplateFilter(NamedTuple):
    """Which templates of a kind are listed."""

    kind: str
    tests: dict[str, Any]
    page: Page

    def fits(self, template: Template) -> bool:
        return template.kind == self.kind and all(_TESTS[name](template, value) for name, value in self.tests.items())


def read_template_filter(kind: TemplateKind, request: Json) -> TemplateFilter:
    """The filter of a Describe…Templates request. Raises DefinitionError."""
    found = read_filters(request, _table(kind))
    page = Page(found.pop("offset"), found.pop("limit"))
    return TemplateFilter(kind.kind, found, page)
