"""What the next housekeeping would delete, and what it has decided about old outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from media_workflows.airflow_adapter.connections import airflow_clients
from media_workflows.airflow_adapter.run_tasks import run_states
from media_workflows.domain.base import Model
from media_workflows.domain.retention import OldOutput
from media_workflows.execution.old_outputs import OldOutputs
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import early_objects, old_records, retention, unpublished
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import UNFINISHED
from media_workflows.store.tables import utcnow


class PlannedOutput(OldOutput):
    """An old output of a run; `outcome` is what would be done today, `days` how long its workflow keeps outputs."""

    workflow_id: str
    run_id: str
    days: int


class HousekeepingPreview(Model):
    """What would be deleted today. `reports` and `unpublished` are numbers of runs, by workflow.

    `unpublished` also counts those whose early playlists were never verified. `problems` are outputs that cannot be
    examined now.
    """

    outputs: tuple[PlannedOutput, ...]
    reports: dict[str, int]
    unpublished: dict[str, int]
    problems: tuple[str, ...]


def preview(workflow_id: str | None) -> HousekeepingPreview:
    """That of a workflow, or (None) of all. It reads the metadata of each old output. Deletes nothing."""
    problems: list[str] = []
    storage = ObjectStorage(airflow_clients().s3)
    outputs = tuple(_old_outputs(OldOutputs(storage, ended_runs, utcnow(), problems.append), workflow_id))
    with transaction() as session:
        waiting = set(unpublished.runs_with_unpublished(session))
        waiting |= {(step.workflow_id, step.run_id) for step in early_objects.steps_with_early_objects(session)}
    lost = Counter(id_ for id_, run_id in waiting if workflow_id in (None, id_) and ended_runs(id_, [run_id]))
    return HousekeepingPreview(
        outputs=outputs, reports=_old_reports(workflow_id), unpublished=dict(lost), problems=tuple(problems)
    )


def ended_runs(workflow_id: str, run_ids: list[str]) -> list[str]:
    """Those that Airflow has ended, or has no more."""
    states = run_states(workflow_id, run_ids)
    return [run_id for run_id in run_ids if states.get(run_id) not in UNFINISHED]


def _old_outputs(old: OldOutputs, workflow_id: str | None) -> Iterator[PlannedOutput]:
    with transaction() as session:
        policies = retention.retentions(session)
    for id_, policy in sorted(policies.items()):
        for found in old.find(id_, policy) if workflow_id in (None, id_) else ():
            for one in found.outputs:
                place = {"workflow_id": id_, "run_id": found.step.run_id, "days": found.days}
                yield PlannedOutput(**one.model_dump(), **place)


def _old_reports(workflow_id: str | None) -> dict[str, int]:
    with transaction() as session:
        periods = retention.report_periods(session, get_settings().keep_runs_days)
    batches = (batch for one in periods for batch in old_records.batches_of_old_runs(one.before, one.scope))
    by_workflow: dict[str, list[str]] = {}
    for id_, run_id in chain.from_iterable(batches):
        if workflow_id in (None, id_):
            by_workflow.setdefault(id_, []).append(run_id)
    return {id_: len(ended) for id_, run_ids in by_workflow.items() if (ended := ended_runs(id_, run_ids))}
