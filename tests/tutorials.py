"""Someone who does what a tutorial says, on the running demo."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from airflow_product import Product, eventually
from doc_blocks import NOT_RUN, PROGRAM, blocks, write_definitions

_OF_SHELLS = ("source", "export")
_SHOWING = ("uploads", "runs")  # commands that a reader repeats until there is something to see


class Reader:
    """Follows a tutorial in a folder of their own, which looks like the checkout in which `make demo` runs.

    `before_upload` is what the text between the blocks asks for, before the first upload.
    """

    def __init__(self, product: Product, folder: Path, clip: Path, before_upload: Callable[[], None]) -> None:
        self._product, self._folder, self._before_upload = product, folder, before_upload
        shutil.copy(clip, folder / "clip.mp4")
        (folder / ".demo").symlink_to(product.layout.data)
        (folder / ".venv").symlink_to(sys.prefix)

    def follow(self, document: Path) -> dict[str, str]:
        """Run all shell blocks, each line of which must succeed; returns what each has printed."""
        write_definitions(document, self._folder)
        said: dict[str, str] = {}
        for block in blocks(document, "sh"):
            if block.split()[0] in _OF_SHELLS:
                self._set_up_shell(block)
                continue
            for line in block.splitlines():
                words = shlex.split(line)
                if words[0] not in NOT_RUN:
                    said[line] = self._run(line, words)
        return said

    def _set_up_shell(self, block: str) -> None:
        """What a shell does itself, in one: afterwards it finds the program, and the program the product."""
        script = f'set -eu\n{block}\ncommand -v {PROGRAM} python\necho "$MEDIA_WORKFLOWS_DATABASE_URL"'
        found = subprocess.run(
            ["bash", "-c", script], cwd=self._folder, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
        )
        assert found.returncode == 0, found.stderr
        bin_ = self._folder / ".venv" / "bin"
        database = self._product.layout.environment["MEDIA_WORKFLOWS_DATABASE_URL"]
        assert found.stdout.splitlines() == [str(bin_ / PROGRAM), str(bin_ / "python"), database]

    def _run(self, line: str, words: list[str]) -> str:
        assert words[0] in (PROGRAM, "python"), f"run `{line}`, or name its program in NOT_RUN with the reason"
        if "upload_file" in line:
            self._before_upload()
        if words[0] == PROGRAM and words[1] in _SHOWING:
            return str(eventually(lambda: self._seen(line, words)))
        return self._output(line, words)

    def _seen(self, line: str, words: list[str]) -> str:
        """What a list shows, once it has a row below its heading."""
        shown = self._output(line, words)
        return shown if len(shown.splitlines()) > 1 else ""

    def _output(self, line: str, words: list[str]) -> str:
        done = self._product.shell(*words, cwd=self._folder)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout
