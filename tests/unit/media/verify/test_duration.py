"""An output that falls short is accepted only where its streams end by the source's own header."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.errors import IncompleteSourceError, OutputRejectedError
from media_workflows.media.plan.planned import Expectation
from media_workflows.media.verify.outputs import _check_duration

WHOLE = Expectation(video=True, audio=True, duration_s=4.0)


def source(read_s: float, promised_s: float) -> Any:
    return SimpleNamespace(
        is_cut=False,
        ends_before=lambda _moment_s: False,
        kept_s=lambda *_: read_s,
        promised_s=lambda *_: promised_s,
    )


def output(duration_s: float) -> Any:
    return SimpleNamespace(duration_s=duration_s)


def test_streams_that_end_before_the_file_does() -> None:
    """A subtitle track runs longer."""
    _check_duration(WHOLE, output(2.5), source(2.5, 2.5))
    _check_duration(WHOLE, output(2.5), source(2.5, 0.0))


def test_streams_of_which_damage_hides_the_end() -> None:
    with pytest.raises(IncompleteSourceError, match=r"damaged: 2\.8 s of 4\.0 s can be read"):
        _check_duration(WHOLE, output(2.5), source(2.8, 4.0))


def test_an_encode_that_stopped() -> None:
    with pytest.raises(OutputRejectedError, match=r"ends at 2\.5 s of 4\.0 s"):
        _check_duration(WHOLE, output(2.5), source(4.0, 4.0))
