"""The sender with a real store and real receivers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook

from http_servers import serving
from media_workflows.errors import NotificationError
from media_workflows.notifications.sample_event import make_sample_event, send_sample_event
from media_workflows.notifications.sender import Sender
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.settings import Settings
from media_workflows.store.deliveries import Attempt
from media_workflows.store.delivery_log import Delivery, DeliveryFilter, attempts_of, list_deliveries
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.tables import DeliveryRow, utcnow
from outbox import finish, run_of
from receiver import Receiver

pytestmark = pytest.mark.usefixtures("database")

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SETTINGS = Settings(
    notify_timeout_s=120,  # against hanging alone: on a busy machine, an answer takes seconds
    notify_first_wait_s=0.1,
    notify_longest_wait_s=0.4,
    callback_allowed_hosts=["127.0.0.1"],
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


def target(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"type": "http", "url": receiver.url, **more}


def sender(settings: Settings = SETTINGS) -> Sender:
    clients: Any = None  # HTTP needs none
    return Sender(clients, lambda _: Credentials((SECRET,), "key"), settings, get_engine())


def send(settings: Settings = SETTINGS) -> int:
    return _send_all_due(sender(settings))


def _send_all_due(one: Sender) -> int:
    try:
        return asyncio.run(one.send_all_due())
    finally:
        one.close()


def send_until(done: Any, settings: Settings = SETTINGS, timeout_s: float = 90) -> None:
    """Let the sender run until something is true."""

    async def run() -> None:
        task = asyncio.create_task(sender(settings).run())
        deadline = time.monotonic() + timeout_s
        while not await asyncio.to_thread(done):
            assert not task.done() or task.result()
            assert time.monotonic() < deadline, deliveries()
            await asyncio.sleep(0.05)
        task.cancel()

    asyncio.run(run())


def deliveries(**which: Any) -> list[Delivery]:
    with transaction() as session:
        return list_deliveries(session, DeliveryFilter(**which), limit=1000).items


def attempts(event_id: str) -> list[Attempt]:
    with transaction() as session:
        (found,) = attempts_of(session, event_id).values()
    return found


def test_an_event_arrives_signed_in_both_ways_and_is_noted(receiver: Receiver) -> None:
    event = finish(run_of(target(receiver)))
    assert send() == 1
    (_, headers, body) = receiver.requests[0]
    assert headers["webhook-id"] == event.id
    received = Webhook(SECRET).verify(body, headers)
    assert received["WorkflowTaskEvent"] == json.loads(event.body)["WorkflowTaskEvent"]
    assert len(received["Sign"]) == 32
    (delivery,) = deliveries(state="delivered")
    assert delivery.ended_at is not None
    (attempt,) = attempts(event.id)
    assert (attempt.status, attempt.answer, attempt.error) == (200, "taken", "")
    assert 0 < attempt.latency_s < 120
    assert send() == 0


def test_500_then_200_is_tried_again_under_the_same_id(receiver: Receiver) -> None:
    receiver.answers = [(500, b"busy", {}), (503, b"", {}), (200, b"taken", {})]
    event = finish(run_of(target(receiver)))
    send_until(lambda: deliveries(state="delivered"))
    assert [headers["webhook-id"] for _, headers, _ in receiver.requests] == [event.id] * 3
    assert [(attempt.status, attempt.answer) for attempt in attempts(event.id)] == [
        (500, "busy"),
        (503, ""),
        (200, "taken"),
    ]
    first, second, _ = attempts(event.id)
    assert 0.08 <= (second.begun_at - first.begun_at).total_seconds() < 90


def test_deliveries_are_found_by_the_latest_answer(receiver: Receiver) -> None:
    """0 is an attempt without one; what was not attempted has none of them."""

    def answered() -> dict[int, int]:
        return {status: len(deliveries(answer=status)) for status in (0, 200, 503)}

    receiver.answers = [(503, b"", {}), (200, b"taken", {})]
    patient = SETTINGS.model_copy(update={"notify_first_wait_s": 600, "notify_longest_wait_s": 600})
    finish(run_of(target(receiver)))
    assert answered() == {0: 0, 200: 0, 503: 0}
    assert send(patient) == 1
    assert answered() == {0: 0, 200: 0, 503: 1}
    with transaction() as session:
        session.execute(update(DeliveryRow).values(state="pending", due_at=utcnow()))
    assert send(patient) == 1
    assert answered() == {0: 0, 200: 1, 503: 0}
    finish(run_of({"type": "http", "url": "http://127.0.0.1:1/"}, run_id="r2"))
    assert send(patient) == 1
    assert answered() == {0: 1, 200: 1, 503: 0}


def test_after_the_end_of_the_schedule_it_is_a_dead_letter(receiver: Receiver) -> None:
    receiver.answers = [(500, b"never", {})]
    event = finish(run_of(target(receiver)))
    send_until(lambda: deliveries()[0].attempts >= 2)
    with transaction() as session:  # the end comes now, however long the two attempts took
        session.execute(update(DeliveryRow).values(give_up_at=utcnow(), leased_until=None))
    send_until(lambda: deliveries(state="dead"))
    (delivery,) = deliveries()
    assert delivery.last is not None
    assert "answered 500: 'never'" in delivery.last.error
    # the same results told again, by a notify task that is cleared for example, revive it
    receiver.answers = [(200, b"at last", {})]
    assert finish(run_of(target(receiver))).id == event.id
    assert send() == 1
    (delivered,) = deliveries(state="delivered")
    assert delivered.last is not None
    assert delivered.last.answer == "at last"
    # one that was under way when its sender was cancelled is not recorded, but sent again
    assert 3 <= delivered.attempts <= len(receiver.requests)


def test_what_cannot_help_is_not_tried_again(receiver: Receiver) -> None:
    receiver.answers = [(410, b"", {})]
    finish(run_of(target(receiver)))
    finish(run_of({"type": "http", "url": "http://127.0.0.2:9/"}, workflow_id="wf_2"))
    assert send() == 2
    gone, forbidden = sorted(deliveries(state="dead"), key=lambda delivery: delivery.workflow_id)
    assert gone.last is not None
    assert forbidden.last is not None
    assert "accepts no more events" in gone.last.error
    assert "callback_allowed_hosts" in forbidden.last.error
    assert gone.attempts == forbidden.attempts == 1


def test_a_slow_receiver_delays_nobody_else(receiver: Receiver) -> None:
    with Receiver() as silent:  # it listens and nobody accepts
        for number in range(20):
            finish(run_of(target(silent), run_id=f"slow{number}", workflow_id="wf_slow"))
        quick = [finish(run_of(target(receiver), run_id=f"r{number}")).id for number in range(20)]
        send_until(lambda: len(receiver.requests) == 20)
        slow = deliveries(workflow_ids=frozenset({"wf_slow"}))
        assert [delivery.attempts for delivery in slow] == [0] * 20  # those under way still wait for the silent one
    assert sorted(headers["webhook-id"] for _, headers, _ in receiver.requests) == sorted(quick)
    assert {delivery.state for delivery in slow} == {"pending"}


def test_changes_keep_their_order_through_failures(receiver: Receiver) -> None:
    receiver.answers = [(500, b"", {}), (200, b"", {}), (500, b"", {}), (500, b"", {}), (200, b"", {})]
    events = [finish(run_of(target(receiver, mode="change"), run_id=f"r{number}")).id for number in range(4)]
    send_until(lambda: len(deliveries(state="delivered")) == 4)
    arrived = list(dict.fromkeys(headers["webhook-id"] for _, headers, _ in receiver.requests))
    assert arrived == events
    assert len(receiver.requests) == 7


def test_a_missing_connection_is_a_failed_attempt(receiver: Receiver) -> None:
    def credentials_of(_: Any) -> Credentials:
        raise NotificationError("there is no Airflow connection 'x'")

    event = finish(run_of(target(receiver, connection="x")))
    clients: Any = None
    _send_all_due(Sender(clients, credentials_of, SETTINGS, get_engine()))
    assert "no Airflow connection 'x'" in attempts(event.id)[0].error
    assert receiver.requests == []


def test_an_unexpected_error_is_recorded_and_the_others_continue(receiver: Receiver) -> None:
    bad = finish(run_of({"type": "sqs", "queue_name": "events"}))  # there are no clients: an AttributeError
    finish(run_of(target(receiver), run_id="r2"))
    send()
    assert "the sender failed unexpectedly (AttributeError" in attempts(bad.id)[0].error
    assert len(receiver.requests) == 1
    assert deliveries(state="pending")[0].event_id == bad.id


@pytest.mark.parametrize("form", ["workflow_task", "cloud_event"])
def test_a_test_event_shows_the_answer_and_stores_nothing(receiver: Receiver, form: str) -> None:
    run = run_of(target(receiver, format=form))
    assert run.workflow.notification is not None
    clients: Any = None

    def try_it() -> Attempt:
        assert run.workflow.notification is not None
        event = make_sample_event("wf_1", "w", utcnow())
        return send_sample_event(event, run.workflow.notification, clients, lambda _: Credentials((SECRET,)), SETTINGS)

    attempt = try_it()
    assert (attempt.status, attempt.answer, attempt.error) == (200, "taken", "")
    body = json.loads(receiver.requests[0][2])
    assert (body["data"] if form == "cloud_event" else body)["MediaWorkflows"]["Test"] is True
    receiver.answers = [(401, b"who are you", {})]
    refused = try_it()
    assert (refused.status, refused.answer) == (401, "who are you")
    assert "must answer 2xx" in refused.error
    assert deliveries() == []
