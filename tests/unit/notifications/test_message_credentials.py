"""The secrets of robots and mail servers, as Airflow connections keep them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.airflow_adapter import connections
from media_workflows.domain.notification import AnyTarget, ChatTarget, EmailTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.email import MailServer

WECOM = ChatTarget(type="wecom", connection="ops")
EMAIL = EmailTarget(type="email", to=["ops@example.com"])
URL = "https://open.feishu.cn/open-apis/bot/v2/hook/token-1"


def credentials(monkeypatch: pytest.MonkeyPatch, target: AnyTarget, **fields: Any) -> Credentials:
    extra = fields.pop("extra", {})
    empty = {"conn_type": "http", "host": None, "port": None, "login": None, "password": None}
    connection = SimpleNamespace(**{**empty, **fields}, extra_dejson=extra)
    monkeypatch.setattr(connections, "_connection", lambda _name: connection)
    monkeypatch.setattr(connections, "_masked", lambda credentials: credentials)
    return connections.receiver_credentials(target)


def test_a_robot_has_its_url_and_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    found = credentials(monkeypatch, WECOM, password=URL, extra={"sign_secret": "SEC1"})
    assert (found.robot_url, found.sign_secret) == (URL, "SEC1")
    assert {URL, "open-apis/bot/v2/hook/token-1", "SEC1"} <= set(found.secrets)
    assert [secret for secret in ("token-1", "SEC1") if secret in repr(found)] == []


def test_a_password_of_another_kind_is_sent_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotificationError, match="'ops' is not the webhook URL") as caught:
        credentials(monkeypatch, WECOM, conn_type="aws", password="aws-secret-key")
    assert "aws-secret-key" not in json.dumps(str(caught.value))


def test_a_mail_server_is_read_as_airflow_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fields: dict[str, Any] = {"conn_type": "smtp", "host": "smtp.example.com", "login": "me", "password": "pw"}
    found = credentials(monkeypatch, EMAIL, **fields, extra={"from_email": "media@example.com"})
    assert found.mail_server == MailServer("smtp.example.com", 0, "media@example.com", "me", "pw")
    assert found.secrets == ("pw",)
    plain = credentials(monkeypatch, EMAIL, **fields, port=25, extra={"disable_ssl": True, "disable_tls": True})
    assert plain.mail_server == MailServer(
        "smtp.example.com", 25, "me", "me", "pw", uses_ssl=False, uses_starttls=False
    )


@pytest.mark.parametrize("fields", [{"conn_type": "postgres"}, {"login": None}, {"host": None}])
def test_what_is_no_mail_server_is_refused(monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any]) -> None:
    usable = {"conn_type": "smtp", "host": "smtp.example.com", "login": "me", "password": "pw"}
    with pytest.raises(NotificationError, match="'smtp_default' cannot send e-mail"):
        credentials(monkeypatch, EMAIL, **{**usable, **fields})
