"""What is found in a document of the vendor, or in one for it, while it is converted. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.errors import FieldProblem

Json = dict[str, Any]
SECRETS = frozenset({"S3SecretId", "S3SecretKey", "SecretId", "SecretKey", "NotifyKey"})
SECRET = invalid(
    "is a secret, and a definition holds none: remove it, and put it into the settings or an Airflow connection"
)
_KEPT = invalid("has no meaning here: it is kept for an export")
_NO_MEANING = invalid("has no meaning here: leave it out")


class ObjectPlace(NamedTuple):
    """The bucket whose keys a definition names, and how the vendor's objects of it are written; '' = not known."""

    bucket: str = ""
    region: str = ""
    form: Literal["AWS-S3", "COS"] = "AWS-S3"


@dataclass
class Findings:
    """What is wrong with a document, and what of it has no effect although it is kept or left out.

    `objects` are where the files of the document are. With `refuses_unknown`, a field without a meaning is a problem.
    """

    problems: list[FieldProblem] = field(default_factory=list)
    notes: list[FieldProblem] = field(default_factory=list)
    objects: ObjectPlace = field(default_factory=ObjectPlace)
    refuses_unknown: bool = False

    def refuse(self, problem: InvalidValueError, place: str, value: Any) -> None:
        self.problems.append(problem.at(place, _got(place, value)))

    def note(self, problem: InvalidValueError, place: str, value: Any) -> None:
        self.notes.append(problem.at(place, _got(place, value)))

    def note_kept(self, place: str, value: Any) -> None:
        """Note or refuse a field without a meaning here, unless it is empty."""
        if is_empty(value):
            return
        if self.refuses_unknown:
            self.refuse(_NO_MEANING, place, value)
        else:
            self.note(_KEPT, place, value)

    def strict(self) -> Findings:
        """The same findings, to which a field without a meaning is a problem."""
        return replace(self, refuses_unknown=True)


def _got(place: str, value: Any) -> str:
    return "***" if place.rpartition(".")[2] in SECRETS else shown(_without_secrets(value))


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(part) for part in value]
    if isinstance(value, dict):
        return {name: "***" if name in SECRETS else _without_secrets(part) for name, part in value.items()}
    return value


def is_empty(value: Any) -> bool:
    """Whether a value of the vendor says nothing: null, '', [], {}, or an object of such values."""
    return all(is_empty(part) for part in value.values()) if isinstance(value, dict) else value in (None, "", [])


def is_off(value: Any) -> bool:
    """Whether a feature of the vendor is not used: empty, 0, -1 (automatic), or an object with a switch that is off."""
    if isinstance(value, dict):
        return str(value.get("Switch")).lower() == "off" or all(is_off(part) for part in value.values())
    return is_empty(value) or value in (0, -1)
