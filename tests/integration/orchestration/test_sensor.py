"""The upload sensor: which object a run gets, where it waits, and how it fails."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pkgutil import resolve_name
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.sdk import Connection
from airflow.sdk.bases.sensor import BaseSensorOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout, TaskDeferred

from http_servers import serving
from media_workflows.orchestration.awaited_add_ons import AddOnsTrigger
from media_workflows.orchestration.sensor import UploadSensor
from media_workflows.orchestration.upload_triggers import AwaitedUploadTrigger, NewObjectTrigger
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import get_engine, make_engine, transaction
from media_workflows.store.runs import get_runs
from media_workflows.store.uploads import give_upload, waiting_runs
from refusing_s3 import RefusingS3

Put = Callable[..., str]


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the server that the service's settings name."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", s3_server)
    get_settings.cache_clear()
    yield make_clients(Settings(s3_endpoint_url=s3_server)).s3
    get_settings.cache_clear()


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"in-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def put(s3: Any, bucket: str) -> Put:
    def put_(key: str, body: bytes = b"video") -> str:
        return str(s3.put_object(Bucket=bucket, Key=key, Body=body)["ETag"]).strip('"')

    return put_


def sensor(bucket: str, **given: Any) -> UploadSensor:
    return UploadSensor(task_id="upload", bucket=bucket, prefix="in/", **given)


def context(run_after: datetime | None = None, **conf: Any) -> Any:
    run = SimpleNamespace(dag_id="wf_1", run_id="r1", conf=conf, run_after=run_after or datetime.now(UTC))
    return {"dag_run": run, "params": {"key": None}}


def deferral(waiting: UploadSensor, given: Any) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        waiting.execute(given)
    return caught.value


def fired(trigger: Any) -> Any:
    """What a trigger yields, made again from what Airflow stores of it."""
    path, arguments = trigger.serialize()
    assert path == f"{type(trigger).__module__}.{type(trigger).__name__}"

    async def first() -> Any:
        return (await anext(type(trigger)(**arguments).run())).payload

    return asyncio.run(asyncio.wait_for(first(), timeout=60))


def test_it_is_a_sensor_with_templated_fields(bucket: str) -> None:
    made = sensor("{{ params.bucket }}", aws_conn_id="{{ params.conn }}", timeout=60, poke_interval=5)
    assert isinstance(made, BaseSensorOperator)
    made.render_template_fields({"params": {"bucket": "b", "conn": "c"}})
    assert (made.bucket, made.aws_conn_id, made.timeout, made.poke_interval) == ("b", "c", 60, 5)
    assert isinstance(sensor(bucket).hook, S3Hook)


@pytest.mark.usefixtures("database")
class TestOfAStoredWorkflow:
    def test_an_object_of_the_conf_is_confirmed_and_recorded(self, bucket: str, put: Put) -> None:
        etag = put("in/a.mp4")
        found = sensor(bucket, revision=3).execute(context(key="in/a.mp4", etag=etag))
        assert (found["bucket"], found["key"], found["etag"], found["size_bytes"]) == (bucket, "in/a.mp4", etag, 5)
        with transaction() as session:
            record = get_runs(session, "wf_1", ["r1"])["r1"]
        assert record.source is not None
        assert (record.revision, record.source.key) == (3, "in/a.mp4")

    @pytest.mark.parametrize(
        ("conf", "message"), [({"key": "in/b.mp4"}, "there is no object 'in/b.mp4'"), ({"etag": "old"}, "was replaced")]
    )
    def test_an_object_that_is_gone_or_replaced_fails_the_run(
        self, bucket: str, put: Put, conf: dict[str, Any], message: str
    ) -> None:
        put("in/a.mp4")
        with pytest.raises(AirflowFailException, match=message):
            sensor(bucket, revision=3).execute(context(**({"key": "in/a.mp4"} | conf)))
        with transaction() as session:
            assert get_runs(session, "wf_1", ["r1"])["r1"].error is not None

    def test_without_a_key_the_run_stands_in_line_in_the_triggerer(self, bucket: str, put: Put) -> None:
        waiting, run = sensor(bucket, revision=3, timeout=90, poke_interval=0.1), context()
        put("in/a.mp4")  # ingestion decides what a workflow's run gets, not a listing
        deferred = deferral(waiting, run)
        assert isinstance(deferred.trigger, AwaitedUploadTrigger)
        assert (deferred.method_name, deferred.timeout) == ("resume", timedelta(seconds=90))
        with transaction() as session:
            assert waiting_runs(session, "wf_1") == ["r1"]
            assert give_upload(session, "wf_1", "r1", {"key": "in/a.mp4"})
        event = fired(deferred.trigger)
        assert waiting.resume(run, event)["key"] == "in/a.mp4"
        assert waiting.execute(run)["key"] == "in/a.mp4"  # a retry works on the same upload

    def test_add_ons_are_awaited_in_the_triggerer(self, bucket: str, put: Put) -> None:
        """Those that are missing, until all are there; what arrives first does not matter."""
        add_ons = [("subs/{inputName}.srt", 60), ("{inputName}.m4a", 60)]
        waiting, run = sensor(bucket, revision=3, add_ons=add_ons), context(key="in/a.mp4")
        put("in/a.mp4")
        put("a.m4a")
        deferred = deferral(waiting, run)
        assert isinstance(deferred.trigger, AddOnsTrigger)
        _, arguments = deferred.trigger.serialize()
        assert [key for key, _ in arguments["awaited"]] == ["subs/a.srt"]
        put("subs/a.srt")
        assert waiting.resume_complete(run, fired(AddOnsTrigger(**arguments)))["key"] == "in/a.mp4"
        assert waiting.execute(run)["key"] == "in/a.mp4"

    def test_add_ons_are_awaited_for_a_time_since_the_upload(self, bucket: str, put: Put) -> None:
        put("in/a.mp4")
        waiting, run = sensor(bucket, revision=3, add_ons=[("subs/a.srt", 1)]), context(key="in/a.mp4")
        time.sleep(1.1)
        assert waiting.execute(run)["key"] == "in/a.mp4"  # of an old object: at once

    def test_an_outage_of_the_database_delays_the_upload(
        self, bucket: str, put: Put, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting, run = sensor(bucket, revision=3, poke_interval=0.1), context()
        deferred = deferral(waiting, run)
        put("in/a.mp4")
        with transaction() as session:
            assert give_upload(session, "wf_1", "r1", {"key": "in/a.mp4"})
        refused, engine = make_engine("postgresql+psycopg2://none@127.0.0.1:9/none"), get_engine()
        asked = iter([refused, refused])
        monkeypatch.setattr("media_workflows.store.engine.get_engine", lambda: next(asked, engine))
        assert waiting.resume(run, fired(deferred.trigger))["key"] == "in/a.mp4"
        assert next(asked, None) is None

    def test_a_trigger_that_an_earlier_version_stored_still_runs(self) -> None:
        assert AwaitedUploadTrigger(workflow_id="wf_1", run_id="r1").poke_interval == 1
        for trigger in (AwaitedUploadTrigger, NewObjectTrigger):
            assert resolve_name(f"media_workflows.orchestration.sensor:{trigger.__name__}") is trigger


class TestInAHandWrittenDag:
    def test_the_first_object_since_the_run_was_due(self, bucket: str, put: Put) -> None:
        put("in/folder/")
        put("elsewhere/a.mp4")
        waiting = sensor(bucket, poke_interval=0.1)
        deferred = deferral(waiting, context())
        assert isinstance(deferred.trigger, NewObjectTrigger)
        etag = put("in/folder/a.mp4")
        event = fired(deferred.trigger)
        assert event == {"key": "in/folder/a.mp4", "etag": etag}
        assert waiting.resume(context(), event)["etag"] == etag

    def test_refused_credentials_delay_it(
        self, bucket: str, put: Put, s3_server: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with serving(RefusingS3(s3_server, first_s=0.4)) as proxy:
            monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", proxy.url)
            get_settings.cache_clear()
            waiting = sensor(bucket, poke_interval=0.1)
            deferred = deferral(waiting, context())
            etag = put("in/a.mp4")
            proxy.refuses = 3
            event = fired(deferred.trigger)
            assert waiting.resume(context(), event)["etag"] == etag
        assert (proxy.refused.count("GET list-type"), proxy.refused[-1]) == (4, "HEAD")

    def test_older_objects_are_not_taken(self, bucket: str, put: Put) -> None:
        put("in/a.mp4")
        deferral(sensor(bucket), context(run_after=datetime.now(UTC) + timedelta(minutes=1)))
        found = sensor(bucket).execute(context(run_after=datetime.now(UTC) - timedelta(minutes=1)))
        assert found["key"] == "in/a.mp4"

    def test_it_can_wait_in_a_worker_and_gives_up_in_time(self, bucket: str, put: Put) -> None:
        in_a_worker = {"deferrable": False, "poke_interval": 0.05}
        with pytest.raises(AirflowSensorTimeout):
            sensor(bucket, **in_a_worker, timeout=0.2).execute(context())
        put("in/a.mp4")
        assert sensor(bucket, **in_a_worker, timeout=60).execute(context())["key"] == "in/a.mp4"

    def test_the_connection_says_where_and_as_who(
        self, bucket: str, put: Put, s3_server: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put("in/a.mp4")
        stored = Connection(
            conn_id="mine",
            conn_type="aws",
            login="test",
            password="test",
            extra=f'{{"endpoint_url": "{s3_server}", "region_name": "us-east-1"}}',
        )
        monkeypatch.setenv("AIRFLOW_CONN_MINE", stored.get_uri())
        monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", "http://127.0.0.1:1")
        get_settings.cache_clear()
        found = sensor(bucket, aws_conn_id="mine").execute(context(key="in/a.mp4"))
        assert found["size_bytes"] == 5

    def test_an_unknown_connection_fails_at_once(self, bucket: str) -> None:
        with pytest.raises(AirflowFailException, match="there is no Airflow connection 'nope': create it"):
            sensor(bucket, aws_conn_id="nope").execute(context())
