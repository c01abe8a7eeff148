"""The commands that the documents show, and checks of them by what they call: each raises where a command is wrong."""

from __future__ import annotations

import argparse
import importlib.util
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
import yaml
from benchmarks.options import Options

from api_routes import ALL
from doc_blocks import DOCS, PROGRAM, blocks, calls
from media_workflows.cli import app

ROOT = DOCS.parent
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "benchmarks" / "README.md", ROOT / "clients/python/README.md"}
    - {ROOT / "CHANGELOG.md"}  # it names what there was
)
OWN = typer.main.get_command(app)
FOLDERS = ("benchmarks/", "clients/", "config/", "dags/", "docs/", "include/", "plugins/", "samples/", "tests/")
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_PROGRAMS = "media-workflows|airflow|make|docker|python|pip|uv|kubectl|helm"
_NAMED = re.compile(rf"`((?:{_PROGRAMS}) [^`]+)`")
_STEP = re.compile(r"\brun: (.+)$", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z-]*")


def shown(document: Path) -> list[list[str]]:
    """Those of shell blocks and of the steps of pipelines: each is whole."""
    steps = _STEP.findall("\n".join(blocks(document, "yaml")))
    return list(calls("\n".join([*blocks(document, "sh"), *steps])))


def named(document: Path) -> list[list[str]]:
    """Those within sentences: they may lack arguments, or have words in place of them."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    return [words for one in _NAMED.findall(text) for words in calls(" ".join(one.split()))]


def parse(command: Any, name: str, words: list[str], parent: Any = None) -> None:
    """Parse as our command line does, without running it. Raises UsageError."""
    with command.make_context(name, list(words), parent=parent) as context:
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        if rest:
            name, found, rest = command.resolve_command(context, rest)
            parse(found, name, rest, context)


def parse_own(words: Sequence[str], folder: Path) -> None:
    """A whole call of our command line, in a folder with the files that it names."""
    for word in words:
        _make_file(folder, word)
    plain = [word.replace("*", "one").removeprefix("[").removesuffix("]") for word in words if word != "--help"]
    parse(OWN, PROGRAM, plain)


def _make_file(folder: Path, word: str) -> None:
    place = folder / word.replace("*", "one")
    if word.endswith("/"):
        place.mkdir(parents=True, exist_ok=True)
    elif re.search(r"\.[a-z0-9]{2,5}$", word) and "://" not in word:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def check_own(words: Sequence[str]) -> None:
    """A part of such a call: the names of commands and options, and no more arguments than the command has."""
    command: Any = OWN
    arguments = 0
    rest = iter(words)
    for word in rest:
        commands = getattr(command, "commands", {})
        if word in commands:
            command = commands[word]
        elif word.startswith("-"):
            if not options_of(command)[word.partition("=")[0]]:
                next(rest, None)
        else:
            assert not commands or not _NAME.fullmatch(word), f"there is no command {word}"
            arguments += not commands
    most = [one.nargs for one in command.params if one.param_type_name == "argument"]
    assert -1 in most or arguments <= sum(most), f"{command.name} has no more than {sum(most)} arguments"


def options_of(command: Any) -> dict[str, bool]:
    """The options of a command by name, and whether it is a switch."""
    found = [one for one in command.params if one.param_type_name == "option"]
    return {"--help": True} | {name: one.is_flag for one in found for name in (*one.opts, *one.secondary_opts)}


def leaves(command: Any = OWN, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All commands of our command line that do something by themselves."""
    if commands := getattr(command, "commands", None):
        if command.invoke_without_command:
            yield path, command
        for name, one in commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield path, command


@cache
def _airflow() -> argparse.ArgumentParser:
    from airflow.cli.cli_parser import get_parser

    parser: argparse.ArgumentParser = get_parser()
    return parser


def parse_airflow(words: Sequence[str]) -> None:
    """A whole call of Airflow's command line."""
    check_airflow(words)
    _airflow().parse_args(words)


def check_airflow(words: Sequence[str]) -> None:
    """A part of one."""
    parser = _airflow()
    for word in words:
        groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
        if word.startswith("--"):
            assert word in parser._option_string_actions, f"{parser.prog} has no {word}"
        elif groups:
            parser = groups[0].choices[word]


def check_make(words: Sequence[str]) -> None:
    """Its target, and the arguments for it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    given = dict(word.split("=", 1) for word in words if ASSIGNMENT.fullmatch(word))
    targets = [word for word in words if not ASSIGNMENT.fullmatch(word)]
    assert set(targets) <= set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)), targets
    arguments = next(calls(given.get("ARGS", "")), [])
    if targets == ["bench"]:
        check_benchmarks(arguments)
    elif targets and targets[0] in ("cluster", "demo"):
        _check_module(f"media_workflows.{targets[0]}", arguments)


def check_benchmarks(arguments: Sequence[str]) -> None:
    """The names of benchmarks and options; their own parser would import all of them."""
    text = (ROOT / "benchmarks" / "__main__.py").read_text(encoding="utf-8")
    known = {"--help", *("--" + one.name.replace("_", "-") for one in fields(Options))}
    for before, word in pairwise(["", *arguments]):
        if word.startswith("--"):
            assert word in known, word
        elif not before.startswith("--"):
            assert f'    "{word}": ' in text, word


def _check_module(name: str, arguments: Sequence[str]) -> None:
    """That the text of a module's `__main__` has these options."""
    found = importlib.util.find_spec(name)
    assert found
    assert found.origin
    text = Path(found.origin).with_name("__main__.py").read_text(encoding="utf-8")
    for word in arguments:
        assert f'"{word}"' in text, word


def check_docker(words: Sequence[str]) -> None:
    """Compose's command, its service, and what runs there."""
    services = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    program, command, *rest = words
    assert (program, command) in (("compose", one) for one in ("up", "exec", "run", "cp")), words
    if command == "cp":
        assert any(word.partition(":")[0] in services for word in rest), words
    elif command != "up":
        at = next(number for number, word in enumerate(rest) if word in services)
        inside = rest[at + 1 :]
        if inside[0] == PROGRAM:
            check_own(inside[1:])
    scaled = [word.partition("=")[0] for before, word in pairwise(rest) if before == "--scale"]
    assert set(scaled) <= services.keys()


def check_python(words: Sequence[str]) -> None:
    """A script of ours, a module, or a text that compiles."""
    first, *rest = words
    if first == "-c":
        compile(rest[0], "<document>", "exec")
    elif first == "-m":
        if rest[0] == "benchmarks":
            check_benchmarks(rest[1:])
        elif rest[0].startswith(("benchmarks", "media_workflows")):
            assert importlib.util.find_spec(rest[0]), rest[0]
    else:
        assert (ROOT / first).is_file(), first


def check_packages(words: Sequence[str]) -> None:
    """The extras and the lists of requirements that pip and uv read."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [word for before, word in pairwise(words) if before == "--extra"]
    extras += [one for word in words for one in re.findall(r"^(?:\.|media-workflows)\[(.+)\]$", word)]
    assert set(extras) <= project["optional-dependencies"].keys(), extras
    lists = [word for word in words if re.fullmatch(r"requirements[\w.-]*\.(txt|in)", word)]
    assert all((ROOT / one).is_file() for one in lists), lists


def check_curl(words: Sequence[str]) -> None:
    """The routes of our API."""
    for path in re.findall(r"/media-workflows(/api/v1/\S*)", " ".join(words)):
        assert f"GET {path}" in ALL, path


Check = Callable[[Sequence[str]], None]
WHOLE: dict[str, Check] = {
    "airflow": parse_airflow,
    "curl": check_curl,
    "docker": check_docker,
    "make": check_make,
    "pip": check_packages,
    "python": check_python,
    "uv": check_packages,
}
PART: dict[str, Check] = WHOLE | {PROGRAM: check_own, "airflow": check_airflow}
