"""Base classes of review, recognition and analysis: sub-tasks, and the features that each of them needs."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.name_patterns import SingleLine
from media_workflows.domain.words import MAX_KEYWORD

Label = Annotated[str, Field(min_length=1, max_length=128)]
MAX_HOT_WORDS = 50
HotWord = Annotated[SingleLine, Field(min_length=1, max_length=MAX_KEYWORD)]
Confidence = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class SubTask(NamedTuple):
    """One result of a job. It fails without the features it `needs`; those it `uses` improve it.

    `image_labels`: it also fails if the image model knows none of them. `of_picture`: without video there is no result.
    """

    type: str
    needs: frozenset[FeatureName]
    uses: frozenset[FeatureName] = frozenset()
    image_labels: tuple[str, ...] = ()
    of_picture: bool = False


class IntelligenceParameters(Model):
    """Common parameters. `language` is the spoken and written language of the source.

    `hot_words` are words that speech recognition should expect; those of all jobs of a run count together.
    """

    language: Language = Field("auto", description="Of speech and text: auto, zh or en")

    hot_words: tuple[HotWord, ...] = Field(
        (),
        max_length=MAX_HOT_WORDS,
        exclude_if=lambda words: not words,
        description="Names and terms that speech recognition should expect, up to 50 of 20 characters",
    )

    @property
    def image_labels(self) -> tuple[str, ...]:
        """The labels for a zero-shot model."""
        return ()

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        """The enabled sub-tasks, in the order of their results."""
        raise NotImplementedError


P = TypeVar("P", bound=IntelligenceParameters)


class IntelligenceItem(JobItem[P], Generic[P]):
    """An item with sub-tasks. `when_unavailable`: what happens if the engine or model of one is not installed."""

    when_unavailable: Literal["fail", "skip"] = Field(
        "fail", description="Fail the job, or only report that the sub-task is not available"
    )

    @property
    def sub_tasks(self) -> tuple[SubTask, ...]:
        """The sub-tasks of the item's parameters; () until its template is resolved."""
        return self.parameters.sub_tasks if self.parameters else ()

    @property
    def sub_task_types(self) -> tuple[str, ...]:
        return tuple(task.type for task in self.sub_tasks)
