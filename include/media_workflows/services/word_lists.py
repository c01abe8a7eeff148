"""Word lists as CSV files: into the word library, and out of it."""

from __future__ import annotations

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.word_lists import Existing, WordList, at_line, limited, written
from media_workflows.errors import ConflictError, DefinitionError, FieldProblem
from media_workflows.store.engine import transaction
from media_workflows.store.words import known_words, list_words, put_words

_ALL = 1_000_000  # words: far more than a library has


class WordImport(Model):
    """What an import did. `problems` are those of the bad rows that were left out, by the lines of the file."""

    encoding: str
    added: int
    replaced: int
    kept: int
    bad_rows: int
    problems: list[FieldProblem]


def import_words(found: WordList, existing: Existing, author: str, *, skip_bad_rows: bool) -> WordImport:
    """Add the words of a file to the library: all of them or none, unless bad rows may be skipped.

    With `existing` replace, words that are listed keep what the file has no column for. Raises DefinitionError that
    names each bad row by its line, with `skip_bad_rows` only if no row is good; ConflictError if another request has
    listed one of the words meanwhile.
    """
    refuses = existing == "refuse"
    replaced = sorted(found.columns - {"keyword"}) if existing == "replace" else ()
    with transaction() as session:
        known = known_words(session, [word.keyword for _, word in found.words])
        refused = known if refuses else set()
        listed = invalid("is in the library already: set `existing` to replace or keep, or remove this line")
        bad = found.bad | {
            line: [at_line(line, listed, word.keyword)] for line, word in found.words if word.keyword in refused
        }
        problems = limited(problem for line in sorted(bad) for problem in bad[line])
        good = [word for _, word in found.words if word.keyword not in refused]
        if problems and not (skip_bad_rows and good):
            raise DefinitionError(problems)
        done = put_words(session, good, known, replace=replaced, author=author)
        if refuses and done.kept:
            raise ConflictError("words: some of them were listed by another request; import the file again")
    return WordImport(encoding=found.encoding, **done._asdict(), bad_rows=len(bad), problems=problems)


def export_words(search: str = "", usage: str = "", tag: str = "") -> str:
    """The words of the library as CSV: those that contain `search` and have this usage and tag; '' = any."""
    with transaction() as session:
        return written(list_words(session, search, usage, tag, limit=_ALL).items)
