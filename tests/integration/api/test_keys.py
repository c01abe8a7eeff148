"""API keys: made, listed and revoked by their user."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from media_workflows.domain.api_keys import MAX_KEYS
from media_workflows.store.engine import transaction

PATH = "/api/v1/keys"


pytestmark = pytest.mark.usefixtures("key_users")


def create(client: Any, name: str = "migration", **parts: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={"name": name, **parts})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def listed(client: Any) -> list[dict[str, Any]]:
    return list(client.get(PATH).json()["items"])


def test_a_key_is_shown_once_and_stored_encrypted(viewer: Any) -> None:
    made = create(viewer, days=30)
    secret = made.pop("secret_key")
    assert listed(viewer) == [made]
    assert (made["user"], made["name"], made["last_used_at"]) == ("viewer", "migration", None)
    assert made["expires_at"][:10] > made["created_at"][:10]
    with transaction() as session:
        stored = str(session.execute(text("SELECT * FROM api_key")).all())
    assert made["secret_id"] in stored
    assert secret not in stored


def test_a_user_sees_and_revokes_the_own_keys_only(admin: Any, viewer: Any) -> None:
    made = create(viewer)
    assert listed(admin) == []
    path = f"{PATH}/{made['secret_id']}"
    assert admin.delete(path).status_code == 404
    assert viewer.delete(path).status_code == 204
    assert viewer.delete(path).status_code == 404
    assert listed(viewer) == []


@pytest.mark.parametrize("new", [{}, {"name": ""}, {"name": "a\nb"}, {"name": "a", "days": 0}, {"name": "a", "x": 1}])
def test_a_key_has_a_name_and_a_time(admin: Any, new: dict[str, Any]) -> None:
    assert admin.post(PATH, json=new).status_code == 422


def test_a_user_has_a_limited_number_of_keys(admin: Any) -> None:
    for number in range(MAX_KEYS):
        create(admin, str(number))
    refused = admin.post(PATH, json={"name": "one more"})
    assert (refused.status_code, refused.json()["parameters"]) == (409, {"user": "admin", "count": str(MAX_KEYS)})


def test_without_a_fernet_key_no_key_is_made(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.models.crypto import get_fernet

    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "")
    get_fernet.cache_clear()
    refused = admin.post(PATH, json={"name": "a"})
    assert (refused.status_code, "Fernet" in refused.json()["message"]) == (503, True)
    assert listed(admin) == []


def test_the_command_line(viewer: Any) -> None:
    from media_workflows.cli import app as cli

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["keys", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    made = json.loads(run("create", "from the shell", "--user", "viewer", "--days", "2", "--json"))
    assert [key["secret_id"] for key in listed(viewer)] == [made["secret_id"]]
    assert json.loads(run("list", "--json"))[0]["name"] == "from the shell"
    assert "never" in run("list")
    assert made["secret_key"] not in run("list", "--json")
    assert made["secret_id"] in run("revoke", made["secret_id"])
    assert listed(viewer) == []
    assert "It acts as admin until" in run("create", "another", "--user", "admin")
    unknown = CliRunner().invoke(cli, ["keys", "create", "x", "--user", "unknown"])
    assert unknown.exit_code == 1
