"""`Shape`: an object of a template with the objects in it, in both directions. Pure.

In contrast to a `Table` it nests, it names every field that it does not have, and it reads changes: fields that are
not given stay as `base`, the object as it is now, has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.vendor_names import VENDOR_ONLY, VENDOR_VALUES
from media_workflows.vendor_mps.reading import Field, Findings, Json, choice, is_empty

UNKNOWN = invalid("unknown field, remove it")
REQUIRED = invalid("is required")
_NOT_AN_OBJECT = invalid("must be an object")
_STEP = re.compile(r"(\w+)((?:\[\d+\])*)\.?(.*)")


class Off(NamedTuple):
    """A field that is not supported. `values` turn it off, as an empty one does."""

    problem: InvalidValueError
    values: tuple[Any, ...] = (0,)

    def refuses(self, value: Any) -> bool:
        switch = value.get("Switch") if isinstance(value, dict) else None
        is_off = isinstance(switch, str) and switch.upper() == "OFF"
        return not (is_off or is_empty(value) or value in self.values)


def vendor_only(*names: str) -> dict[str, Off]:
    """Features of the vendor that nothing here has."""
    return {name: Off(VENDOR_ONLY[name.lower()]) for name in names}


class Part(NamedTuple):
    """An object within another one, or with `many` a list of them."""

    vendor: str
    ours: str
    shape: Shape
    many: bool = False


class Switched(NamedTuple):
    """An object with a Switch; ours is null while it is off. Without a shape there is only the switch: a boolean."""

    vendor: str
    ours: str
    shape: Shape | None = None


Member = Field | Part | Switched
Join = Callable[[Json, "Json | None", str, Findings], Json]


def unchanged(ours: Json) -> Json:
    return ours


def as_found(found: Json, _base: Json | None, _place: str, _findings: Findings) -> Json:
    return found


def below(place: str, name: str) -> str:
    """The place of a field of the object at `place`."""
    return f"{place}.{name}" if place and name else place or name


@dataclass(frozen=True)
class Shape:
    """`members` as the vendor has them. Where ours are arranged differently, `split` arranges ours as theirs, and
    `join` what was read as ours.

    `defaults` are for a new object, where the vendor's differ from ours. `places` are the vendor's names of those
    fields of ours that have no member of their own.
    """

    members: tuple[Member, ...]
    off: Mapping[str, Off] | None = None
    split: Callable[[Json], Json] = unchanged
    join: Join = as_found
    defaults: Mapping[str, Any] | None = None
    places: Mapping[str, str] | None = None

    def read(self, data: Any, base: Json | None, place: str, findings: Findings) -> Json:
        """Our fields that the vendor's object sets; a null sets nothing."""
        if not isinstance(data, dict):
            findings.refuse(_NOT_AN_OBJECT, place, data)
            return {}
        arranged = None if base is None else self.split(base)
        found = dict(self.defaults or {}) if base is None else {}
        by_vendor = {member.vendor: member for member in self.members}
        for name, value in data.items():
            here = below(place, name)
            if value is None:
                continue
            if member := by_vendor.get(name):
                found |= _read_member(member, value, (arranged or {}).get(member.ours), here, findings)
            elif off := (self.off or {}).get(name):
                if off.refuses(value):
                    findings.refuse(off.problem, here, value)
            else:
                findings.refuse(UNKNOWN, here, value)
        return self.join(found, arranged, place, findings)

    def write(self, ours: Json) -> Json:
        """The vendor's object. A value that the vendor has no form for is null."""
        arranged = self.split(ours)
        return {member.vendor: _write_member(member, arranged.get(member.ours)) for member in self.members}

    def place_of(self, path: str) -> str:
        """The vendor's path of one of ours, as far as it leads."""
        found = _STEP.fullmatch(path)
        if found is None:
            return ""
        name, index, rest = found.groups()
        member = next((member for member in self.members if member.ours == name), None)
        if member is None:
            return (self.places or {}).get(name, "")
        shape = None if isinstance(member, Field) else member.shape
        return below(member.vendor + index, shape.place_of(rest) if shape and rest else "")


def _read_member(member: Member, value: Any, base: Any, place: str, findings: Findings) -> Json:
    """What the member says of our field; {} = nothing, or nothing valid."""
    if isinstance(member, Switched):
        return _read_switched(member, value, base, place, findings)
    if isinstance(member, Field):
        try:
            return {member.ours: member.read(value)}
        except InvalidValueError as problem:
            findings.refuse(problem, place, value)
            return {}
    if not member.many:
        return {member.ours: member.shape.read(value, base, place, findings)}
    if not isinstance(value, list):
        findings.refuse(invalid("must be a list"), place, value)
        return {}
    read = [member.shape.read(one, None, f"{place}[{number}]", findings) for number, one in enumerate(value)]
    return {member.ours: read}


_SWITCH = choice("Switch", "is_on", {"ON": True, "OFF": False})


def _read_switched(member: Switched, value: Any, base: Any, place: str, findings: Findings) -> Json:
    """Settings of what is off have no effect, and are read for their names only."""
    if not isinstance(value, dict):
        findings.refuse(_NOT_AN_OBJECT, place, value)
        return {}
    given = value.get("Switch")
    if given is None and base:  # it is on, and stays so
        is_on = {"is_on": True}
    else:
        is_on = _read_member(_SWITCH, given, None, below(place, "Switch"), findings)
    rest = {name: part for name, part in value.items() if name != "Switch"}
    settings = (member.shape or Shape(())).read(rest, (base or None) if member.shape else None, place, findings)
    if not is_on:
        return {}
    if member.shape is None:
        return {member.ours: is_on["is_on"]}
    return {member.ours: settings if is_on["is_on"] else None}


def _write_member(member: Member, value: Any) -> Any:
    if isinstance(member, Switched):
        settings = member.shape.write(value) if member.shape and value else {}
        return {"Switch": "ON" if value else "OFF", **settings}
    if value is None:
        return None
    if isinstance(member, Part):
        return [member.shape.write(one) for one in value] if member.many else member.shape.write(value)
    try:
        return member.write(value)
    except InvalidValueError:
        return None


def named(vendor: str, ours: str, values: dict[Any, Any]) -> Field:
    """A `choice` that knows why values of the vendor are not supported."""
    field = choice(vendor, ours, values)

    def read(value: Any) -> Any:
        if isinstance(value, str) and (problem := VENDOR_VALUES.get(value)):
            raise problem
        return field.read(value)

    return field._replace(read=read)


def whole(vendor: str, ours: str) -> Field:
    """A number that the vendor has whole numbers for; others have no form there."""
    return Field(vendor, ours, write=lambda value: int(value) if value == int(value) else None)


def bounded(vendor: str, ours: str, least: int, most: int) -> Field:
    """A whole number from `least` to `most`."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise invalid("must be a whole number from {least} to {most}", least=least, most=most)
        return value

    return Field(vendor, ours, read)


FLAG = {0: False, 1: True}
