"""Settings: where each may come from, and which source wins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from media_workflows.settings import Settings, get_settings

QUEUES = ["http://127.0.0.1/1/a", "http://127.0.0.1/1/b"]


@pytest.fixture
def airflow_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MEDIA_WORKFLOWS_DATA_DIR")
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    return tmp_path


def _cfg(path: Path, *lines: str) -> None:
    path.write_text("[core]\nload_examples = False\n\n[media_workflows]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def test_defaults(airflow_home: Path) -> None:
    settings = Settings()
    assert settings.data_dir == Path.home() / ".media-workflows"
    assert (settings.database_url, settings.aws_conn_id, settings.s3_endpoint_url) == ("", "", "")
    assert (settings.upload_queue_urls, settings.upload_poll_interval_s) == ([], 5.0)
    assert (settings.encode_pool, settings.light_pool) == ("default_pool", "default_pool")


def test_environment(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", "postgresql://here/media")
    monkeypatch.setenv("MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S", "0.5")
    monkeypatch.setenv("MEDIA_WORKFLOWS_UPLOAD_QUEUE_URLS", '["http://127.0.0.1/1/a", "http://127.0.0.1/1/b"]')
    settings = Settings()
    assert settings.database_url == "postgresql://here/media"
    assert settings.upload_poll_interval_s == 0.5
    assert settings.upload_queue_urls == QUEUES


def test_the_home_directory_in_data_dir(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, for all that lies below: the source cache, the work and the embedded database."""
    monkeypatch.setenv("HOME", "/home/media")
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", "~/data")
    assert Settings().data_dir == Path("/home/media/data")
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", "~no-such-user/data")
    with pytest.raises(ValidationError, match="'~no-such-user/data' names a home directory that does not exist"):
        Settings()


def test_airflow_environment(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MEDIA_WORKFLOWS__AWS_CONN_ID", "store")
    monkeypatch.setenv("AIRFLOW__MEDIA_WORKFLOWS__UPLOAD_QUEUE_URLS", '["http://127.0.0.1/1/a"]')
    assert Settings().aws_conn_id == "store"
    assert Settings().upload_queue_urls == QUEUES[:1]


def test_airflow_cfg(airflow_home: Path) -> None:
    _cfg(
        airflow_home / "airflow.cfg",
        "data_dir = /srv/media",
        "upload_poll_interval_s = 0",
        "job_retries = 7",
        "webhook_secret = whsec_abc",
    )
    settings = Settings()
    assert settings.data_dir == Path("/srv/media")
    assert settings.upload_poll_interval_s == 0
    assert settings.job_retries == 7
    assert settings.webhook_secret.get_secret_value() == "whsec_abc"


@pytest.mark.parametrize(
    "line",
    [
        'upload_queue_urls = ["http://127.0.0.1/1/a", "http://127.0.0.1/1/b"]',
        "upload_queue_urls = http://127.0.0.1/1/a, http://127.0.0.1/1/b",
        "upload_queue_urls = [\n    http://127.0.0.1/1/a,\n    http://127.0.0.1/1/b]",
    ],
)
def test_queues_in_airflow_cfg(airflow_home: Path, line: str) -> None:
    _cfg(airflow_home / "airflow.cfg", line)
    assert Settings().upload_queue_urls == QUEUES


def test_no_queue_in_airflow_cfg(airflow_home: Path) -> None:
    _cfg(airflow_home / "airflow.cfg", "upload_queue_urls =")
    assert Settings().upload_queue_urls == []


def test_airflow_config_names_another_file(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _cfg(airflow_home / "airflow.cfg", "aws_region = home")
    other = airflow_home / "other.cfg"
    _cfg(other, "aws_region = other")
    monkeypatch.setenv("AIRFLOW_CONFIG", str(other))
    assert Settings().aws_region == "other"


def test_a_cfg_without_our_section(airflow_home: Path) -> None:
    (airflow_home / "airflow.cfg").write_text("[core]\nload_examples = False\n")
    assert Settings().aws_region == "us-east-1"


def test_precedence(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().aws_region == "us-east-1"
    _cfg(airflow_home / "airflow.cfg", "aws_region = from-cfg")
    assert Settings().aws_region == "from-cfg"
    monkeypatch.setenv("AIRFLOW__MEDIA_WORKFLOWS__AWS_REGION", "from-airflow-env")
    assert Settings().aws_region == "from-airflow-env"
    monkeypatch.setenv("MEDIA_WORKFLOWS_AWS_REGION", "from-env")
    assert Settings().aws_region == "from-env"
    assert Settings(aws_region="from-code").aws_region == "from-code"


def test_airflow_cfg_is_read_as_airflow_reads_it(airflow_home: Path) -> None:
    """Airflow doubles '%' in its cfg: a password with %40 is written %%40 there."""
    _cfg(airflow_home / "airflow.cfg", "database_url = postgresql://me:p%%40ss@here/media")
    assert Settings().database_url == "postgresql://me:p%40ss@here/media"


@pytest.mark.parametrize(
    ("name", "value"),
    [("UPLOAD_POLL_INTERVAL_S", "-1"), ("FFMPEG_THREADS", "many"), ("NOTIFY_CONCURRENCY", "0"), ("JOB_RETRIES", "-1")],
)
def test_a_bad_value_is_refused(airflow_home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MEDIA_WORKFLOWS_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_the_secret_is_not_shown() -> None:
    assert "whsec_abc" not in repr(Settings(webhook_secret="whsec_abc"))


def test_read_once(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    get_settings.cache_clear()
    first = get_settings()
    monkeypatch.setenv("MEDIA_WORKFLOWS_AWS_REGION", "later")
    assert get_settings() is first
    get_settings.cache_clear()
    assert get_settings().aws_region == "later"
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FFMPEG_STALL_S", "inf"),
        ("FFMPEG_STALL_S", "nan"),
        ("JOB_TIMEOUT_S", "inf"),
        ("ALLOWED_PLACES", '["media-input/x"]'),
        ("ALLOWED_PLACES", '["media-input//"]'),
        ("ALLOWED_PLACES", '[""]'),
    ],
)
def test_values_that_remove_a_limit_are_refused(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MEDIA_WORKFLOWS_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_allowed_places(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_ALLOWED_PLACES", '["media", "media-input/", "media-input/新闻/a b/"]')
    assert Settings().allowed_places == ["media", "media-input/", "media-input/新闻/a b/"]


def test_places_of_roles(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, as docker-compose.yaml passes it, is none: all users have all places."""
    name = "MEDIA_WORKFLOWS_ROLE_PLACES"
    monkeypatch.setenv(name, "")
    assert Settings().role_places is None
    roles = {"Admin": ["*"], "team a": ["team-a-*", "shared/team-a/", "media"], "none": []}
    monkeypatch.setenv(name, json.dumps(roles))
    assert Settings().role_places == roles
    monkeypatch.delenv(name)
    (airflow_home / "airflow.cfg").write_text(f"[media_workflows]\nrole_places = {json.dumps(roles)}\n")
    assert Settings().role_places == roles


@pytest.mark.parametrize("place", ["", "Media", "media/in", "**", "a*b", "/in/", "*/in/"])
def test_a_misspelt_place_of_a_role_is_refused(airflow_home: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_ROLE_PLACES", json.dumps({"team-a": [place]}))
    with pytest.raises(ValidationError, match="begin-of-bucket"):
        Settings()


@pytest.mark.parametrize("name", ["keep_events_days", "keep_uploads_days", "keep_runs_days"])
def test_days_before_the_first_date_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="36500"):
        Settings.model_validate({name: 999_999})


def test_resources_of_pods(airflow_home: Path) -> None:
    """As Kubernetes has them; numbers are amounts, too."""
    assert Settings().pod_resources == {}
    _cfg(airflow_home / "airflow.cfg", 'pod_resources = {"encode": {"limits": {"cpu": 4, "memory": "1.5Gi"}}}')
    assert Settings().pod_resources == {"encode": {"limits": {"cpu": "4", "memory": "1.5Gi"}}}
    _cfg(airflow_home / "airflow.cfg", "pod_resources =")
    assert Settings().pod_resources == {}


@pytest.mark.parametrize("given", [{"cpu": "4"}, {"limits": {"memory": "4 GB"}}, {"limits": {"cpu": None}}])
def test_resources_that_kubernetes_would_refuse(airflow_home: Path, given: object) -> None:
    with pytest.raises(ValidationError, match=r"pod_resources\.encode"):
        Settings(pod_resources={"encode": given})
