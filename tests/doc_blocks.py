"""The fenced blocks of the documents, and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

DOCS = Path(__file__).parents[1] / "docs"
PROGRAM = "media-workflows"
# Programs that no test can run here, and why. Their blocks are parsed by a shell all the same.
NOT_RUN = {
    "helm": "there is no Kubernetes; tests/unit/docs/test_docs_kubernetes.py compares what it would apply",
    "kubectl": "there is no Kubernetes; tests/unit/test_kubernetes.py renders what `apply -k` would apply",
    "make": "`make demo` starts what the fixture `product` has started: the same processes, on other ports",
    "pg_dump": "its databases are those of a cluster",
    "pip": "it would change the environment of the tests",
    "rclone": "there is no account of the commercial service to copy from",
}
_HEREDOC = re.compile(r"<<'?(\w+)'?\n.*?^\1$", re.MULTILINE | re.DOTALL)
_SUBSTITUTION = re.compile(r"\$\([^()]*\)")
_PUNCTUATION = frozenset("();<>|&")


def blocks(document: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind, without their indentation."""
    text = document.read_text(encoding="utf-8")
    return [dedent(one) for one in re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)]


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each call of `media-workflows` in its shell blocks, without its name."""
    for words in calls("\n".join(blocks(document, "sh"))):
        if words[0] == PROGRAM:
            yield words[1:]


def calls(script: str) -> Iterator[list[str]]:
    """The words of each command of a shell script; `$(…)` is the word `substituted`."""
    script = _SUBSTITUTION.sub("substituted", _HEREDOC.sub("", script).replace("\\\n", " "))
    for line in script.splitlines():
        yield from _calls_of_line(line)


def _calls_of_line(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    tokens = iter([*lexer, ";"])
    for token in tokens:
        if not _PUNCTUATION.issuperset(token):
            words.append(token)
        elif token in (">", ">>", "<", "<<"):
            next(tokens)  # the file
        else:
            if words:
                yield words
            words = []


def write_definitions(document: Path, folder: Path) -> None:
    """Each YAML block of a tutorial as the file that it calls it, by the definition's name."""
    for text in blocks(document, "yaml"):
        (folder / f"{text.split()[1]}.yaml").write_text(text, encoding="utf-8")
