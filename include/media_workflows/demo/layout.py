"""The demo's layout: its data directory, ports, secrets, and the environment of all its processes."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
import socket
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from media_workflows.errors import DemoError
from media_workflows.store.embedded import EmbeddedServer

PORT_DEFAULTS = {"DEMO_AIRFLOW_PORT": 8080, "DEMO_S3_PORT": 4566, "DEMO_RECEIVER_PORT": 9900}
HOST = "127.0.0.1"
INPUT_BUCKET, OUTPUT_BUCKET, QUEUE = "media-input", "media-output", "media-uploads"
USER = "admin"


def _port(name: str) -> int:
    return int(os.environ.get(name) or PORT_DEFAULTS[name])


@dataclass(frozen=True)
class Layout:
    """Paths below the checkout (`root`) and the demo's data directory (`data`)."""

    root: Path
    data: Path
    target: ClassVar[str] = "demo"  # of make

    @cached_property
    def airflow_port(self) -> int:
        return _port("DEMO_AIRFLOW_PORT")

    @cached_property
    def s3_port(self) -> int:
        return _port("DEMO_S3_PORT")

    @cached_property
    def receiver_port(self) -> int:
        return _port("DEMO_RECEIVER_PORT")

    @property
    def airflow_url(self) -> str:
        return f"http://{HOST}:{self.airflow_port}"

    @property
    def s3_url(self) -> str:
        return f"http://{HOST}:{self.s3_port}"

    @property
    def receiver_url(self) -> str:
        return f"http://{HOST}:{self.receiver_port}/events"

    @property
    def queue_url(self) -> str:
        return f"{self.s3_url}/000000000000/{QUEUE}"

    @property
    def events_file(self) -> Path:
        return self.data / "events.jsonl"

    @cached_property
    def database(self) -> EmbeddedServer:
        return EmbeddedServer(self.data / "postgres")

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The demo's secrets, generated once and kept in a file that only the owner can read."""
        file = self.data / "secrets.json"
        if not file.exists():
            made = {
                "password": secrets.token_urlsafe(12),
                "jwt": secrets.token_urlsafe(64),
                "session": secrets.token_urlsafe(32),
                "fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                "webhook": "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
            }
            file.touch(mode=0o600)
            file.write_text(json.dumps(made))
        loaded: dict[str, str] = json.loads(file.read_text())
        return loaded

    def prepare(self) -> None:
        """Create the directories, the password file and the env file."""
        for name in ("airflow", "logs", "s3", "s3-state", "tmp", "bundles"):
            (self.data / name).mkdir(parents=True, exist_ok=True)
        passwords = self.data / "airflow" / "passwords.json"
        known = json.loads(passwords.read_text()) if passwords.exists() else {}
        passwords.touch(mode=0o600)
        passwords.write_text(json.dumps({**known, USER: self.secrets["password"]}))
        self.env_file.touch(mode=0o600)
        exports = [f"export {name}={shlex.quote(value)}" for name, value in self.environment.items()]
        exports.append(f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
        self.env_file.write_text("\n".join(exports) + "\n")

    @property
    def shown_logs(self) -> str:
        """The directory of logs, as messages name it."""
        return f"{self.data.name}/logs/"

    @property
    def env_file(self) -> Path:
        return self.data / "env"

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment variables of every process, and of a shell that sources `env_file`."""
        return self._published() | self._product() | self._airflow()

    def _published(self) -> dict[str, str]:
        return {
            "AIRFLOW_URL": self.airflow_url,
            "AIRFLOW_USER": USER,
            "AIRFLOW_PASSWORD": self.secrets["password"],
            "S3_ENDPOINT_URL": self.s3_url,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "INPUT_BUCKET": INPUT_BUCKET,
            "OUTPUT_BUCKET": OUTPUT_BUCKET,
        }

    def _product(self) -> dict[str, str]:
        return {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.s3_url,
            "MEDIA_WORKFLOWS_DATA_DIR": str(self.data),
            "MEDIA_WORKFLOWS_DATABASE_URL": self.database.url("media"),
            "MEDIA_WORKFLOWS_S3_ENDPOINT_URL": self.s3_url,
            "MEDIA_WORKFLOWS_UPLOAD_QUEUE_URLS": json.dumps([self.queue_url]),
            "MEDIA_WORKFLOWS_WEBHOOK_SECRET": self.secrets["webhook"],
            "MEDIA_WORKFLOWS_CALLBACK_ALLOWED_HOSTS": json.dumps([HOST]),  # the demo's receiver is on this machine
            "MEDIA_WORKFLOWS_ENCODE_POOL": "media_encode",
            "MEDIA_WORKFLOWS_SPLIT_HELPERS": "0",  # one machine
            "MEDIA_WORKFLOWS_LIGHT_POOL": "media_light",
        }

    def _airflow(self) -> dict[str, str]:
        home = self.data / "airflow"
        return {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW_CONFIG": str(self.root / "config" / "airflow.cfg"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.root / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(self.root / "plugins"),
            "AIRFLOW__CORE__PARALLELISM": "8",
            "AIRFLOW__CORE__FERNET_KEY": self.secrets["fernet"],
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.airflow_url}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self.database.url("airflow"),
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(self.data / "bundles"),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.data / "logs" / "airflow"),
            "AIRFLOW__API__PORT": str(self.airflow_port),
            "AIRFLOW__API__BASE_URL": self.airflow_url,
            "AIRFLOW__API__SECRET_KEY": self.secrets["session"],
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secrets["jwt"],
        }

    def require_free_ports(self) -> None:
        """Check that the demo's ports are free. Raises DemoError that names the busy port and its variable."""
        for name in PORT_DEFAULTS:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, _port(name)))
                except OSError:
                    raise DemoError(
                        "port {port} is in use: stop the process that uses it, or set {variable} to another port",
                        port=_port(name),
                        variable=name,
                    ) from None
