"""`invalid`: what is wrong with a value, as a template with parameters, so that clients can translate it."""

from __future__ import annotations

from collections.abc import Iterable

from media_workflows.errors import FieldProblem
from media_workflows.templated_error import TemplatedError


class InvalidValueError(TemplatedError, ValueError):
    """A value that a model does not accept. Its template says what is expected.

    `field`: of a check of a whole model, the field that is to be corrected.
    """

    field: str = ""

    def of(self, field: str) -> InvalidValueError:
        """The same, of this field of the model that is checked."""
        self.field = field
        return self

    def at(self, field: str, got: str) -> FieldProblem:
        """The problem of this field, which holds `got`."""
        return FieldProblem(field, got, str(self), self.template, self.parameters)


class InvalidValuesError(ValueError):
    """A value that is wrong in several ways; each becomes a problem of its own."""

    def __init__(self, problems: Iterable[InvalidValueError]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))

    @property
    def field(self) -> str:
        """That of the first; '' = the value itself is wrong."""
        return next((problem.field for problem in self.problems), "")


def invalid(template: str, **parameters: object) -> InvalidValueError:
    """What validators raise, and checks between fields return."""
    return InvalidValueError(template, **parameters)
