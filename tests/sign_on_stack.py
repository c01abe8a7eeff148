"""docker-compose.yaml's api-server with login with OpenID Connect: no scheduler, no workers, no broker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property

from media_workflows.cluster.layout import ComposeLayout, free_port
from media_workflows.cluster.stack import ComposeStack, ensure_databases
from media_workflows.demo import services
from media_workflows.demo.stack import run_once

TEAM_A, TEAM_B = "team-a-media", "team-b-media"
GROUP_ROLES = {
    "media-team-a": ["User", "team-a"],
    "media-team-b": ["Viewer", "team-b"],
    "media-operators": ["User", "Operator", "team-a"],
    "media-admins": ["Admin"],
}
ROLE_PLACES = {"Admin": ["*"], "team-a": ["team-a-*"], "team-b": ["team-b-*"]}


class SignOnLayout(ComposeLayout):
    """The Compose file with the variables of docs/rights.md; the provider listens on a port of this machine."""

    @cached_property
    def issuer_port(self) -> int:
        return free_port()

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.issuer_port}"

    @property
    def local_settings(self) -> Mapping[str, str]:
        # Users have 30 s, after which the roles of a new login count.
        return {**super().local_settings, "AIRFLOW__FAB__CACHE_TTL": "1"}

    @property
    def compose_values(self) -> Mapping[str, str]:
        return {
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": "media-workflows",
            "OIDC_CLIENT_SECRET": "of-the-test",
            "OIDC_GROUP_ROLES": json.dumps(GROUP_ROLES),
            "OPERATOR_ROLES": '["Operator"]',
            "ROLES": "team-a team-b Operator",
            "ROLE_PLACES": json.dumps(ROLE_PLACES),
        }


class SignOnStack(ComposeStack):
    """Databases, S3, `airflow-init` and the api-server."""

    def start(self) -> None:
        layout = self.layout
        self._start_services()
        api = layout.service("api-server", layout.airflow_command("api-server"), layout.environment_of("api-server"))
        self._supervisor.start(api)
        services.wait_for(layout, "Airflow", lambda: services.answers(f"{layout.airflow_url}/api/v2/version"))

    def _set_up(self) -> None:
        layout = self.layout
        ensure_databases(layout)
        environment = [f"{name}={value}" for name, value in layout.environment_of("airflow-init").items()]
        run_once(layout, "airflow-init", ["env", *environment, *layout.services["airflow-init"]["command"]])
