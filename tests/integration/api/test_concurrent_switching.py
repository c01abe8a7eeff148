"""Edits, deletions and enabling at the same time: the state that one decides by still holds where it writes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from media_workflows.airflow_adapter import dag_state
from media_workflows.services import workflows as service


@pytest.fixture
def during_bucket_check(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Another request that comes while the next one checks its buckets, which takes seconds of S3 calls."""

    def during(other: Callable[[], Any]) -> None:
        check = service.check_buckets

        def slow_check(definition: Any) -> None:
            monkeypatch.setattr(service, "check_buckets", check)
            check(definition)
            assert other().status_code == 200

        monkeypatch.setattr(service, "check_buckets", slow_check)

    return during


def test_a_workflow_that_is_enabled_during_an_edit_is_not_edited(
    admin: Any, create: Any, during_bucket_check: Any
) -> None:
    path = f"/api/v1/workflows/{create('edited')}"
    stored = admin.get(path).json()
    during_bucket_check(lambda: admin.post(f"{path}/enable"))
    update = {"revision": 1, "definition": stored["definition"] | {"priority": 5}}
    answer = admin.put(path, json=update)
    assert (answer.status_code, answer.json()["code"]) == (409, "ResourceEnabled")
    now = admin.get(path).json()
    assert (now["enabled"], now["revision"]) == (True, 1)


def test_a_workflow_that_is_edited_while_it_is_enabled_stays_disabled(
    admin: Any, create: Any, during_bucket_check: Any
) -> None:
    """Its buckets were checked as the definition before named them."""
    path = f"/api/v1/workflows/{create('enabled')}"
    stored = admin.get(path).json()
    update = {"revision": 1, "definition": stored["definition"] | {"priority": 5}}
    during_bucket_check(lambda: admin.put(path, json=update))
    answer = admin.post(f"{path}/enable")
    assert (answer.status_code, "was edited while" in answer.json()["message"]) == (409, True)
    now = admin.get(path).json()
    assert (now["enabled"], now["revision"]) == (False, 2)
    assert admin.post(f"{path}/enable").json()["enabled"] is True


def test_a_workflow_is_not_enabled_during_its_deletion(
    admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/v1/workflows/{create('deleted')}"
    answers: list[int] = []
    enabling = threading.Thread(target=lambda: answers.append(admin.post(f"{path}/enable").status_code))
    count = dag_state.unfinished_runs

    def slow_count(*arguments: Any) -> int:
        enabling.start()
        enabling.join(1)  # its buckets are checked by then, and it waits for the deletion
        return count(*arguments)

    monkeypatch.setattr(service, "unfinished_runs", slow_count)
    assert admin.delete(path).status_code == 204
    enabling.join(60)
    assert answers == [404]
