"""The processor time of a collection by consumer."""

from __future__ import annotations

import time

import pytest

from media_workflows.intelligence.features.cpu_shares import REST, CpuShares


class Clock:
    """A stub of the process's clock: it advances by hand."""

    now_s = 0.0


class Engine:
    """A stub of an engine: a call takes two seconds."""

    name = "stub of an engine"

    def detect(self, picture: str) -> str:
        Clock.now_s += 2
        return f"found in {picture}"


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> CpuShares:
    monkeypatch.setattr(time, "process_time", lambda: Clock.now_s)
    return CpuShares()


def test_a_consumer_inside_another_counts_for_itself_only(shares: CpuShares) -> None:
    engine = shares.timed(Engine(), "faces")
    Clock.now_s += 1
    with shares.of("faces"):
        Clock.now_s += 3
        assert engine.detect("a picture") == "found in a picture"
        Clock.now_s += 4
    assert engine.name == "stub of an engine"
    assert shares.rounded() == {"faces": 7, "faces engine": 2, REST: 1}


def _failing(shares: CpuShares) -> None:
    with shares.of("text"):
        Clock.now_s += 5
        raise ValueError("no text")


def test_a_consumer_that_fails_has_its_time(shares: CpuShares) -> None:
    with pytest.raises(ValueError, match="no text"):
        _failing(shares)
    Clock.now_s += 1
    assert shares.rounded() == {"text": 5, REST: 1}
