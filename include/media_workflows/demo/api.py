"""Our API as the demo calls it."""

from __future__ import annotations

from typing import Any

import httpx

from media_workflows.demo.layout import USER, Layout
from media_workflows.errors import DemoError

TIMEOUT_S = 120  # on a machine that is busy with encodes


class Api:
    """Logged in as the administrator of a running stack."""

    def __init__(self, layout: Layout) -> None:
        login = {"username": USER, "password": layout.secrets["password"]}
        self._client = httpx.Client(base_url=layout.airflow_url, timeout=TIMEOUT_S)
        token = self._answer("POST", "/auth/token", {"json": login})["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """The answer of our API to a request. Raises DemoError."""
        return self._answer(method, f"/media-workflows/api/v1{path}", arguments)

    def enabled_workflow(self, definition: dict[str, Any]) -> str:
        """The id of the workflow with this name, which is created if missing, and enabled. Raises DemoError."""
        found = self.call("GET", "/workflows", params={"search": definition["name"]})["items"]
        named = (one for one in found if one["definition"]["name"] == definition["name"])
        workflow = next(named, None) or self.call("POST", "/workflows", json=definition)
        self.call("POST", f"/workflows/{workflow['id']}/enable", json={})
        return str(workflow["id"])

    def airflow(self, path: str) -> Any:
        """What Airflow's own API answers to a GET request. Raises DemoError."""
        return self._answer("GET", f"/api/v2{path}", {})

    def _answer(self, method: str, path: str, arguments: dict[str, Any]) -> Any:
        try:
            answer = self._client.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise DemoError(
                "{method} {path} has no answer ({error}): if this machine is busy, start it again; its data stays",
                method=method,
                path=path,
                error=str(error) or type(error).__name__,
            ) from None
        if answer.is_error:
            raise DemoError(
                "{method} {path} answered {status}: {answer}",
                method=method,
                path=path,
                status=answer.status_code,
                answer=answer.text,
            )
        return answer.json()
