"""Frame rates as people write them, and the exact rates that they stand for."""

from __future__ import annotations

from fractions import Fraction

_BROADCAST_FPS = (24, 30, 48, 60, 120)  # of which NTSC's broadcasts, cameras and films have 1000/1001
_ROUNDING_FPS = 0.005  # 23.98, 29.97 and 59.94 have two decimals


def exact_rate(fps: float) -> Fraction:
    """The frames per second that `fps` stands for: 29.97 is 30000/1001, and 0 remains 0.

    2997/100 frames per second would drop or repeat a frame of a source at 30000/1001 every nine hours, and players
    that expect the broadcast's rate do not recognise it.
    """
    usual = (Fraction(whole * 1000, 1001) for whole in _BROADCAST_FPS)
    return next((rate for rate in usual if abs(fps - rate) <= _ROUNDING_FPS), Fraction(f"{fps:g}"))
