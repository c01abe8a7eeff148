"""How far behind the detection of uploads is, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api_definitions import BUCKET
from clean_state import clear_caches
from media_workflows.errors import StorageAccessError
from media_workflows.store.detection import record_failure, record_success
from media_workflows.store.engine import transaction
from media_workflows.store.tables import DetectionSourceRow, utcnow


@pytest.fixture
def asked(admin: Any, create: Any) -> Any:
    """What the route answers for a workflow."""
    workflow = create("watched")
    return lambda: admin.get(f"/api/v1/workflows/{workflow}/detection").json()


def poll(place: str, error: Exception | None = None, ago_s: float = 0) -> None:
    with transaction() as session:
        if error:
            record_failure(session, "listing", place, error)
        else:
            record_success(session, "listing", [place])
        at = utcnow() - timedelta(seconds=ago_s)
        times = {"polled_at": at} if error else {"polled_at": at, "succeeded_at": at}
        session.execute(update(DetectionSourceRow).where(DetectionSourceRow.place == place).values(times))


def test_it_was_never_read(asked: Any) -> None:
    found = asked()
    assert (found["state"], found["behind_s"], found["polled_at"]) == ("stopped", None, None)


def test_it_is_up_to_date(asked: Any) -> None:
    poll(f"{BUCKET}/")
    poll("another-bucket/", StorageAccessError("not concerned"))
    found = asked()
    assert (found["state"], [source["place"] for source in found["sources"]]) == ("ok", [f"{BUCKET}/"])
    assert found["behind_s"] < 30


def test_it_stands_still(asked: Any) -> None:
    poll(f"{BUCKET}/", ago_s=600)
    found = asked()
    assert found["state"] == "stopped"
    assert found["behind_s"] >= 600


def test_its_source_has_an_error(asked: Any) -> None:
    poll(f"{BUCKET}/", ago_s=600)
    poll(f"{BUCKET}/", StorageAccessError("bucket {bucket} refuses the credentials", bucket=BUCKET))
    found = asked()
    assert (found["state"], found["sources"][0]["error"]["code"]) == ("failing", "PermissionDenied")
    assert found["behind_s"] >= 600


def test_it_is_off(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S", "0")
    clear_caches()
    assert asked()["state"] == "off"


def test_a_failure_has_its_beginning_until_it_is_over(asked: Any) -> None:
    poll(f"{BUCKET}/")
    assert asked()["sources"][0]["failing_since"] is None
    for _ in range(2):
        with transaction() as session:
            record_failure(session, "listing", f"{BUCKET}/", StorageAccessError("refused"))
    (source,) = asked()["sources"]
    assert source["succeeded_at"] <= source["failing_since"] < source["polled_at"]
    poll(f"{BUCKET}/")
    assert asked()["sources"][0]["failing_since"] is None
