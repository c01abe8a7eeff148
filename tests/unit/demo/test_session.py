"""What runs stays up when its sample run takes longer than it waits."""

from __future__ import annotations

import pytest
from rich.console import Console

from media_workflows.demo.session import sample_run
from media_workflows.errors import DemoError


def test_it_stays_up_on_a_busy_machine_and_ends_with_once() -> None:
    def too_slow() -> None:
        raise DemoError("no run finished within 240 s")

    console = Console(record=True, width=200, force_terminal=False)
    sample_run(too_slow, console, once=False)
    assert "no run finished within 240 s; everything stays up" in console.export_text()
    with pytest.raises(DemoError):
        sample_run(too_slow, console, once=True)
