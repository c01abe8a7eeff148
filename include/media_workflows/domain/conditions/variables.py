"""The variables of conditions: what a condition may read, with type, unit and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str | list[str] | dict[str, str]
Values: TypeAlias = Mapping[str, Value]  # by the variables' names; a name that is missing is unknown


class ValueType(StrEnum):
    """The type of a variable, in the words of messages and docs."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "list of texts"
    TEXT_MAP = "map of texts"


@dataclass(frozen=True)
class Variable:
    """A value that conditions may read. `name` is its full name, `source.width`; `unit` '' = none.

    `values` are all that it, or an element of its list, can be; () = any of its type.
    """

    name: str
    type: ValueType
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


class Variables:
    """The variables that one condition may read. Names with a common part before a dot form a group.

    `later` are parts of names that belong to a kind of step, by the kind: those of a group that no step before has.
    """

    def __init__(self, variables: Iterable[Variable], later: Mapping[str, str] | None = None) -> None:
        self.by_name = {variable.name: variable for variable in variables}
        self.groups = {group for name in self.by_name for group in _groups_of(name)}
        self.later = {part: kind for part, kind in (later or {}).items() if part not in self.groups}

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.by_name.values())

    def members(self, group: str) -> list[str]:
        """What follows directly after a group's dot, or the first parts of all names for ''."""
        start = f"{group}." if group else ""
        below = (name.removeprefix(start) for name in self.by_name if name.startswith(start))
        return list(dict.fromkeys(name.partition(".")[0] for name in below))

    def similar(self, name: str) -> list[str]:
        """At most three names that may be meant by an unknown one, the most likely first."""
        group, _, last = name.rpartition(".")
        members = get_close_matches(last, self.members(group), n=3, cutoff=0.6)
        if members:
            return [f"{group}.{member}" if group else member for member in members]
        lasts = {known.rpartition(".")[2] for known in self.by_name}
        near = get_close_matches(last, sorted(lasts), n=3, cutoff=0.75)
        return [known for word in near for known in self.by_name if known.endswith(f".{word}")][:3]

    def choices(self, name: str) -> list[str]:
        """What may stand instead of an unknown name: the members of its longest known group, else all groups."""
        while name:
            name = name.rpartition(".")[0]
            if name in self.groups:
                return [f"{name}.{member}" for member in self.members(name)]
        return self.members("")


def _groups_of(name: str) -> Iterator[str]:
    """'steps.hd.output.size_bytes' -> 'steps', 'steps.hd', 'steps.hd.output'."""
    parts = name.split(".")[:-1]
    return (".".join(parts[: count + 1]) for count in range(len(parts)))
