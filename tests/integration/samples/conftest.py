"""The functions of samples/functions ask for signatures."""

from __future__ import annotations

import pytest

from function_server import SECRET


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch, aws_environment: None) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
