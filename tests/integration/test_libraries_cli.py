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


def test_word_lists(tmp_path: Path) -> None:
    run("words", "add", "listed", "--tag", "old")
    file = tmp_path / "words.csv"
    file.write_bytes("关键词,用途,标签\r\n蛇油,review,brand;药\r\nlisted,,new\r\n!,,\r\n".encode("gbk"))
    refused = run("words", "import", str(file))
    assert refused.exit_code == 1
    assert "lines[3].keyword: got 'listed'; is in the library already" in refused.stderr
    assert "lines[4].keyword: got '!'" in refused.stderr
    assert listed() == ["listed"]  # nothing of the file

    skipped = run("words", "import", str(file), "--skip-bad-rows", "--existing", "replace")
    assert skipped.exit_code == 0, skipped.output
    assert "as GB18030: added 1, replaced 1, kept 0, left out 1" in skipped.stdout
    assert "left out: lines[4].keyword" in skipped.stdout
    assert (listed("--tag", "new"), listed("--tag", "药")) == (["listed"], ["蛇油"])
    assert "kept 2" in run("words", "import", str(file), "--skip-bad-rows", "--existing", "keep").stdout

    file.write_text("keyword,tags\n蛇油,only\n", encoding="utf-8")  # has no column of usages
    assert "replaced 1" in run("words", "import", str(file), "--existing", "replace").stdout
    assert listed("--tag", "only", "--usage", "review") == ["蛇油"]
    file.write_text("keyword\n蛇油\n", encoding="utf-8")
    assert "replaced 0, kept 1" in run("words", "import", str(file), "--existing", "replace").stdout
    assert listed("--tag", "only", "--usage", "review") == ["蛇油"]
    file.write_text("keyword,tags\n蛇油,brand;药\n", encoding="utf-8")
    run("words", "import", str(file), "--existing", "replace")

    copy = tmp_path / "copy.csv"
    assert run("words", "export", "-o", str(copy), "--usage", "review").exit_code == 0
    assert copy.read_bytes() == "\ufeffkeyword,usages,tags\r\n蛇油,review,brand;药\r\n".encode()
    assert run("words", "export", "--search", "listed").stdout.splitlines()[1:] == ["listed,all,new"]
    assert run("words", "export", "--usage", "never").exit_code == 1


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
