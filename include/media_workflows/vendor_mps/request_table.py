"""`RequestTable`: the fields of an object that requests create or change, and that answers describe. Pure.

In contrast to a plain `Table`, it reads changes: null alone says nothing, and what is not given stays as `base`, the
object as it is now, has it. A field that it does not have is refused. All fields are described.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import AnyField, Field, Part, Table, below, choice

UNKNOWN = invalid("unknown field, remove it")
REQUIRED = invalid("is required")
FLAG = {0: False, 1: True}
Join = Callable[[Json, "Json | None", str, Findings], Json]


def unchanged(ours: Json) -> Json:
    return ours


def as_found(found: Json, _base: Json | None, _place: str, _findings: Findings) -> Json:
    return found


class RequestTable(Table):
    """Where ours are arranged differently, `split` arranges ours as the vendor's, and `join` what was read as ours.

    `defaults` are for a new object, where the vendor's differ from ours; `required` are fields of the vendor that it
    must have, beside those that our models require. `places` are the vendor's names of fields of ours that are no
    fields there.
    """

    def __init__(
        self,
        *fields: AnyField,
        unsupported: Mapping[str, InvalidValueError] | None = None,
        split: Callable[[Json], Json] = unchanged,
        join: Join = as_found,
        defaults: Mapping[str, Any] | None = None,
        places: Mapping[str, str] | None = None,
        required: tuple[str, ...] = (),
    ) -> None:
        super().__init__(*fields, unsupported=unsupported)
        self._split, self._join = split, join
        self._of_new, self._places, self._required = defaults or {}, places or {}, required

    def read(self, data: Any, place: str, findings: Findings) -> Any:
        """A new object of ours."""
        return self.change(data, place, findings, None)

    def change(self, data: Any, place: str, findings: Findings, base: Any) -> Any:
        arranged = None if base is None else self._split(base)
        found = dict(self._of_new) if base is None else {}
        found |= self._read_fields(data, place, findings, arranged or {})
        if not isinstance(data, dict):
            return {}
        if base is None:
            for name in self._required:
                if data.get(name) is None:
                    findings.refuse(REQUIRED, below(place, name), None)
        return self._join(found, arranged, place, findings)

    def _says_nothing(self, value: Any) -> bool:
        return value is None

    def _read_unknown(self, value: Any, place: str, findings: Findings) -> None:
        findings.refuse(UNKNOWN, place, value)

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        """The vendor's object with all its fields; null is what the vendor has no form for."""
        return self.nothing_set() | super().write(self._split(data), place, findings)

    def place_of(self, ours: str) -> str:
        return super().place_of(ours) or self._places.get(ours.partition(".")[0].partition("[")[0], "")


_SWITCH = choice("Switch", "is_on", {"ON": True, "OFF": False})
_OFF = {"Switch": "OFF"}


class _Switch(RequestTable):
    """An object with a Switch; ours is null while it is off. Without fields there is only the switch: a boolean."""

    def change(self, data: Any, place: str, findings: Findings, base: Any) -> Any:
        """Settings of what is off have no effect, and are read for their names only."""
        if not isinstance(data, dict):
            return super().change(data, place, findings, None)
        rest = {name: part for name, part in data.items() if name != "Switch"}
        settings = super().change(rest, place, findings, (base or None) if self.fields else None)
        is_on = _is_on(data.get("Switch"), bool(base), below(place, "Switch"), findings)
        if not self.fields:
            return is_on
        return settings if is_on else None

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        settings = super().write(data, place, findings) if self.fields and data else {}
        return {"Switch": "ON", **settings} if data else _OFF


def _is_on(given: Any, was_on: bool, place: str, findings: Findings) -> bool:
    """What a Switch says; what is on stays so if it says nothing."""
    if given is None and was_on:
        return True
    try:
        return bool(_SWITCH.read(given))
    except InvalidValueError as problem:
        findings.refuse(problem, place, given)
        return False


def switched(vendor: str, ours: str, *fields: AnyField, **parts: Any) -> Part:
    """A part with a Switch; `parts` are those of a RequestTable."""
    return Part(vendor, ours, _Switch(*fields, **parts), null=_OFF)


def whole(vendor: str, ours: str) -> Field:
    """A number that the vendor has whole numbers for; others have no form there."""
    return Field(vendor, ours, write=lambda value: int(value) if value is not None and value == int(value) else None)


def bounded(vendor: str, ours: str, least: int, most: int) -> Field:
    """A whole number from `least` to `most`."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise invalid("must be a whole number from {least} to {most}", least=least, most=most)
        return value

    return Field(vendor, ours, read)
