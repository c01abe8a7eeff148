"""The pages as tests see them: where they are, and what they say."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WWW = Path(__file__).parents[1] / "plugins" / "media_workflows_plugin" / "www"
AXE = WWW / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
PHONE_PX = 390
# The shell has no window around its pages, and uses a third of the processor time for the same ones.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _BROWSERS)), None)
OpenPage = Callable[..., Any]  # the fixture open_page of tests/ui
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser. Where there is none, the test is skipped."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install the package `chromium` to test the pages")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


_PLURAL = re.compile(r"\{(\w+):([^|}]*)\|([^}]*)\}")  # {count:run|runs}


class Texts:
    """The pages' texts in one language: tests find controls by what people read."""

    def __init__(self, language: str) -> None:
        self._is_chinese = language.startswith("zh")
        name = "zh" if self._is_chinese else "en"
        self._texts: dict[str, str] = json.loads((WWW / "src" / "i18n" / f"{name}.json").read_text("utf-8"))

    def __call__(self, key: str, **values: object) -> str:
        chosen = _PLURAL.sub(lambda found: found[2 if values[found[1]] == 1 else 3], self._texts[key])
        return chosen.format(**values)

    def either(self, english: str, chinese: str) -> str:
        """Words that the API sends: of a message, a preset, a question."""
        return chinese if self._is_chinese else english


_SETTLED = """() => Promise.allSettled(
    document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished)
)"""
_COLOUR_RULES = ["color-contrast", "link-in-text-block"]
_OTHER_THEME = """() => {
    const theme = document.documentElement.classList.contains('dark') ? 'light' : 'dark';
    dispatchEvent(new StorageEvent('storage', { key: 'theme', newValue: theme }));  // as another tab does
    return theme;
}"""
_IS_THEME = "(theme) => document.documentElement.classList.contains(theme)"


def serious(page: Any, selector: str) -> list[tuple[str, str]]:
    """What axe finds below `selector` in both themes: the rule, and the first place. What fades in is there by then."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make pages` (needs Node)")
    if not page.evaluate("'axe' in window"):  # it stays as long as Airflow's frame does
        page.evaluate(AXE.read_text("utf-8"))
    found = _violations(page, selector)
    theme = _in_other_theme(page)
    found += [(f"{rule}, {theme}", html) for rule, html in _violations(page, selector, _COLOUR_RULES)]
    _in_other_theme(page)
    return found


def _in_other_theme(page: Any) -> str:
    """Everything on the page stays as it is: its dialogs and menus, too."""
    theme: str = page.evaluate(_OTHER_THEME)
    page.wait_for_function(_IS_THEME, arg=theme)
    return theme


def _violations(page: Any, selector: str, rules: Sequence[str] = ()) -> list[tuple[str, str]]:
    """By some rules, or by all."""
    page.evaluate(_SETTLED)
    options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": rules}} if rules else {})
    violations = page.evaluate(
        "([selector, options]) => axe.run(selector, options).then((result) => result.violations)", [selector, options]
    )
    return [(v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in SERIOUS]


# Texts that an edge hides: of a box that does not scroll, of a button, or of the screen.
_CUT = """(selector) => {
    const found = new Set();
    const range = document.createRange();
    const isOutside = (rect, box) => rect.left < box.left - 1.5 || rect.right > box.right + 1.5;
    const isCut = (rect, element, root) => {
        for (let box = element; box; box = box === root ? null : box.parentElement) {
            const style = getComputedStyle(box);
            const edges = box.getBoundingClientRect();
            if (edges.width <= 1) return false;  // for screen readers only
            if (/auto|scroll/.test(style.overflowX) && box.scrollWidth > box.clientWidth) return false;
            if (style.textOverflow === 'ellipsis') return false;
            const isEdge = style.overflowX !== 'visible' || box.matches('button, [role=button], [role=tab], td, th');
            if (isEdge && isOutside(rect, edges)) return true;
        }
        return isOutside(rect, { left: 0, right: innerWidth });
    };
    for (const root of document.querySelectorAll(selector)) {
        const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const { data, parentElement } = texts.currentNode;
            if (!data.trim() || !parentElement.checkVisibility({ visibilityProperty: true })) continue;
            if (parentElement.closest('select, script, style, .react-flow')) continue;
            range.selectNodeContents(texts.currentNode);
            if ([...range.getClientRects()].some((rect) => rect.width > 0 && isCut(rect, parentElement, root)))
                found.add(data.trim());
        }
    }
    return [...found];
}"""
_TOO_WIDE = """() => [document.scrollingElement, ...document.querySelectorAll('.media-workflows, [role$=dialog]')]
    .filter((box) => box.scrollWidth > box.clientWidth || box.getBoundingClientRect().right > innerWidth)
    .map((box) => `${box.tagName} ${box.className} is ${box.scrollWidth} px wide`)"""


def cut(page: Any, selector: str) -> list[str]:
    """What a narrow screen cuts below `selector`, and what scrolls sideways as a whole."""
    page.evaluate(_SETTLED)
    return [*page.evaluate(_TOO_WIDE), *page.evaluate(_CUT, selector)]
