"""Multipart part sizes stay within S3's limits."""

from __future__ import annotations

import pytest

from media_workflows.storage.object_writer import MAX_PARTS, MIB, part_bytes

TIB = 1024**2 * MIB


@pytest.mark.parametrize("size_bytes", [8 * MIB, 80_000 * MIB, 80_000 * MIB + 1, 5 * TIB])
def test_no_file_needs_too_many_parts(size_bytes: int) -> None:
    assert -(-size_bytes // part_bytes(size_bytes)) <= MAX_PARTS


def test_ordinary_files_have_parts_of_eight_mib() -> None:
    assert part_bytes(100 * MIB) == 8 * MIB
