"""What `runs show` says of an item's results, in one line."""

from __future__ import annotations

import pytest

from media_workflows.cli.runs import _found
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem


@pytest.mark.parametrize(("hit", "line"), [(True, "quality: no_voice"), (False, "quality: no problem found")])
def test_a_quality_control_names_its_problems(hit: bool, line: str) -> None:
    items = (QualityItem(type="no_voice", hit=hit), QualityItem(type="low_voice", hit=None, reason="no_audio"))
    output = QualityControlOutput(duration_s=1, no_video=False, no_audio=False, items=items)
    assert _found(SubTaskResult(type="quality", status="SUCCESS", output=output)) == line
