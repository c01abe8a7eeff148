"""The plugin's app in this process, with real databases and S3, and users who need not log in."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import HTTPException, Request
from fastapi.testclient import TestClient

from api_definitions import BUCKET, OTHER_BUCKET, definition
from clean_state import clear_caches

AIRFLOW_CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
CONNECTION_POOL = "AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_ENABLED"


@pytest.fixture(scope="session")
def migrated_metadata(postgres: Any) -> str:
    """The URL of a migrated, empty metadata database."""
    url = str(postgres.ensure_database("airflow_api_tests"))
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    subprocess.run(command, env=os.environ | {AIRFLOW_CONNECTION: url}, check=True, capture_output=True, text=True)
    return url


@pytest.fixture(scope="module")
def airflow_database(migrated_metadata: str) -> Iterator[str]:
    """Its URL, which Airflow uses in this process until the module's tests end."""
    from airflow import settings

    def use_configured() -> None:
        settings.dispose_orm()
        settings.configure_vars()
        settings.configure_orm()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(AIRFLOW_CONNECTION, migrated_metadata)
        patch.setenv(CONNECTION_POOL, "False")
        use_configured()
        yield migrated_metadata
    use_configured()


@pytest.fixture
def metadata(airflow_database: str) -> Iterator[Any]:
    """A session on Airflow's metadata, which holds our bundle and no DAG."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as session:
        for table in (DagRun, DagModel):
            session.execute(delete(table))
        if session.get(DagBundleModel, "media_workflows") is None:
            session.add(DagBundleModel(name="media_workflows"))
        session.commit()
        yield session


@pytest.fixture(scope="session")
def built_app() -> Any:
    """The app, which a process builds once: its routes' models take half a second."""
    from media_workflows_plugin.api.app import create_app

    app = create_app()
    gc.freeze()  # Airflow and the models stay: a garbage collection would take half a second for them
    return app


@pytest.fixture
def app(database: str, metadata: Any, s3_server: str, built_app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The app; the header `x-user` names the role of the user who asks, 'nobody' = none."""
    from airflow.api_fastapi.app import create_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.api_fastapi.core_api.security import get_user

    from media_workflows.services import buckets

    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", s3_server)
    clear_caches()
    for bucket in (BUCKET, OTHER_BUCKET):
        buckets.storage().client.create_bucket(Bucket=bucket)
    create_auth_manager()

    def user(request: Request) -> SimpleAuthManagerUser:
        if not (role := request.headers.get("x-user")):
            raise HTTPException(401, "Not authenticated")
        return SimpleAuthManagerUser(username=role, role=None if role == "nobody" else role)

    async def authenticated(request: Request) -> SimpleAuthManagerUser:
        return user(request)

    monkeypatch.setitem(built_app.dependency_overrides, get_user, user)
    monkeypatch.setattr("media_workflows_plugin.api.guarded_route.authenticated", authenticated)
    return built_app


@pytest.fixture
def admin(app: Any) -> Any:
    """A client of one who may do everything."""
    return _client(app, "admin")


@pytest.fixture
def viewer(app: Any) -> Any:
    """A client of one who may look."""
    return _client(app, "viewer")


def _client(app: Any, role: str) -> Any:

    return TestClient(app, "http://airflow.example", headers={"x-user": role, "sec-fetch-site": "same-origin"})


@pytest.fixture
def key_users(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Users whom API keys can name, and a Fernet key for their secrets."""
    from airflow.models.crypto import get_fernet
    from cryptography.fernet import Fernet

    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:admin,viewer:viewer")
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", Fernet.generate_key().decode())
    get_fernet.cache_clear()
    yield
    get_fernet.cache_clear()


@pytest.fixture
def create(admin: Any) -> Any:
    """Makes a workflow; its id."""

    def create(name: str, **parts: Any) -> str:
        answer = admin.post("/api/v1/workflows", json=definition(name, **parts))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    return create


@pytest.fixture
def add_run(metadata: Any) -> Any:
    """Puts a run into Airflow's metadata."""

    def add(workflow_id: str, run_id: str, state: str, ended_h_ago: float | None = None) -> None:
        from datetime import timedelta

        from airflow._shared.timezones.timezone import utcnow
        from airflow.models.dagrun import DagRun
        from airflow.utils.state import DagRunState
        from airflow.utils.types import DagRunTriggeredByType, DagRunType

        ended = None if ended_h_ago is None else utcnow() - timedelta(hours=ended_h_ago)
        run = DagRun(
            dag_id=workflow_id,
            run_id=run_id,
            run_type=DagRunType.MANUAL,
            state=DagRunState(state),
            run_after=utcnow(),
            triggered_by=DagRunTriggeredByType.TEST,
        )
        run.end_date = ended
        metadata.add(run)
        metadata.commit()

    return add


@pytest.fixture
def waiting_question(metadata: Any, add_run: Any) -> Any:
    """Puts a question of step `ask` of run r1 into Airflow's store, for these users; its task and its row there."""

    def ask(workflow: str, *who: str, state: str = "awaiting_input") -> Any:
        from datetime import timedelta

        from airflow._shared.timezones.timezone import utcnow
        from airflow.models.dag_version import DagVersion
        from airflow.models.hitl import HITLDetail
        from airflow.models.taskinstance import TaskInstance
        from airflow.serialization.definitions.baseoperator import SerializedBaseOperator

        metadata.rollback()
        version = DagVersion(dag_id=workflow, bundle_name="media_workflows", version_number=1)
        metadata.add(version)
        metadata.commit()
        add_run(workflow, "r1", "running")
        operator = SerializedBaseOperator(task_id="ask")
        task = TaskInstance(operator, dag_version_id=version.id, run_id="r1", state=state)
        task.dag_id, task.trigger_timeout = workflow, utcnow() + timedelta(hours=1)
        task.next_method, task.next_kwargs = "execute_complete", {}
        metadata.add(task)
        metadata.flush()
        users = [{"id": one, "name": one} for one in who]
        question = {"subject": "Publish?", "options": ["Approve", "Reject"], "defaults": ["Reject"], "assignees": users}
        detail = HITLDetail(ti_id=task.id, **question)
        metadata.add(detail)
        metadata.commit()
        return task, detail

    return ask
