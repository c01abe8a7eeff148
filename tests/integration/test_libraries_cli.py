"""`media-workflows words` and `persons`, with a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.labelled_set import drawn_face
from PIL import Image
from typer.testing import CliRunner, Result

from media_workflows.cli import app

pytestmark = pytest.mark.usefixtures("database")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def listed(*filters: str) -> list[str]:
    return [word["keyword"] for word in json.loads(run("words", "list", "--json", *filters).stdout)]


def test_words(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("\ufeff违禁词\n\n 广告 \n" + "\n".join(f"w{n}" for n in range(150)), encoding="utf-8")
    added = run("words", "add", "one", "--file", str(file), "--tag", "prohibited", "--usage", "review")
    assert (added.exit_code, added.stdout) == (0, "listed 153 words\n"), added.output
    assert listed("--search", "广") == ["广告"]
    assert len(listed("--tag", "prohibited", "--usage", "review")) == 153
    assert run("words", "change", "one", "--tag", "brand").exit_code == 0
    assert listed("--tag", "brand") == ["one"]
    assert run("words", "delete", "one", "广告").exit_code == 0
    assert len(listed()) == 151


def test_errors_are_plain() -> None:
    assert run("words", "add", "a" * 21).exit_code == 1
    run("words", "add", "twice")
    again = run("words", "add", "other", "twice")
    assert again.exit_code == 1
    assert "twice are listed already" in again.stderr
    assert listed() == ["twice"]
    unknown = run("words", "change", "none", "--usage", "never")
    assert unknown.exit_code == 1
    assert "usages[0]" in unknown.stderr


def test_persons(tmp_path: Path) -> None:
    picture = tmp_path / "ann.png"
    Image.fromarray(drawn_face()).save(picture)
    added = run("persons", "add", "安", "--face", str(picture), "--tag", "vip", "--usage", "review.face")
    assert added.exit_code == 0, added.output
    (person,) = json.loads(run("persons", "list", "--json").stdout)
    assert (person["name"], person["tags"], person["usages"]) == ("安", ["vip"], ["review.face"])
    assert [sorted(face) for face in person["faces"]] == [["engine", "id"]]  # never the numbers
    assert "has 2 faces" in run("persons", "add-face", str(person["id"]), str(picture)).stdout
    assert run("persons", "change", str(person["id"]), "Ann").exit_code == 0
    assert json.loads(run("persons", "list", "--json", "--search", "ann").stdout)[0]["tags"] == []
    assert run("persons", "delete", str(person["id"])).exit_code == 0
    again = run("persons", "delete", str(person["id"]))
    assert (again.exit_code, "no person" in again.stderr) == (1, True)
