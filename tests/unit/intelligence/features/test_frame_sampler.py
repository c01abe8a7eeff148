"""Which frames are worth a look."""

from __future__ import annotations

import numpy as np

from media_workflows.intelligence.features.frame_sampler import FrameSampler
from media_workflows.intelligence.features.frames import Frame


def grey(time_s: float, level: int) -> Frame:
    half = np.full((18, 32), 128, np.uint8)
    return Frame(time_s, True, np.full((36, 64), level, np.uint8), (half, half))


def test_one_every_so_often() -> None:
    sampler = FrameSampler(1.0)
    assert [sampler.is_due(grey(number / 2, 100)) for number in range(5)] == [True, False, True, False, True]


def test_a_new_picture_does_not_wait() -> None:
    sampler = FrameSampler(1.0)
    assert [sampler.is_due(grey(number / 10, 100 if number < 3 else 180)) for number in range(5)] == [
        *(True, False, False),
        *(True, False),
    ]
