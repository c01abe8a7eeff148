"""Answers to the approvals of a run in `dag.test()`, given as Airflow's api-server and scheduler give them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

POLL_INTERVAL_S = 0.2
TIMEOUT = "timeout"  # instead of an option: the scheduler's sweep answers
USER = {"id": "7", "name": "ann"}


@contextmanager
def answering(answers: Mapping[str, str]) -> Iterator[None]:
    """Questions of these tasks get these options as answers while the context lasts; no task has a process then."""
    ended = threading.Event()
    thread = threading.Thread(target=_answer_until, args=(answers, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _answer_until(answers: Mapping[str, str], ended: threading.Event) -> None:
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    while not ended.wait(POLL_INTERVAL_S):
        with create_session() as session:
            waiting = select(TaskInstance).options(joinedload(TaskInstance.hitl_detail))
            waiting = waiting.where(TaskInstance.state == "awaiting_input")
            for task in session.scalars(waiting):
                if answers[task.task_id] != TIMEOUT:
                    _answer(session, task, answers[task.task_id])
        if TIMEOUT in answers.values():
            _sweep()


def _answer(session: Any, task: Any, option: str) -> None:
    """As the route of the api-server does."""
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent

    detail = task.hitl_detail
    assert option in detail.options
    detail.responded_by, detail.responded_at = USER, datetime.now(UTC)
    detail.chosen_options, detail.params_input = [option], {}
    session.add(detail)
    handle_event_submit(TriggerEvent(detail.as_resume_event_payload()), task_instance=task, session=session)


def _sweep() -> None:
    """As the scheduler does from time to time."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner

    SchedulerJobRunner(Job()).check_awaiting_input_timeouts()
