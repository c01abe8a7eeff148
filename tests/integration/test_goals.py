"""Every goal as it is: a dry run and a local run of a clip make all its outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from clips import Clips
from media_workflows.domain.starters import Starter
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.services.dry_run import DryRunner, of_file
from media_workflows.services.local_run import run_locally
from media_workflows.services.starters import list_starters

# What the goal makes of a clip with picture and sound, without review and recognition, which need a library or a model.
FILES = {
    "archive": 1, "lectures": 2, "moderate-uploads": 0, "phone-app": 2,
    "podcasts": 1, "publish-on-the-web": 3, "subtitles": 1, "surveillance": 2,
}  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("goal", [one for one in list_starters() if one.questions], ids=lambda goal: goal.name)
def test_a_goal_works_as_it_is(goal: Starter, tmp_path: Path) -> None:
    workflow = resolved(parse_workflow(goal.definition), PRESET_LIBRARY)
    clip = Clips(tmp_path).plain
    planned = of_file(DryRunner(workflow, (), calibrate=False), clip)
    assert planned.verdict.fires
    assert [item.message for job in planned.jobs for item in job.items if item.message] == []
    output = tmp_path / "made"
    assert run_locally(clip, workflow, output, Console(quiet=True)) == 0
    made = [path for path in output.rglob("*") if path.suffix in (".mp4", ".mp3", ".m3u8", ".vtt", ".jpg")]
    assert len(made) >= FILES[goal.name]
