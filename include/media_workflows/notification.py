"""A finished run's event: put together, made durable, delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from media_workflows.errors import NotificationError
from media_workflows.events.delivery import deliver_with_retries
from media_workflows.events.receipt import DeliveryReceipt
from media_workflows.model.event import SourceFault, canonical_json, event_id, workflow_task_event
from media_workflows.model.notification import NotificationTarget
from media_workflows.model.result import JobResult
from media_workflows.model.workflow import Workflow
from media_workflows.settings import get_settings
from media_workflows.storage.clients import Clients
from media_workflows.store.engine import transaction
from media_workflows.store.events import StoredEvent, events_of_run, put_event, record_attempt
from media_workflows.store.runs import get_run


@dataclass(frozen=True)
class RunOutcome:
    """A run as its notify task finds it. `unfinished` stands in for jobs that left no result."""

    workflow_id: str
    run_id: str
    revision: int
    workflow: Workflow
    unfinished: list[JobResult]


def store_event(outcome: RunOutcome) -> StoredEvent:
    """Write the run's event to the outbox. The same results again give the same event, under the same id."""
    with transaction() as session:
        record = get_run(session, outcome.workflow_id, outcome.run_id)
        known = {job.kind: job for job in (record.jobs if record else ())}
        jobs = [*known.values(), *(job for job in outcome.unfinished if job.kind not in known)]
        body = canonical_json(
            workflow_task_event(
                workflow_id=outcome.workflow_id,
                run_id=outcome.run_id,
                revision=outcome.revision,
                workflow_name=outcome.workflow.name,
                source=record.source if record else None,
                results=jobs,
                fault=SourceFault(**record.error) if record and record.error else None,
                region=outcome.workflow.trigger.region or "",
                finished_at=max((job.finished_at for job in known.values()), default=datetime.now(UTC)),
            )
        )
        id_ = event_id(outcome.workflow_id, outcome.run_id, _content(list(known.values()), jobs))
        put_event(session, id_, outcome.workflow_id, outcome.run_id, body.decode())
        session.flush()
        return next(event for event in events_of_run(session, outcome.workflow_id, outcome.run_id) if event.id == id_)


def _content(known: list[JobResult], jobs: list[JobResult]) -> bytes:
    """What makes this event another one than the run's last: its stored results, and the outcomes of the rest.

    The times of stand-in results are left out: they are of the moment, and a second try to notify
    must find the event of the first.
    """
    stand_ins = [[job.kind, job.items[0].message] for job in jobs if job not in known]
    return canonical_json({"results": [job.model_dump(mode="json") for job in known], "unfinished": stand_ins})


def deliver_event(event: StoredEvent, target: NotificationTarget, clients: Clients) -> DeliveryReceipt:
    """Deliver, and note the answer in the outbox. Raises NotificationError after the last attempt."""
    try:
        receipt = deliver_with_retries(target, event.id, event.body.encode(), clients, get_settings())
    except NotificationError as error:
        _note(event, str(error), delivered=False)
        raise
    _note(event, f"{receipt.status} {receipt.answer_excerpt}", delivered=True)
    return receipt


def _note(event: StoredEvent, answer: str, *, delivered: bool) -> None:
    with transaction() as session:
        record_attempt(session, event.id, answer, delivered=delivered)
