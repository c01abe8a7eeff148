"""Persons from a folder, on a real store. The face engine is a stub; the real one is in test_person_faces.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from media_workflows.cli import app
from media_workflows.intelligence.engines.faces import Face

pytestmark = pytest.mark.usefixtures("database")


class StubFaces:
    """A stub of face detection: the red of the first pixel is the person, 2.55 apart; black is no face."""

    name = "stub of face detection"

    def detect(self, picture: Any) -> list[Face]:
        height, width = picture.shape[:2]
        red = int(picture[0, 0, 2])
        embedding = (red / 100, *[0.0] * 127)
        return [Face(box=(0, 0, width, height), confidence=99, embedding=embedding)] if red else []


@pytest.fixture(autouse=True)
def _stub_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media_workflows.intelligence.engines.faces.load_faces", lambda _settings: StubFaces())


def put(path: Path, red: int, side: int = 220, *, is_sharp: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = Image.effect_noise((side, side), 60) if is_sharp else Image.new("L", (side, side), 99)
    picture = grey.convert("RGB")
    picture.putpixel((0, 0), (red, 0, 0))
    picture.save(path, "PNG")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["persons", *arguments])


def stored() -> dict[str, int]:
    return {person["name"]: len(person["faces"]) for person in json.loads(run("list", "--json").stdout)}


def test_a_subfolder_or_a_picture_is_a_person(tmp_path: Path) -> None:
    for number, red in enumerate((10, 25, 40)):
        put(tmp_path / "张三" / f"{number}.png", red)
    put(tmp_path / "Bob.png", 200)
    done = run("import", str(tmp_path), "--tag", "vip")
    assert (done.exit_code, done.stdout) == (
        0,
        "stored 4 faces: 2 persons created, 0 persons extended; files left out: 0\n",
    ), done.output
    assert stored() == {"Bob": 1, "张三": 3}


def test_every_file_that_cannot_be_used_is_named_and_nothing_is_stored(tmp_path: Path) -> None:
    put(tmp_path / "Ann" / "good.png", 10)
    put(tmp_path / "Ann" / "same.png", 10)
    put(tmp_path / "Ann" / "no face.png", 0)
    put(tmp_path / "Ann" / "small.png", 10, side=150)
    put(tmp_path / "Ann" / "blurred.png", 10, is_sharp=False)
    (tmp_path / "Ann" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "Ann" / "notes.txt").write_text("no picture")
    (tmp_path / "Ann" / "deeper").mkdir()
    (tmp_path / "Empty").mkdir()
    (tmp_path / "Ann" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "Ann" / ".DS_Store").write_bytes(b"of a Mac")  # those of systems are not reported
    (tmp_path / "Thumbs.db").write_bytes(b"of Windows")
    put(tmp_path / "Bea.png", 30)  # 0.2 from Ann
    put(tmp_path / f"{'x' * 21}.png", 250)
    refused = run("import", str(tmp_path))
    assert (refused.exit_code, stored()) == (1, {})
    refusals = refused.stderr
    for file, reason in {
        "Ann/same.png": "shows the same as a picture of Ann/good.png",
        "Ann/no face.png": "exactly one face",
        "Ann/small.png": "at least 200 pixels",
        "Ann/blurred.png": "must be sharper",
        "Ann/broken.jpg": "readable JPEG or PNG",
        "Ann/gone.png": "cannot be read: No such file",
        "Ann/notes.txt": "must be a JPEG or PNG picture",
        "Ann/deeper": "no folders",
        "Empty": "must contain JPEG or PNG pictures",
        "Bea.png": "looks like 'Ann' of Ann/good.png",
        f"{'x' * 21}.png": "the person cannot be stored: name",
    }.items():
        (line,) = [line for line in refusals.splitlines() if line.startswith(f"  - {file}: ")]
        assert reason in line
    done = run("import", str(tmp_path), "--skip-bad", "--allow-lookalikes")
    assert done.exit_code == 0, done.output
    assert stored() == {"Ann": 1, "Bea": 1}
    assert len([line for line in done.stdout.splitlines() if line.startswith("left out: ")]) == 10


def test_persons_of_the_library_get_further_pictures_up_to_five(tmp_path: Path) -> None:
    put(tmp_path / "Ann" / "0.png", 10)
    assert run("import", str(tmp_path)).exit_code == 0
    for number in range(1, 7):
        put(tmp_path / "Ann" / f"{number}.png", 10 + 15 * number)
    assert "a person 'Ann' already" in run("import", str(tmp_path), "--skip-bad").stderr
    done = run("import", str(tmp_path), "--existing", "add", "--skip-bad")
    assert "stored 4 faces: 0 persons created, 1 person extended; files left out: 3" in done.stdout
    assert "left out: Ann/0.png: got a file; shows the same as a picture of the library" in done.stdout
    assert "Ann/5.png: got a file; a person has at most 5 faces" in done.stdout
    assert stored() == {"Ann": 5}
    assert run("import", str(tmp_path), "--existing", "never").exit_code == 2


def test_a_face_like_one_of_the_library_is_refused_unless_allowed(tmp_path: Path) -> None:
    put(tmp_path / "first" / "Ann.png", 10)
    put(tmp_path / "second" / "Bea.png", 30)
    run("import", str(tmp_path / "first"))
    assert "looks like 'Ann' of the library" in run("import", str(tmp_path / "second")).stderr
    assert run("import", str(tmp_path / "second"), "--allow-lookalikes").exit_code == 0
    assert stored() == {"Ann": 1, "Bea": 1}


def test_an_empty_folder(tmp_path: Path) -> None:
    refused = run("import", str(tmp_path))
    assert refused.exit_code == 1
    assert "must contain a subfolder" in refused.stderr
