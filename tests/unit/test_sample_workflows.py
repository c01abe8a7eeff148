"""The sample definitions are valid, and export gives them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_workflows.cli.definitions import definition_yaml, read_definition

SAMPLES = sorted((Path(__file__).parents[2] / "config" / "workflows").glob("*.yaml"))


def test_there_are_samples() -> None:
    assert {file.stem for file in SAMPLES} >= {"demo", "podcast", "short-video"}
    names = [read_definition(file).name for file in SAMPLES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_export_and_import_change_nothing(file: Path, tmp_path: Path) -> None:
    made = read_definition(file)
    exported = tmp_path / file.name
    exported.write_text(definition_yaml(made), encoding="utf-8")
    assert read_definition(exported) == made
    assert definition_yaml(read_definition(exported)) == exported.read_text(encoding="utf-8")
