"""YAML from outside, read as JSON's types: texts, numbers, true and false, null, lists and objects."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.events import AliasEvent, Event
from yaml.nodes import MappingNode, Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.plain_data import MAX_DEPTH, MAX_VALUES
from media_workflows.errors import DefinitionError

MAX_CHARACTERS = 2_000_000
MAX_DOCUMENTS = 1000


class _RefusedError(Exception):
    """YAML that is refused although it is valid."""

    def __init__(self, problem: InvalidValueError) -> None:
        self.problem = problem


class _PlainResolver(BaseResolver):
    """Plain scalars as PyYAML writes and reads them, without what JSON does not have: dates, merge keys, and numbers to
    the base of 60, which take minutes to compute when they are long."""


for _tag, _pattern, _first in (
    ("bool", "yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    ("int", "[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)", "-+0123456789"),
    (
        "float",
        r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _PlainResolver.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


class _Limits(Composer):
    """Composes nodes from a parser's events, and refuses what makes a short text expensive."""

    peek_event: Callable[[], Event]  # of the parser
    check_event: Callable[..., bool]
    _depth = 0
    _nodes = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self._nodes += 1
        self._depth += 1
        event = self.peek_event()
        if problem := self._problem(event, _line(event)):
            raise _RefusedError(problem)
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _problem(self, event: Event, line: int) -> InvalidValueError | None:
        if self.check_event(AliasEvent):  # a few lines of them expand to gigabytes
            return invalid("line {line}: aliases (*name) are not supported: write out the values", line=line)
        if getattr(event, "tag", None) not in (None, "!"):
            return invalid("line {line}: tags (!name) are not supported: leave them out", line=line)
        if self._nodes > MAX_VALUES:
            return invalid("line {line}: more than {limit} values: split it", line=line, limit=MAX_VALUES)
        if self._depth > MAX_DEPTH + 1:
            return invalid("line {line}: must have at most {limit} levels", line=line, limit=MAX_DEPTH)
        return None

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        node: MappingNode = super().compose_mapping_node(anchor)
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if problem := _key_problem(key, seen):
                raise _RefusedError(problem)
            seen.add((key.tag, key.value))
        return node


def _key_problem(key: Node, seen: set[tuple[str, str]]) -> InvalidValueError | None:
    if not isinstance(key, ScalarNode):
        return invalid("line {line}: names of fields must be text: put them in quotes", line=_line(key))
    if (key.tag, key.value) in seen:
        name = key.value[:80]
        return invalid("line {line}: the field {name} is there twice: leave one out", line=_line(key), name=name)
    return None


def _line(at: Event | Node) -> int:
    return at.start_mark.line + 1 if at.start_mark else 1


class _PythonLoader(_Limits, Reader, Scanner, Parser, SafeConstructor, _PlainResolver):
    """The loader without libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        _PlainResolver.__init__(self)


def _fastest() -> Any:
    """libyaml reads about ten times faster than PyYAML's own parser, where its wheel includes it."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _PythonLoader

    class CLoader(_Limits, CParser, SafeConstructor, _PlainResolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            _PlainResolver.__init__(self)

    return CLoader


LOADER = _fastest()


def read_documents(text: str) -> list[Any]:
    """The documents of a YAML text from outside, empty ones left out. Raises DefinitionError."""
    try:
        if len(text) > MAX_CHARACTERS:
            raise _RefusedError(invalid("must have at most {limit} characters", limit=MAX_CHARACTERS))
        documents = [data for data in yaml.load_all(text, LOADER) if data is not None]
        if len(documents) > MAX_DOCUMENTS:
            raise _RefusedError(invalid("must have at most {limit} documents: split it", limit=MAX_DOCUMENTS))
        return documents
    except _RefusedError as error:
        problem = error.problem
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = invalid("line {line}: must be valid YAML: {cause}", line=line, cause=error.problem or error.context)
    except (yaml.YAMLError, ValueError) as error:
        problem = invalid("must be valid YAML: {cause}", cause=" ".join(str(error).split()))
    raise DefinitionError([problem.at("yaml", "a text that is refused")])
