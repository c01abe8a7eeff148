"""The built pages are there, whole, and asked for anew when they change."""

import gzip
import json
import re
from pathlib import Path

from media_workflows_plugin import pages
from media_workflows_plugin.pages import DIST, bundle_url

I18N = DIST.parent / "src" / "i18n"


def test_the_bundle_holds_the_texts_of_both_languages() -> None:
    bundle = (DIST / "main.js").read_text("utf-8")
    for language in ("en", "zh"):
        texts = json.loads((I18N / f"{language}.json").read_text("utf-8"))
        assert texts["list.empty_title"] in bundle
        assert texts["form.trigger"] in bundle


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
    bundle = (DIST / "main.js").read_text("utf-8")
    assert "react.transitional.element" not in bundle
    assert re.findall(r"""["'`]https?://(?!www\.w3\.org|127\.0\.0\.1)[^"'`]*""", bundle) == []
    licenses = (DIST / "LICENSES.txt").read_text("utf-8")
    for name in json.loads((DIST.parent / "package.json").read_text("utf-8"))["dependencies"]:
        assert name in licenses


def test_the_canvas_is_a_small_file_of_its_own_without_react() -> None:
    canvas = (DIST / "canvas.js").read_bytes()
    assert len(gzip.compress(canvas, 9)) <= 75_000
    assert b"react.transitional.element" not in canvas
    assert canvas.endswith(b"export default Canvas;\n")
    assert b"react-flow__handle" not in (DIST / "main.js").read_bytes()
