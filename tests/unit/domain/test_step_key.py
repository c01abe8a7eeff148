"""Records of steps: those whose id is their kind look as records did before steps had ids."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.result import JobResult, job_failure, now
from media_workflows.domain.step_key import StepInstance, StepKey

OLD: dict[str, Any] = {
    "kind": "transcode",
    "begun_at": now().isoformat(),
    "finished_at": now().isoformat(),
    "source": None,
    "items": [],
}


def test_a_record_of_an_earlier_version_loads_as_the_step_of_its_kind() -> None:
    loaded = JobResult.model_validate(OLD)
    assert loaded.step == StepInstance("transcode", -1)
    assert loaded == JobResult.model_validate({**OLD, "step_id": "transcode", "map_index": -1})
    assert {"step_id", "map_index"}.isdisjoint(loaded.model_dump(mode="json"))


def test_a_step_with_an_id_of_its_own_keeps_it_through_json() -> None:
    step = JobResult.model_validate({**OLD, "step_id": "hd", "map_index": 2})
    assert step.model_dump()["step_id"] == "hd"
    assert JobResult.model_validate_json(step.model_dump_json()) == step
    assert step.step == StepInstance("hd", 2) == StepKey("d", "r", "hd", 2).instance


def test_a_mapped_step_whose_id_is_its_kind_keeps_its_index() -> None:
    failed = job_failure("transcode", [], "c", "m", step=StepInstance("transcode", 0))
    assert failed.step == StepInstance("transcode", 0)
    assert "step_id" not in failed.model_dump()
    assert failed.model_dump()["map_index"] == 0


def test_an_instance_is_shown_with_its_index_if_it_has_one() -> None:
    assert [str(StepInstance("hd")), str(StepInstance("hd", 0))] == ["hd", "hd[0]"]
