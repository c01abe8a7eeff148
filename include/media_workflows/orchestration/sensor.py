"""The upload sensor: confirms its run's object, or waits for the next upload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.sensor import BaseSensorOperator, PokeReturnValue
from airflow.triggers.base import BaseTrigger

from media_workflows.domain.candidates import UPLOAD_RUN
from media_workflows.domain.result import SourceObject
from media_workflows.errors import MediaWorkflowsError, SourceGoneError
from media_workflows.log_context import log_object
from media_workflows.orchestration.argument_checks import Check, if_literal
from media_workflows.orchestration.awaited_add_ons import AddOnsTrigger, awaited_objects, still_missing
from media_workflows.orchestration.checked_operator import CheckedOperator
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.operator_arguments import (
    add_on_list,
    bucket_name,
    connection_id,
    key_prefix,
    of_type,
    of_workflows_only,
)
from media_workflows.orchestration.upload_triggers import (
    AwaitedUploadTrigger,
    NewObjectTrigger,
    next_upload,
    s3_hook,
)
from media_workflows.settings import get_settings
from media_workflows.storage.refusals import repeat_refused
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_source
from media_workflows.store import uploads
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source
from media_workflows.store.tables import utcnow
from media_workflows.tracing import past_span

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.airflow_adapter.s3_hook import MediaS3Hook


class UploadSensor(CheckedOperator, BaseSensorOperator):
    """Waits for an upload to `bucket` below `prefix`; returns the run's SourceObject as a dict.

    A run whose conf or params name a `key` is about that object: the sensor confirms it at once, and fails if it is
    not there. Without a key, the sensor waits in the triggerer, in no worker slot:

    - in the DAG of a stored workflow, for the next upload that ingestion accepts for the workflow and that no run
      before it in line takes;
    - in a hand-written DAG, for the first object put below the prefix since the run was due (its `run_after`, to the
      second). Runs that wait at the same time find the same object: set `max_active_runs=1`.

    :param bucket: Name of the S3 bucket.
    :param prefix: What keys start with; empty = all.
    :param revision: Revision of the stored workflow; None = a hand-written DAG, whose sensor uses no store.
    :param add_ons: Key patterns of objects that the run waits for, each with seconds since the upload of the source.
    :param deferrable: Wait in the triggerer. False: wait in a worker, by `poke_interval` and `mode`.
    :param aws_conn_id: The Airflow connection for S3. None = that of setting `aws_conn_id`, or the AWS_* environment
        and setting `s3_endpoint_url`.
    :param region_name: AWS region, of the connection.
    :param verify: Whether or how to verify TLS certificates, of the connection.
    :param botocore_config: Arguments of botocore's `Config`, of the connection.
    """

    required = ("bucket", "prefix")
    template_fields: Sequence[str] = ("aws_conn_id", "bucket", "prefix", "region_name", "verify")
    ui_color = "#dcecf9"

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str = "",
        revision: int | None = None,
        add_ons: Sequence[tuple[str, int]] = (),
        deferrable: bool = True,
        aws_conn_id: str | None = None,
        region_name: str | None = None,
        verify: bool | str | None = None,
        botocore_config: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bucket = bucket
        self.prefix = prefix
        self.revision = revision
        self.add_ons = add_ons
        self.deferrable = deferrable
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.verify = verify
        self.botocore_config = botocore_config
        self._check({name: getattr(self, name) for name in self.checks()})

    @classmethod
    def checks(cls) -> dict[str, Check]:
        return {
            "bucket": if_literal(lambda value: bucket_name("bucket", value)),
            "prefix": if_literal(key_prefix),
            "add_ons": add_on_list,
            "revision": lambda value: of_workflows_only("revision", value, int),
            "aws_conn_id": if_literal(connection_id),
            "region_name": if_literal(lambda value: of_type("region_name", value, str)),
            "deferrable": lambda value: of_type("deferrable", value, bool),
            "verify": lambda value: of_type("verify", value, bool | str),
            "botocore_config": lambda value: of_type("botocore_config", value, dict),
        }

    @cached_property
    def hook(self) -> MediaS3Hook:
        """The Amazon provider's S3 hook."""
        return s3_hook(self._hook_parameters)

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return {
            "aws_conn_id": self.aws_conn_id,
            "region_name": self.region_name,
            "verify": self.verify,
            "config": self.botocore_config,
        }

    def execute(self, context: Context) -> Any:
        """Confirm the object of the run, or wait until there is one."""
        if not self.deferrable:
            return super().execute(context)
        found = self.poke(context)
        if not found:
            self.log.info("waiting for the next upload to %s/%s", self.bucket, self.prefix)
            timeout = timedelta(seconds=self.timeout)
            self.defer(trigger=self._trigger(context["dag_run"]), method_name="resume", timeout=timeout)
        return self._with_add_ons(found.xcom_value)

    def poke(self, context: Context) -> PokeReturnValue:
        """Done when the run has an object, which is then confirmed."""
        with final_errors():
            upload = self._upload_of(context)
            return PokeReturnValue(upload is not None, None if upload is None else self._confirm(context, upload))

    def resume(self, context: Context, event: dict[str, Any]) -> Any:
        """Continue with the upload that the trigger found. Airflow's database holds this name."""
        with final_errors():
            source = self._confirm(context, event)
        return self._with_add_ons(source)

    def resume_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Continue with the source after the wait for add-ons. Airflow's database holds this name."""
        with final_errors():
            return self._confirm(context, event)

    def _with_add_ons(self, source: Any) -> Any:
        """The source, at once or after a wait for the add-ons of its items."""
        with final_errors():
            awaited = awaited_objects(self.add_ons, SourceObject.model_validate(source), self.prefix)
            missing = still_missing(self._storage, self.bucket, awaited, utcnow()) if awaited else []
        if missing:
            self.log.info("waiting for %s", ", ".join(f"{key} until {until}" for key, until in missing))
            trigger = AddOnsTrigger(self.bucket, missing, source, self._hook_parameters)
            self.defer(trigger=trigger, method_name="resume_complete")
        return source

    def _upload_of(self, context: Context) -> dict[str, Any] | None:
        run = context["dag_run"]
        named = {**context["params"], **(run.conf or {})}
        if named.get("key"):
            return named
        if self.revision is None:
            return next_upload(self._storage, self.bucket, self.prefix, run.run_after)
        with transaction() as session:
            uploads.await_upload(session, run.dag_id, run.run_id)
            # An earlier try may have got one: a retry or a cleared task works on the same upload.
            return uploads.awaited_upload(session, run.dag_id, run.run_id)

    def _trigger(self, run: Any) -> BaseTrigger:
        if self.revision is not None:
            return AwaitedUploadTrigger(run.dag_id, run.run_id, self.poke_interval)
        since = run.run_after.isoformat()
        return NewObjectTrigger(self.bucket, self.prefix, since, self._hook_parameters, self.poke_interval)

    @property
    def _storage(self) -> ObjectStorage:
        return ObjectStorage(repeat_refused(self.hook.get_conn(), get_settings().access_denied_wait_s))

    def _confirm(self, context: Context, upload: dict[str, Any]) -> dict[str, Any]:
        run = context["dag_run"]
        try:
            source = confirmed_source(self._storage, self.bucket, upload)
        except MediaWorkflowsError as error:
            self._record(run, _named(self.bucket, upload), error)
            raise
        self._record(run, source)
        log_object(source.bucket, source.key)
        _trace_upload(run, source)
        self.log.info("source: %s/%s, %d bytes", source.bucket, source.key, source.size_bytes)
        return source.model_dump(mode="json")

    def _record(self, run: Any, source: SourceObject, error: MediaWorkflowsError | None = None) -> None:
        if self.revision is None:
            return
        with transaction() as session:
            record_source(session, run.dag_id, run.run_id, self.revision, source, error)


def _trace_upload(run: Any, source: SourceObject) -> None:
    """The time from the upload, which S3 gives in whole seconds, to the run that it started: a span of its trace."""
    if source.last_modified and run.run_id.startswith(UPLOAD_RUN):
        about = {"workflow": run.dag_id, "run": run.run_id, "bucket": source.bucket, "key": source.key}
        past_span("upload", source.last_modified, run.run_after, **about)


def _named(bucket: str, upload: dict[str, Any]) -> SourceObject:
    return SourceObject(
        bucket=bucket,
        key=upload["key"],
        etag=upload.get("etag") or "",
        size_bytes=0,
        version_id=upload.get("version_id"),
    )


def confirmed_source(storage: ObjectStorage, bucket: str, upload: dict[str, Any]) -> SourceObject:
    """The object as it is now. Raises SourceGoneError when it is gone or is no longer the one that was uploaded."""
    key, etag = str(upload["key"]), upload.get("etag")
    source = existing_source(storage, bucket, key, upload.get("version_id"))
    if etag and source.etag != etag:
        raise SourceGoneError(
            "{bucket}/{key} was replaced after this run began; the newer upload has a run of its own",
            bucket=bucket,
            key=key,
        )
    return source
