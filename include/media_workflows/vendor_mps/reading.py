"""Fields of the vendor and ours, in tables that are read in both directions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.vendor_names import VENDOR_ONLY
from media_workflows.errors import FieldProblem

Json = dict[str, Any]
NO_INPUT_DIRECTORY = invalid("the commercial service has no variable {inputDirectory}: leave it out for the export")
STAYS = invalid("stays here: it has no place in a schedule")
_KEPT = invalid("has no meaning here: it is kept for an export")


@dataclass
class Findings:
    """What is wrong with a document, and what of it has no effect although it is kept or left out."""

    problems: list[FieldProblem] = field(default_factory=list)
    notes: list[FieldProblem] = field(default_factory=list)

    def refuse(self, problem: InvalidValueError, place: str, value: Any) -> None:
        self.problems.append(problem.at(place, shown(value)))

    def note(self, problem: InvalidValueError, place: str, value: Any) -> None:
        self.notes.append(problem.at(place, shown(value)))

    def note_kept(self, place: str, value: Any) -> None:
        """Note a field without a meaning here, unless it is empty."""
        if not is_empty(value):
            self.note(_KEPT, place, value)


def is_empty(value: Any) -> bool:
    """Whether a value of the vendor says nothing: null, '', [], {}, or an object of such values."""
    return all(is_empty(part) for part in value.values()) if isinstance(value, dict) else value in (None, "", [])


def same(value: Any) -> Any:
    return value


class Field(NamedTuple):
    """A field of the vendor, ours, and the conversion of the value, which raises InvalidValueError."""

    vendor: str
    ours: str
    read: Callable[[Any], Any] = same
    write: Callable[[Any], Any] = same


def choice(vendor: str, ours: str, values: dict[Any, Any]) -> Field:
    """A field with other names for its values, in any case; of several names for one value, the first is written."""
    back = {value: name for name, value in reversed(values.items())}
    by_name = {name.lower() if isinstance(name, str) else name: value for name, value in values.items()}

    def read(value: Any) -> Any:
        known = value.lower() if isinstance(value, str) else value
        if not isinstance(known, str | int) or known not in by_name:
            raise invalid("must be one of: {choices}", choices=", ".join(map(str, values)))
        return by_name[known]

    def write(value: Any) -> Any:
        if value not in back:
            raise _no_form()
        return back[value]

    return Field(vendor, ours, read, write)


def _no_form() -> InvalidValueError:
    return invalid("schedules of the commercial service have nothing like it: leave it out for the export")


class Table:
    """The fields of an object. `unsupported` are known fields of the vendor that are refused unless they are empty."""

    def __init__(self, *fields: Field, unsupported: Mapping[str, InvalidValueError] | None = None) -> None:
        self._by_vendor = {one.vendor: one for one in fields}
        self._by_ours = {one.ours: one for one in fields}
        self._unsupported = unsupported or {}

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        """Our fields of the vendor's object; a null says nothing."""
        found: Json = {}
        if not isinstance(data, dict):
            findings.refuse(invalid("must be an object"), place, data)
            return found
        for name, value in data.items():
            if value is None:
                continue
            if known := self._by_vendor.get(name):
                try:
                    found[known.ours] = known.read(value)
                except InvalidValueError as problem:
                    findings.refuse(problem, f"{place}.{name}", value)
            else:
                self._read_other(name, value, f"{place}.{name}", findings)
        return found

    def _read_other(self, name: str, value: Any, place: str, findings: Findings) -> None:
        problem = self._unsupported.get(name) or VENDOR_ONLY.get(name.lower())
        if problem and not is_empty(value) and value != 0:
            findings.refuse(problem, place, value)
        elif not problem:
            findings.note_kept(place, value)

    def write(self, data: Json, place: str, findings: Findings) -> Json:
        """The vendor's fields of ours, which are those that are set."""
        found: Json = {}
        for name, value in data.items():
            known = self._by_ours.get(name)
            try:
                if known is None:
                    raise _no_form()
                found[known.vendor] = known.write(value)
            except InvalidValueError as problem:
                findings.refuse(problem, f"{place}.{name}", value)
        return found

    def others(self, data: Json) -> Json:
        """What an object of the vendor has that is not read."""
        return {name: value for name, value in data.items() if name not in self._by_vendor}

    def place_of(self, ours: str) -> str:
        """The vendor's name of our field; '' = there is none."""
        return self._by_ours[ours].vendor if ours in self._by_ours else ""
