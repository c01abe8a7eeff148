"""What the jobs that look and listen share: their sub-tasks, and which features each of them needs."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.base import JobItem

Label = Annotated[str, Field(min_length=1, max_length=128)]
Confidence = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class SubTask(NamedTuple):
    """One question of a job. Without what it `needs` it has no answer; what it `uses` makes the answer better."""

    type: str
    needs: frozenset[FeatureName]
    uses: frozenset[FeatureName] = frozenset()


class IntelligenceParameters(Model):
    """`language` is what is spoken and written in the source."""

    language: Language = Field("auto", description="Of speech and text: auto, zh or en")

    @property
    def image_labels(self) -> tuple[str, ...]:
        """Labels that a zero-shot model is asked for."""
        return ()

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        """What is asked, in the order of results."""
        raise NotImplementedError


P = TypeVar("P", bound=IntelligenceParameters)


class IntelligenceItem(JobItem[P], Generic[P]):
    """`when_unavailable`: what becomes of the job when a sub-task's engine or model is not installed."""

    when_unavailable: Literal["fail", "skip"] = Field(
        "fail", description="Fail the job, or only tell that the sub-task is not available"
    )

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        """Those of the item's recipe; () while it only names its template."""
        return self.parameters.sub_tasks if self.parameters else ()
