"""`Client`: workflows, uploads, runs and ad-hoc processing, by HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from media_workflows_client.models import (
    LinkedFile,
    LinkedFiles,
    ProcessObject,
    ProcessObjectsAnswer,
    ProcessState,
    RunReport,
    RunsAnswer,
    UploadsAnswer,
    WorkflowDetail,
    WorkflowsAnswer,
)

ROOT = "/media-workflows"
POLL_S = 2.0
_ENDED_RUN = ("success", "failed")
_ENDED_REQUEST = ("finished", "cancelled")
# A proxy or the server is busy or restarts: the same question has an answer later.
_TRANSIENT = (429, 502, 503, 504)
_Answer = TypeVar("_Answer", bound=BaseModel)
Json = Mapping[str, Any]


class RunState(StrEnum):
    """The states of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"


class _Token(BaseModel):
    """What Airflow answers to a login."""

    access_token: str


class ApiError(Exception):
    """A call that the server refused. `code` is stable; `problems` are those of single fields."""

    def __init__(self, status: int, body: Any) -> None:
        known = body if isinstance(body, dict) else {}
        self.status = status
        self.code: str = known.get("code") or ""
        self.problems: list[dict[str, Any]] = known.get("problems") or []
        super().__init__(f"{status} {self.code}: {known.get('message') or body}")


class Client:
    """Calls the API as one Airflow user. Every method may raise ApiError, and httpx.HTTPError without an answer."""

    def __init__(
        self, url: str, token: str, *, timeout_s: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        """`url` is Airflow's, `token` one of its access tokens."""
        headers = {"Authorization": f"Bearer {token}"}
        base = url.rstrip("/") + ROOT
        self._http = httpx.Client(base_url=base, headers=headers, timeout=timeout_s, transport=transport)

    @classmethod
    def login(cls, url: str, username: str, password: str, *, timeout_s: float = 60.0) -> Client:
        """A client with a token of Airflow for this user. Raises as every method."""
        login = {"username": username, "password": password}
        answer = _accepted(httpx.post(f"{url.rstrip('/')}/auth/token", json=login, timeout=timeout_s))
        return cls(url, _read(answer, _Token).access_token, timeout_s=timeout_s)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def workflows(
        self, search: str = "", *, enabled: bool | None = None, bucket: str = "", offset: int = 0, limit: int = 50
    ) -> WorkflowsAnswer:
        """A page of the workflows that this user may see; `search` is a part of the name."""
        query = {"search": search, "enabled": enabled, "bucket": bucket, "offset": offset, "limit": limit}
        return self._get("/api/v1/workflows", WorkflowsAnswer, query)

    def workflow(self, workflow_id: str) -> WorkflowDetail:
        """The current revision of a workflow."""
        return self._get(f"/api/v1/workflows/{_part(workflow_id)}", WorkflowDetail)

    def create_workflow(self, definition: Json) -> WorkflowDetail:
        """Store a new workflow, disabled."""
        return self._send("POST", "/api/v1/workflows", WorkflowDetail, body=definition)

    def update_workflow(self, workflow_id: str, revision: int, definition: Json) -> WorkflowDetail:
        """Replace the definition of a disabled workflow; `revision` is the one that the edit started from."""
        body = {"revision": revision, "definition": definition}
        return self._send("PUT", f"/api/v1/workflows/{_part(workflow_id)}", WorkflowDetail, body=body)

    def delete_workflow(self, workflow_id: str) -> None:
        """Delete a disabled workflow without unfinished runs."""
        self._call("DELETE", f"/api/v1/workflows/{_part(workflow_id)}")

    def enable_workflow(self, workflow_id: str) -> WorkflowDetail:
        """Uploads trigger it from now on."""
        return self._send("POST", f"/api/v1/workflows/{_part(workflow_id)}/enable", WorkflowDetail)

    def disable_workflow(self, workflow_id: str) -> WorkflowDetail:
        """Uploads no longer trigger it."""
        return self._send("POST", f"/api/v1/workflows/{_part(workflow_id)}/disable", WorkflowDetail)

    def uploads(
        self,
        *,
        workflow: str | None = None,
        bucket: str | None = None,
        key: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> UploadsAnswer:
        """A page of decisions about uploads, newest first; `workflow` is an id."""
        query = {"workflow": workflow, "bucket": bucket, "key": key, "offset": offset, "limit": limit}
        return self._get("/api/v1/uploads", UploadsAnswer, query)

    def runs(
        self,
        *,
        workflow: str | None = None,
        state: RunState | str | Iterable[RunState | str] = (),
        search: str = "",
        results: bool = True,
        offset: int = 0,
        limit: int = 50,
    ) -> RunsAnswer:
        """A page of runs, newest first; `workflow` is an id, or media_process; `state` is one or several, empty = all.

        Raises ValueError for a state that no run has.
        """
        query = {"workflow": workflow, "state": _states(state), "search": search, "results": results}
        return self._get("/api/v1/runs", RunsAnswer, {**query, "offset": offset, "limit": limit})

    def run(self, run_id: str, workflow: str) -> RunReport:
        """One run: its source, the outputs of each item, the progress of each job."""
        return self._get(f"/api/v1/runs/{_part(run_id)}", RunReport, {"workflow": workflow})

    def cancel_run(self, run_id: str, workflow: str) -> RunReport:
        """End an unfinished run as failed; nothing more is published."""
        return self._send("POST", f"/api/v1/runs/{_part(run_id)}/cancel", RunReport, {"workflow": workflow})

    def retry_run(self, run_id: str, workflow: str, *, force: bool = False, step: str = "") -> RunReport:
        """Run the failed tasks of a finished run again, or one step, with what depends on it."""
        body = {"force": force, "step": step}
        return self._send("POST", f"/api/v1/runs/{_part(run_id)}/retry", RunReport, {"workflow": workflow}, body)

    def run_files(self, run_id: str, workflow: str, *, offset: int = 0, limit: int = 200) -> LinkedFiles:
        """A page of the run's source and outputs, each with a link that is valid for 15 minutes."""
        query = {"workflow": workflow, "offset": offset, "limit": limit}
        return self._get(f"/api/v1/runs/{_part(run_id)}/files", LinkedFiles, query)

    def read(self, file: LinkedFile) -> bytes:
        """The bytes of a file of a run, through Airflow's api-server."""
        return self._call("GET", f"/api/v1/{file.path}").content

    def process(self, request: Json) -> ProcessState:
        """Process objects, a prefix or a URL. The same request again starts nothing."""
        return self._send("POST", "/api/v1/process", ProcessState, body=request)

    def process_state(self, request_id: str) -> ProcessState:
        """How far a request is."""
        return self._get(f"/api/v1/process/{_part(request_id)}", ProcessState)

    def process_objects(self, request_id: str, *, after: str = "", limit: int = 100) -> ProcessObjectsAnswer:
        """A page of the sources of a request, in the order of keys, with their runs."""
        query = {"after": after, "limit": limit}
        return self._get(f"/api/v1/process/{_part(request_id)}/objects", ProcessObjectsAnswer, query)

    def cancel_process(self, request_id: str) -> ProcessState:
        """End a request, and cancel its runs in progress."""
        return self._send("POST", f"/api/v1/process/{_part(request_id)}/cancel", ProcessState)

    def wait_for_run(self, run_id: str, workflow: str, *, timeout_s: float = 3600.0) -> RunReport:
        """The report of a run that has ended, well or not. Raises TimeoutError.

        Lost connections and answers of a busy server (429, 502 to 504) do not end it: it asks again until the limit.
        """
        deadline = time.monotonic() + timeout_s
        what = f"run '{run_id}' of {workflow}"
        while (report := _persistent(deadline, what, lambda: self.run(run_id, workflow))).state not in _ENDED_RUN:
            _wait(deadline, f"{what} is {report.state}: it has not ended in time")
        return report

    def wait_for_process(self, request_id: str, *, timeout_s: float = 3600.0) -> list[ProcessObject]:
        """The first 1,000 sources of a request that has ended, with their runs. Raises TimeoutError.

        Lost connections and answers of a busy server (429, 502 to 504) do not end it: it asks again until the limit.
        """
        deadline = time.monotonic() + timeout_s
        what = f"request '{request_id}'"
        while (
            found := _persistent(deadline, what, lambda: self.process_state(request_id))
        ).state not in _ENDED_REQUEST:
            _wait(deadline, f"{what} is {found.state}: it has not ended in time")
        return _persistent(deadline, what, lambda: self.process_objects(request_id, limit=1000)).items

    def _get(self, path: str, model: type[_Answer], query: Json | None = None) -> _Answer:
        return self._send("GET", path, model, query)

    def _send(
        self, method: str, path: str, model: type[_Answer], query: Json | None = None, body: Json | None = None
    ) -> _Answer:
        return _read(self._call(method, path, query, body), model)

    def _call(self, method: str, path: str, query: Json | None = None, body: Json | None = None) -> httpx.Response:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        return _accepted(self._http.request(method, path, params=asked or None, json=body))


def _part(text: str) -> str:
    """An id as one part of a path."""
    return quote(text, safe="")


def _accepted(answer: httpx.Response) -> httpx.Response:
    """A redirect is a refusal, too: what a proxy or a login page answers is not this API's."""
    if not answer.is_success:
        raise ApiError(answer.status_code, _body(answer))
    return answer


def _read(answer: httpx.Response, model: type[_Answer]) -> _Answer:
    """Of what another service or another version answers, an ApiError."""
    try:
        return model.model_validate(answer.json())
    except ValueError:  # pydantic's, too
        why = f"not an answer of this API; check the address: {answer.text[:500]}"
        raise ApiError(answer.status_code, why) from None


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:500]


def _states(given: RunState | str | Iterable[RunState | str]) -> list[str]:
    """As the API takes them."""
    known = [state.value for state in RunState]
    asked = [given] if isinstance(given, str) else list(given)
    for one in asked:
        if one not in known:
            raise ValueError(f"state {one!r} is none of a run: use {', '.join(known)}")
    return [RunState(one).value for one in asked]


def _persistent(deadline: float, what: str, ask: Callable[[], _Answer]) -> _Answer:
    """The answer, however often connections are lost before it. Raises TimeoutError from the last error."""
    while True:
        try:
            return ask()
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError):
            raise  # an address or a token that is none stays so
        except httpx.TransportError as error:
            lost: Exception = error
        except ApiError as error:
            if error.status not in _TRANSIENT:
                raise
            lost = error
        _wait(deadline, f"{what} cannot be read: {lost!r}", lost)


def _wait(deadline: float, state: str, cause: Exception | None = None) -> None:
    if time.monotonic() + POLL_S > deadline:
        raise TimeoutError(state) from cause
    time.sleep(POLL_S)
