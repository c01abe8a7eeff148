"""`ReadDefinition`: an object of the vendor as a definition, and which place of it each of ours is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from media_workflows.errors import FieldProblem
from media_workflows.vendor_mps.reading import Json
from media_workflows.vendor_mps.tasks.tables import TABLES


class VendorPlace(NamedTuple):
    """A place in the vendor's object. `kind` is that of the job item it is of, whose fields have other names there."""

    path: str
    kind: str = ""

    def below(self, rest: str) -> str:
        """The place of what is at `rest` below ours."""
        field = rest.removeprefix(".")
        return f"{self.path}.{TABLES[self.kind].place_of(field) or field}" if self.kind and field else self.path + rest


@dataclass(frozen=True)
class ReadDefinition:
    """The definition of an object of the vendor, and what of the object has no effect here.

    `places` are the object's, by the start of ours: to report problems of the definition where they are.
    """

    definition: Json
    notes: list[FieldProblem]
    places: dict[str, VendorPlace]

    def placed(self, problem: FieldProblem) -> FieldProblem:
        """A problem of the definition, at its place in the object."""
        for ours, place in self.places.items():
            if problem.field == ours or problem.field.startswith((f"{ours}.", f"{ours}[")):
                return replace(problem, field=place.below(problem.field.removeprefix(ours)))
        return problem
