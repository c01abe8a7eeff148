"""Which files of a run have a link of their own."""

from __future__ import annotations

import pytest

from media_workflows.domain.result import Role
from media_workflows.services import run_files
from media_workflows.services.run_files import RunFile
from media_workflows.store.early_objects import EarlyFile, EarlyObject


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


@pytest.mark.parametrize(
    ("role", "is_playable", "is_found"),
    [("manifest", True, True), ("manifest", False, False), ("playlist", False, True), ("segment", False, True)],
)
def test_an_early_manifest_is_found_once_it_can_be_played(role: Role, is_playable: bool, is_found: bool) -> None:
    early = EarlyFile("hd", EarlyObject(bucket="bucket", key="a.m3u8", role=role), is_playable)
    assert run_files._is_found(early) is is_found
    file = run_files._early(early)
    assert (file.of, file.is_early, file.step_id, file.item, file.size_bytes) == ("output", True, "hd", None, 0)
    assert file.is_listed is (role == "manifest")
