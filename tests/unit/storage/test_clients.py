"""Clients: where region and endpoints come from, and that nothing heavy is imported early."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from media_workflows.settings import Settings
from media_workflows.storage import clients as clients_module
from media_workflows.storage.clients import (
    ConnectionCredentials,
    clients_from_session,
    make_clients,
    prepare_clients,
)


@pytest.fixture(autouse=True)
def _no_aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")


def test_settings_fill_in_what_nothing_else_says() -> None:
    clients = make_clients(Settings(aws_region="eu-west-3", s3_endpoint_url="http://s3:1"))
    assert clients.s3.meta.region_name == clients.sqs.meta.region_name == "eu-west-3"
    sns = clients.messaging("sns", None)
    assert sns.meta.region_name == "eu-west-3"
    assert {client.meta.endpoint_url for client in (clients.s3, clients.sqs, sns)} == {"http://s3:1"}


def test_messages_have_an_endpoint_of_their_own() -> None:
    clients = make_clients(Settings(s3_endpoint_url="http://s3:1", sqs_endpoint_url="http://sqs:2"))
    assert (clients.s3.meta.endpoint_url, clients.sqs.meta.endpoint_url) == ("http://s3:1", "http://sqs:2")
    assert clients.messaging("sns", None).meta.endpoint_url == "http://sqs:2"


def test_events_may_go_to_other_regions_and_wait_less() -> None:
    clients = make_clients(Settings(s3_endpoint_url="http://s3:1", lambda_endpoint_url="http://lambda:3"))
    sqs, function = clients.messaging("sqs", "eu-west-1"), clients.messaging("lambda", None)
    assert (sqs.meta.region_name, sqs.meta.endpoint_url) == ("eu-west-1", "http://s3:1")
    assert function.meta.endpoint_url == "http://lambda:3"
    assert sqs is clients.messaging("sqs", "eu-west-1")
    config: Any = sqs.meta.config  # its stubs name no options
    assert config.read_timeout == 10
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}


def test_a_connection_wins_over_settings() -> None:
    given = ConnectionCredentials("key", "secret", region="ap-east-1", endpoint_url="http://conn:3")
    clients = make_clients(Settings(aws_region="eu-west-3", s3_endpoint_url="http://s3:1"), given)
    assert (clients.s3.meta.region_name, clients.s3.meta.endpoint_url) == ("ap-east-1", "http://conn:3")
    assert clients.sqs.meta.endpoint_url == "http://conn:3"


def test_the_environment_wins_over_the_settings_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    assert make_clients(Settings()).s3.meta.region_name == "sa-east-1"


def test_a_session_made_elsewhere_is_used() -> None:
    import boto3

    clients = clients_from_session(boto3.Session(region_name="us-west-1"), Settings(), "http://hook:4")
    assert (clients.s3.meta.region_name, clients.s3.meta.endpoint_url) == ("us-west-1", "http://hook:4")


def test_waits_and_retries_are_bounded_and_addresses_are_paths() -> None:
    config: Any = make_clients(Settings()).s3.meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 60)
    assert config.retries == {"mode": "standard", "total_max_attempts": 5}
    assert config.s3 == {"addressing_style": "path"}


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(ConnectionCredentials("key", "my-secret", "my-token")).replace("secret_access_key", "")


def test_clients_are_made_once() -> None:
    clients = make_clients(Settings())
    assert clients.s3 is clients.s3


def test_importing_the_rooms_loads_nothing_heavy() -> None:
    code = (
        "import sys, media_workflows.storage.publish, media_workflows.storage.source_cache, "
        "media_workflows.notifications.transports.delivery\n"
        "print([name for name in ('boto3', 'botocore', 'httpx', 'airflow', 'tenacity') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_links_for_the_same_endpoint_need_no_second_client() -> None:
    clients = make_clients(Settings(s3_endpoint_url="http://s3:1", s3_public_endpoint_url="http://s3:1"))
    assert clients.public_s3 is clients.s3
    elsewhere = make_clients(Settings(s3_endpoint_url="http://s3:1", s3_public_endpoint_url="https://s3.example.com"))
    assert elsewhere.public_s3.meta.endpoint_url == "https://s3.example.com"


def test_descriptions_of_services_are_parsed_once_in_a_process() -> None:
    first, second = make_clients(Settings()), make_clients(Settings())
    assert first.s3 is not second.s3
    loaders = [clients._session._session.get_component("data_loader") for clients in (first, second)]
    assert loaders[0] is loaders[1]


@pytest.fixture
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_module, "_prepared", None)
    prepare_clients(Settings(s3_endpoint_url="http://s3:1"))


@pytest.mark.usefixtures("_prepared")
def test_prepared_clients_serve_the_same_settings_and_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clients = make_clients(Settings(s3_endpoint_url="http://s3:1"))
    assert "s3" in vars(clients)
    assert make_clients(Settings(s3_endpoint_url="http://s3:1")) is clients
    assert make_clients(Settings(s3_endpoint_url="http://s3:2")) is not clients
    given = ConnectionCredentials("key", "secret")
    assert make_clients(Settings(s3_endpoint_url="http://s3:1"), given) is not clients
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "replaced")
    assert make_clients(Settings(s3_endpoint_url="http://s3:1")) is not clients


def test_credentials_that_may_change_are_not_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a file or a role: a process reads them when it needs them."""
    monkeypatch.setattr(clients_module, "_prepared", None)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    prepare_clients(Settings(s3_endpoint_url="http://s3:1"))
    assert clients_module._prepared is None
