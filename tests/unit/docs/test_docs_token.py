"""docs/monitoring.md#the-token: what Prometheus scrapes with for long, and how it is renewed."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from doc_blocks import DOCS, blocks

ROOT = DOCS.parent
SCRIPT = ROOT / "config" / "monitoring" / "renew_token.py"
PAGES = [DOCS / "monitoring.md", DOCS / "zh" / "monitoring.md"]
PASSWORD = "a secret: \"ü' \\"


class Login(BaseHTTPRequestHandler):
    """Airflow's `POST /auth/token`, which gives what the test sets."""

    code, body = 201, json.dumps({"access_token": "new"})
    asked: tuple[str, Any] = ("", None)

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Login.asked = (self.path, given)
        self.send_response(Login.code)
        self.end_headers()
        self.wfile.write(Login.body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Login)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(Login, "code", 201)
    monkeypatch.setattr(Login, "body", json.dumps({"access_token": "new"}))
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def renew(url: str, file: Path) -> subprocess.CompletedProcess[str]:
    environment = {"AIRFLOW_URL": url, "AIRFLOW_USER": "prometheus", "AIRFLOW_PASSWORD": PASSWORD}
    command = [sys.executable, "-S", str(SCRIPT), str(file)]  # without site-packages: it needs none
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_token_is_replaced_and_its_owner_s(airflow: str, tmp_path: Path) -> None:
    (file := tmp_path / "media-workflows.token").write_text("old")
    ended = renew(f"{airflow}/", file)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o600)
    assert Login.asked == ("/auth/token", {"username": "prometheus", "password": PASSWORD})
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (401, "{}"),
        (503, "busy"),
        (200, "<html>log in</html>"),
        (201, "[]"),
        (201, "{}"),
        (201, '{"access_token": null}'),
    ],
)
def test_the_former_token_stays_after_an_error(
    airflow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, body: str
) -> None:
    """It lasts longer than the next attempts take. cron sends the message to its owner."""
    monkeypatch.setattr(Login, "code", code)
    monkeypatch.setattr(Login, "body", body)
    (file := tmp_path / "media-workflows.token").write_text("old")
    ended = renew(airflow, file)
    assert (ended.returncode, file.read_text(), list(tmp_path.iterdir())) == (1, "old", [file])
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"the token in {file} was not renewed by prometheus at {airflow}: ")
    assert PASSWORD not in line


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_the_page_names_what_there_is(page: Path) -> None:
    """Airflow's own setting with its default, the script, and the file of the job for Prometheus."""
    text = page.read_text(encoding="utf-8")
    from airflow.configuration import conf

    default = conf.get_default_value("api_auth", "jwt_expiration_time")
    assert "AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME" in text
    assert re.search(rf"`\[api_auth\] jwt_expiration_time`.{{0,20}}{default}", text), default
    (cron,) = blocks(page, "cron")
    token = yaml.safe_load((SCRIPT.parent / "prometheus.yaml").read_text())["scrape_configs"][0]["authorization"]
    assert cron.split()[-1] == token["credentials_file"]
    assert SCRIPT.name in cron
    assert [block.strip() for block in blocks(PAGES[0], "cron")] == [block.strip() for block in blocks(page, "cron")]
    variables = {"AIRFLOW_URL", "AIRFLOW_USER", "AIRFLOW_PASSWORD"}
    assert any(variables == set(re.findall(r"^(\w+)=", block, re.MULTILINE)) for block in blocks(page, "ini"))
