"""The built pages are there, whole, and asked for anew when they change."""

import gzip
import json
import re
from pathlib import Path

from media_workflows_plugin import pages
from media_workflows_plugin.pages import DIST, bundle_url

I18N = DIST.parent / "src" / "i18n"
FIRST_LOAD_BYTES = 150_000  # gzip
# Names of schemes, and a link that is not shown: nothing is fetched from them.
NAMED_PLACES = {"http://www.w3.org", "https://aomedia.org", "https://reactflow.dev"}


def built() -> dict[str, str]:
    """The scripts by name."""
    return {file.name: file.read_text("utf-8") for file in DIST.glob("*.js")}


def first_load() -> set[str]:
    """The scripts that every page needs: the entry point, what it loads, and what these import."""
    scripts, found = built(), set[str]()
    asked = ["main.js", *re.findall(r"""import\(["'`]\./([^"'`]+)""", scripts["main.js"])]
    while asked:
        found.add(name := asked.pop())
        asked += set(re.findall(r"""(?:from|import)\s*["']\./([^"']+)["']""", scripts[name])) - found
    return found


def test_texts_are_english_and_chinese_ones_are_fetched_for_chinese_pages() -> None:
    scripts = built()
    first = "".join(scripts[name] for name in first_load())
    for language, is_first in (("en", True), ("zh", False)):
        texts = json.loads((I18N / f"{language}.json").read_text("utf-8"))
        for key in ("list.empty_title", "form.trigger"):
            assert texts[key] in "".join(scripts.values())
            assert (texts[key] in first) is is_first


def test_the_first_load_is_small() -> None:
    scripts = built()
    assert sum(len(gzip.compress(scripts[name].encode(), 9)) for name in first_load()) <= FIRST_LOAD_BYTES


def test_no_script_imports_the_entry_point() -> None:
    """Airflow loads it with a version in its address: under its own name, it would be loaded a second time."""
    for name, script in built().items():
        assert "./main.js" not in script, name


def test_the_bundle_gives_its_components_under_the_registered_names() -> None:
    from media_workflows_plugin import MediaWorkflowsPlugin

    bundle = (DIST / "main.js").read_text("utf-8")
    for app in MediaWorkflowsPlugin.react_apps:
        assert re.search(rf'["{{,]{app["name"]}["]?:', bundle), app["name"]


def test_its_address_changes_with_its_content(monkeypatch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(pages, "DIST", tmp_path)
    (tmp_path / "main.js").write_text("one")
    first = bundle_url("/media-workflows")
    (tmp_path / "main.js").write_text("two")
    assert first.startswith("media-workflows/static/main.js?v=")
    assert bundle_url("/media-workflows") != first


def test_nothing_of_react_is_bundled_and_nothing_comes_from_outside() -> None:
    for name, script in built().items():
        assert "react.transitional.element" not in script, name
        assert set(re.findall(r"""["'`](https?://[^/"'`?]+)""", script)) <= NAMED_PLACES, name
    licenses = (DIST / "LICENSES.txt").read_text("utf-8")
    for name in json.loads((DIST.parent / "package.json").read_text("utf-8"))["dependencies"]:
        assert name in licenses


def test_the_canvas_is_a_small_file_of_its_own() -> None:
    [canvas] = [script for script in built().values() if "react-flow__handle" in script]
    assert len(gzip.compress(canvas.encode(), 9)) <= 75_000
