"""What `make demo` does when its sample run does not finish."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from media_workflows.demo import __main__ as demo
from media_workflows.demo.tour import Tour
from media_workflows.errors import DemoError


@pytest.mark.parametrize("error", [DemoError("no run finished within 240 s"), httpx.ReadTimeout("timed out")])
def test_everything_stays_up(error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def run(_self: Tour) -> None:
        raise error

    monkeypatch.setattr(Tour, "__init__", lambda *_: None)
    monkeypatch.setattr(Tour, "run", run)
    stack: Any = SimpleNamespace(clients=None)
    layout: Any = None
    demo._tour(layout, stack, once=False)
    assert f"{error}; everything stays up" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(type(error)):  # `--once` is for scripts
        demo._tour(layout, stack, once=True)
