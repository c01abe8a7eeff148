"""The fenced blocks of the documents, and the programs that their shell blocks call."""

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
    "helm": "there is no Kubernetes; tests/unit/docs and the checks of config/kubernetes read what it would apply",
    "kubectl": "there is no Kubernetes",
    "make": "`make demo` starts what the fixture `product` has started: the same processes, on other ports",
    "pip": "it would change the environment of the tests",
    "rclone": "there is no account of the commercial service to copy from",
}


def blocks(document: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind, without their indentation."""
    text = document.read_text(encoding="utf-8")
    return [dedent(one) for one in re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)]


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each line that calls `media-workflows`, without its name."""
    for line in "\n".join(blocks(document, "sh")).splitlines():
        if line.startswith(f"{PROGRAM} "):
            yield shlex.split(line, comments=True)[1:]


def write_definitions(document: Path, folder: Path) -> None:
    """Each YAML block of a tutorial as the file that it calls it, by the definition's name."""
    for text in blocks(document, "yaml"):
        (folder / f"{text.split()[1]}.yaml").write_text(text, encoding="utf-8")
