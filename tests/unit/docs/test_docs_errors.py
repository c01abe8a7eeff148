"""docs/errors.md lists every class of errors.py. Run this file to print the table anew."""

from __future__ import annotations

from pathlib import Path

from media_workflows import errors
from media_workflows.errors import MediaWorkflowsError

DOCUMENT = Path(__file__).parents[3] / "docs" / "errors.md"


def classes() -> list[type[MediaWorkflowsError]]:
    found = [value for value in vars(errors).values() if isinstance(value, type)]
    return [value for value in found if issubclass(value, MediaWorkflowsError)]


def row(error: type[MediaWorkflowsError]) -> str:
    parent = "" if error is MediaWorkflowsError else f"`{error.__bases__[0].__name__}`"
    when = (error.__doc__ or "").split("\n\n")[0].replace("\n    ", " ").strip()
    return f"| `{error.__name__}` | {parent} | `{error.code}` | {'yes' if error.retryable else 'no'} | {when} |"


def test_the_table_is_the_exception_tree() -> None:
    written = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert written == [row(error) for error in classes()]


if __name__ == "__main__":
    print("\n".join(row(error) for error in classes()))
