"""Which step of which run: what results, progress, claims and pending uploads are stored under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import Field, model_validator

from media_workflows.domain.base import Model
from media_workflows.naming import UNPUBLISHED

NOT_MAPPED = -1  # Airflow's map index of a task that is not mapped


class StepInstance(NamedTuple):
    """A step within its run; a mapped one has an instance for each index."""

    step_id: str
    map_index: int = NOT_MAPPED

    def __str__(self) -> str:
        return self.step_id if self.map_index == NOT_MAPPED else f"{self.step_id}[{self.map_index}]"


@dataclass(frozen=True)
class StepKey:
    """A step of a run. `workflow_id` is the id of its DAG."""

    workflow_id: str
    run_id: str
    step_id: str
    map_index: int = NOT_MAPPED

    @property
    def instance(self) -> StepInstance:
        return StepInstance(self.step_id, self.map_index)

    @property
    def unpublished(self) -> str:
        """The directory, in each output bucket, of what its run has made and not published yet."""
        return f"{UNPUBLISHED}{self.workflow_id}/{self.run_id}/"

    @property
    def unmapped(self) -> dict[str, str]:
        """What records of steps that cannot be mapped are stored under."""
        return {"workflow_id": self.workflow_id, "run_id": self.run_id, "step_id": self.step_id}


class StepRecord(Model):
    """What is kept of one step. A step whose id is its kind's name has `step_id` '', which is left out of JSON.

    So records of workflows with one step per kind read and look the same as before steps had ids.
    """

    kind: str
    step_id: str = Field("", exclude_if=lambda step_id: not step_id)
    map_index: int = Field(NOT_MAPPED, exclude_if=lambda map_index: map_index == NOT_MAPPED)

    @model_validator(mode="before")
    @classmethod
    def _only_ids_of_their_own(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("step_id") == data.get("kind"):
            return {name: value for name, value in data.items() if name != "step_id"}
        return data

    @property
    def step(self) -> StepInstance:
        return StepInstance(self.step_id or self.kind, self.map_index)
