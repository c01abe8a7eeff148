"""The pages as tests see them: where they are, and what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WWW = Path(__file__).parents[1] / "plugins" / "media_workflows_plugin" / "www"
AXE = WWW / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
OpenPage = Callable[..., Any]  # the fixture open_page of tests/ui


_PLURAL = re.compile(r"\{(\w+):([^|}]*)\|([^}]*)\}")  # {count:run|runs}


class Texts:
    """The pages' texts in one language: tests find controls by what people read."""

    def __init__(self, language: str) -> None:
        name = "zh" if language.startswith("zh") else "en"
        self._texts: dict[str, str] = json.loads((WWW / "src" / "i18n" / f"{name}.json").read_text("utf-8"))

    def __call__(self, key: str, **values: object) -> str:
        chosen = _PLURAL.sub(lambda found: found[2 if values[found[1]] == 1 else 3], self._texts[key])
        return chosen.format(**values)


_SETTLED = """() => Promise.allSettled(
    document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished)
)"""


def serious(page: Any, selector: str) -> list[tuple[str, str]]:
    """What axe finds below `selector`: the rule, and the first place. What fades in is there by then."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make pages` (needs Node)")
    if not page.evaluate("'axe' in window"):  # it stays as long as Airflow's frame does
        page.evaluate(AXE.read_text("utf-8"))
    page.evaluate(_SETTLED)
    violations = page.evaluate(
        "(selector) => axe.run(selector, {resultTypes: ['violations']}).then((result) => result.violations)", selector
    )
    return [(v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in SERIOUS]
