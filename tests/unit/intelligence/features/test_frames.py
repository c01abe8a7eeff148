"""What consumers share of a decoded frame."""

from __future__ import annotations

import numpy as np
import pytest

from media_workflows.intelligence.features.frames import SHARED_SIDE, Frame


def frame(width: int, height: int) -> Frame:
    """Grey, from dark on the left to bright on the right."""
    luma = np.tile(np.linspace(0, 255, width, dtype=np.uint8), (height, 1))
    half = np.full((height // 2, width // 2), 128, np.uint8)
    return Frame(0.0, True, luma, (half, half))


def test_a_large_frame_is_shrunk_once_for_all() -> None:
    large = frame(1920, 1080)
    assert large.shared_picture.shape == (540, SHARED_SIDE, 3)
    assert large.shared_picture is large.shared_picture
    whole = large.picture[::2, ::2].astype(int)
    assert np.abs(large.shared_picture.astype(int) - whole).max() <= 2


@pytest.mark.parametrize("size", [(640, 360), (SHARED_SIDE, 540), (90, 160)])
def test_a_small_frame_is_shared_as_it_is(size: tuple[int, int]) -> None:
    small = frame(*size)
    assert small.shared_luma is small.luma
    assert small.shared_picture is small.picture


@pytest.mark.parametrize("size", [(1920, 1080), (160, 90), (24, 14)])
def test_a_thumbnail_outlives_the_buffer_of_its_frame(size: tuple[int, int]) -> None:
    one = frame(*size)
    before = one.thumbnail.copy()
    one.luma[:] = 0
    assert one.thumbnail.shape == (14, 24)
    assert np.array_equal(one.thumbnail, before)
