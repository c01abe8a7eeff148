"""config/webserver_config.py: who may log in by password. The login itself is tested with a provider and a browser."""

from __future__ import annotations

import runpy
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from doc_commands import ROOT

MANAGER = "airflow.providers.fab.auth_manager.security_manager.override"


class AnyPassword:
    """Instead of FAB's manager: it takes every password."""

    def auth_user_db(self, username: str, *_: Any, **__: Any) -> str:
        return username


@pytest.mark.parametrize(("named", "user"), [("prometheus ci", "ci"), ("prometheus", None), ("", None)])
def test_beside_a_provider_only_named_accounts_have_passwords(
    monkeypatch: pytest.MonkeyPatch, named: str, user: str | None
) -> None:
    monkeypatch.setitem(sys.modules, MANAGER, SimpleNamespace(FabAirflowSecurityManagerOverride=AnyPassword))
    for name, value in {"ISSUER": "https://b.example", "CLIENT_ID": "a", "CLIENT_SECRET": "b"}.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    monkeypatch.setenv("OIDC_PASSWORD_USERS", named)
    config = runpy.run_path(str(ROOT / "config" / "webserver_config.py"))
    assert config["SECURITY_MANAGER_CLASS"]().auth_user_db("ci", "of-the-test") == user
