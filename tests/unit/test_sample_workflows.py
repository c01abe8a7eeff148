"""The sample definitions are valid, and export gives them back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from media_workflows.cli.definitions import (
    read_definition,
    read_definitions,
    read_template,
    with_unstored,
)
from media_workflows.domain.definition_yaml import definition_yaml, template_yaml
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.services.starters import STARTERS as starter_files

CONFIG = Path(__file__).parents[2] / "config"
WORKFLOWS = sorted((CONFIG / "workflows").glob("*.yaml"))
STARTERS = sorted(starter_files.glob("*.yaml"))
TEMPLATES = sorted((CONFIG / "templates").glob("*.yaml"))


def test_there_are_samples() -> None:
    found = read_definitions([*WORKFLOWS, *TEMPLATES])
    names = [workflow.name for workflow in found.workflows.values()]
    assert {"demo", "podcast", "short-video", "branded", "checked"} <= {Path(place).stem for place in found.workflows}
    assert len(set(names)) == len(names)
    assert set(found.templates) == set(map(str, TEMPLATES))


@pytest.mark.parametrize("document", ["workflows.md", "zh/workflows.md"])
def test_every_starter_is_in_the_docs(document: str) -> None:
    text = (CONFIG.parent / "docs" / document).read_text("utf-8")
    listed = re.findall(
        r"^\| \[`([a-z-]+)`\]\(\S+/include/media_workflows/starters/\1\.yaml\) \|", text, flags=re.MULTILINE
    )
    assert sorted(listed) == [file.stem for file in STARTERS]
    assert len(STARTERS) == 23


@pytest.mark.parametrize("file", WORKFLOWS + STARTERS, ids=lambda file: file.stem)
def test_export_and_import_change_nothing(file: Path, tmp_path: Path) -> None:
    library = with_unstored(PRESET_LIBRARY, [read_template(template) for template in TEMPLATES])
    made = read_definition(file, library)
    exported = tmp_path / file.name
    exported.write_text(definition_yaml(made, library), encoding="utf-8")
    assert read_definition(exported, library) == made


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_templates_too(file: Path, tmp_path: Path) -> None:
    exported = tmp_path / file.name
    exported.write_text(template_yaml(read_template(file)), encoding="utf-8")
    assert read_template(exported) == read_template(file)
