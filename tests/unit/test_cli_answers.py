"""Commands write their answers to stdout, and what libraries print meanwhile goes to stderr."""

from __future__ import annotations

import json
import subprocess
import sys

NOISY = """
import sys
from media_workflows.services import conditions

known = conditions.list_variables

def noisy():
    print("a log line of a library")
    return known()

conditions.list_variables = noisy
from media_workflows.cli import app
app(sys.argv[1:])
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", NOISY, *arguments], capture_output=True, text=True, timeout=120)


def test_an_answer_stands_alone() -> None:
    done = run("conditions", "variables", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["name"] == "source.key"
    assert "a log line of a library" in done.stderr


def test_help_is_an_answer() -> None:
    assert "variables" in run("conditions", "--help").stdout
    assert "--json" in run("conditions", "variables", "--help").stdout
