"""Deletes old data from the store, and what lost runs have left in the storage, once a day."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from airflow.sdk.bases.operator import BaseOperator

from media_workflows.settings import get_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk.definitions.context import Context
    from airflow.sdk.types import RuntimeTaskInstanceProtocol
    from sqlalchemy.orm import Session

    from media_workflows.store.retention import ReportPeriod


class ForgetOldEventsOperator(BaseOperator):
    """Deletes events older than setting `keep_events_days`, unless a delivery is still due; returns their number."""

    def execute(self, context: Context) -> int:
        """One transaction."""
        from media_workflows.store.delivery_log import forget_old_events
        from media_workflows.store.engine import transaction
        from media_workflows.store.tables import utcnow

        with transaction() as session:
            count = forget_old_events(session, utcnow() - timedelta(days=get_settings().keep_events_days))
        self.log.info("deleted %d old events", count)
        return count


class ForgetOldUploadsOperator(BaseOperator):
    """Deletes upload decisions older than setting `keep_uploads_days`, and known objects that are gone as long.

    It lists each trigger directory once. Returns the number of decisions.
    """

    def execute(self, context: Context) -> int:
        """In batches."""
        from media_workflows.airflow_adapter.connections import airflow_clients
        from media_workflows.ingest.old_uploads import OldUploads
        from media_workflows.storage.s3 import ObjectStorage
        from media_workflows.store.engine import get_engine
        from media_workflows.store.tables import utcnow

        before = utcnow() - timedelta(days=get_settings().keep_uploads_days)
        count = OldUploads(ObjectStorage(airflow_clients().s3), get_engine(), before).forget()
        self.log.info("deleted %d old upload decisions", count)
        return count


class DeleteOldOutputsOperator(BaseOperator):
    """Deletes outputs older than their workflow's `retention.outputs_days`, unless they were changed since.

    Each is named in the log and in an audit record. Returns their number.
    """

    def execute(self, context: Context) -> int:
        """Run by run."""
        from media_workflows.airflow_adapter.connections import airflow_clients
        from media_workflows.execution.old_outputs import OldOutputs
        from media_workflows.storage.s3 import ObjectStorage
        from media_workflows.store.engine import transaction
        from media_workflows.store.retention import retentions
        from media_workflows.store.tables import utcnow

        def ended(workflow_id: str, run_ids: list[str]) -> list[str]:
            return _ended(context["ti"], workflow_id, run_ids)

        with transaction() as session:
            policies = retentions(session)
        outputs = OldOutputs(ObjectStorage(airflow_clients().s3), ended, utcnow(), self.log.info)
        count = 0
        for workflow_id, policy in sorted(policies.items()):
            for old in outputs.find(workflow_id, policy):
                count += sum(one.outcome == "delete" for one in outputs.delete(old))
        self.log.info("deleted %d old outputs", count)
        return count


class ForgetOldRunsOperator(BaseOperator):
    """Deletes the results of ended runs older than their workflow's `retention.reports_days`; returns their number.

    Of workflows without it, those older than setting `keep_runs_days`. A report stays while it names old outputs that
    have still to be deleted.
    """

    def execute(self, context: Context) -> int:
        """In batches."""
        from media_workflows.store import old_records, retention
        from media_workflows.store.engine import transaction
        from media_workflows.store.tables import utcnow

        before = utcnow() - timedelta(days=get_settings().keep_runs_days)
        with transaction() as session:
            periods = retention.report_periods(session, get_settings().keep_runs_days)
        count = sum(self._forget(context["ti"], period) for period in periods)
        for forget in (old_records.forget_made_items, old_records.forget_claims, old_records.forget_backfills):
            _in_batches(lambda session, forget=forget: forget(session, before))  # type: ignore[misc]
        with transaction() as session:
            retention.forget_decisions(session, before)
        self.log.info("deleted the results of %d old runs", count)
        return count

    def _forget(self, ti: RuntimeTaskInstanceProtocol, period: ReportPeriod) -> int:
        from media_workflows.store import old_records
        from media_workflows.store.engine import transaction

        count = 0
        for found in old_records.batches_of_old_runs(period.before, period.scope):
            for workflow_id, group in groupby(found, key=lambda run: run[0]):
                ended = _ended(ti, workflow_id, [run_id for _, run_id in group])
                with transaction() as session:
                    old_records.forget_runs(session, workflow_id, ended)
                count += len(ended)
        return count


class RemoveUnpublishedOperator(BaseOperator):
    """Removes what ended runs have made and not published, see `publish: together`; returns the number of runs.

    The last task of a run does so itself; this is for runs whose last task was lost.
    """

    def execute(self, context: Context) -> int:
        """Run by run."""
        from media_workflows.airflow_adapter.connections import airflow_clients
        from media_workflows.domain.step_key import StepKey
        from media_workflows.domain.steps import PUBLISH
        from media_workflows.errors import NotPublishedError
        from media_workflows.execution.publish_run import discard
        from media_workflows.storage.s3 import ObjectStorage
        from media_workflows.store.engine import transaction
        from media_workflows.store.unpublished import runs_with_unpublished

        with transaction() as session:
            found = runs_with_unpublished(session)
        ended = [run for run in found if _ended(context["ti"], run[0], [run[1]])]
        error = NotPublishedError("nothing of this run is published, as it ended before that: retry the run")
        storage = ObjectStorage(airflow_clients().s3)
        for workflow_id, run_id in ended:
            discard(StepKey(workflow_id, run_id, PUBLISH), None, storage, error, self.log.info)
        self.log.info("removed the unpublished outputs of %d runs", len(ended))
        return len(ended)


class RemoveEarlyOperator(BaseOperator):
    """Removes what steps of ended runs have published before it was verified, see `early_playlist`.

    A step does so itself; this is for those that were lost. Returns the number of steps.
    """

    def execute(self, context: Context) -> int:
        """Step by step."""
        from media_workflows.airflow_adapter.connections import airflow_clients
        from media_workflows.execution.early_removal import remove_early_of_lost
        from media_workflows.storage.s3 import ObjectStorage
        from media_workflows.store.early_objects import steps_with_early_objects
        from media_workflows.store.engine import transaction

        with transaction() as session:
            found = steps_with_early_objects(session)
        lost = [step for step in found if _ended(context["ti"], step.workflow_id, [step.run_id])]
        storage = ObjectStorage(airflow_clients().s3)
        count = sum(remove_early_of_lost(storage, step, self.log.info) for step in lost)
        self.log.info("removed the early objects of %d steps", count)
        return count


def _in_batches(forget: Callable[[Session], int]) -> None:
    from media_workflows.store.engine import transaction
    from media_workflows.store.old_records import BATCH

    count = BATCH
    while count >= BATCH:
        with transaction() as session:
            count = forget(session)


def _ended(ti: RuntimeTaskInstanceProtocol, workflow_id: str, run_ids: list[str]) -> list[str]:
    """Those that are not queued or running in Airflow: a gate may wait for a person for a long time."""
    from media_workflows.store.run_copies import UNFINISHED

    def unfinished(ids: list[str]) -> bool:
        return bool(ti.get_dr_count(workflow_id, run_ids=ids, states=list(UNFINISHED)))

    return [run_id for run_id in run_ids if not unfinished([run_id])] if unfinished(run_ids) else run_ids
