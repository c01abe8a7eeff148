"""Which files of a run have a link of their own."""

from __future__ import annotations

import pytest

from media_workflows.domain.result import Role
from media_workflows.services.run_files import RunFile


@pytest.mark.parametrize(
    ("kind", "role", "is_listed"),
    [
        ("transcode", "main", True),
        ("adaptive_dynamic_streaming", "manifest", True),
        ("adaptive_dynamic_streaming", "segment", False),
        ("quality_control", "main", True),
        ("quality_control", "segment", True),  # the pictures of the worst moments, which the run's page shows
    ],
)
def test_files_that_no_player_finds_have_links(kind: str, role: Role, is_listed: bool) -> None:
    assert RunFile("output", "bucket", "key", 1, role=role, kind=kind).is_listed is is_listed
