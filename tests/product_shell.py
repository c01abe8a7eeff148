"""`ProductShell`: the command line in the environment of a running product.

One process imports it and forks for each command: to import Airflow for each would take seconds of processor time.
`airflow-init` of the Compose file runs the installed program itself.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

END_TIMEOUT_S = 60
PROGRAM = "media-workflows"
PACKAGES = ("media_workflows.cli", "media_workflows.services", "media_workflows.airflow_adapter")


class ProductShell:
    """Runs commands of `media-workflows`, one after the other. It starts with the first one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._server: subprocess.Popen[str] | None = None

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, in a directory; None = this process's."""
        server = self._server = self._server or self._started()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps([str(cwd or Path.cwd()), *command]) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        assert answer, f"the shell ended with exit code {server.wait(END_TIMEOUT_S)}"
        return subprocess.CompletedProcess(command, **json.loads(answer))

    def close(self) -> None:
        """End the process, if it was started."""
        if self._server:
            self._server.communicate(timeout=END_TIMEOUT_S)

    def _started(self) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, __file__], env=self._environment, stdin=pipe, stdout=pipe, text=True)


def _serve() -> None:
    """Answer each command of stdin, a line of JSON, with one on stdout."""
    with os.fdopen(os.dup(1), "w") as answers:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        with contextlib.redirect_stdout(sys.stderr):  # as the command line does: Airflow's log goes there
            _import_all()
        for line in sys.stdin:
            cwd, *command = json.loads(line)
            answers.write(json.dumps(_answer(command, cwd, nowhere)) + "\n")
            answers.flush()


def _import_all() -> None:
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _answer(command: Sequence[str], cwd: str, nowhere: int) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        if (pid := os.fork()) == 0:
            for number, opened in enumerate((nowhere, out.fileno(), err.fileno())):
                os.dup2(opened, number)
            os.chdir(cwd)
            _run(command)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        for file in (out, err):
            file.seek(0)
        return {"returncode": code, "stdout": out.read(), "stderr": err.read()}


def _run(command: Sequence[str]) -> NoReturn:
    from media_workflows.cli import app

    code = 1
    try:
        app(command, prog_name=PROGRAM)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
