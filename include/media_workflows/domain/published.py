"""Results of steps whose outputs get another place: that at which they are published, or none. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from media_workflows.domain.action_result import ActionOutput, ActionResult
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord
from media_workflows.domain.sub_tasks import SubTaskOutput, SubTaskResult
from media_workflows.domain.sub_tasks.analysis import CoverOutput
from media_workflows.domain.sub_tasks.content_review import Picture, ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput
from media_workflows.errors import NotPublishedError

Place: TypeAlias = tuple[str, str]  # bucket and key
_Output = TypeVar("_Output", OutputRecord, ActionOutput)


@dataclass(frozen=True)
class Publication:
    """Where objects lie after they were published: the place and the ETag, by the place where each lay before.

    `picture_at` makes the picture of a finding that lies at a place.
    """

    etags: Mapping[Place, tuple[Place, str]]
    picture_at: Callable[[Place], Picture]

    def of_job(self, result: JobResult) -> JobResult:
        """The result with the new places."""
        return result.model_copy(update={"items": tuple(self._item(item) for item in result.items)})

    def of_action(self, result: ActionResult) -> ActionResult:
        """As `of_job`."""
        return result.model_copy(update={"outputs": tuple(self.moved(output) or output for output in result.outputs)})

    def moved(self, output: _Output) -> _Output | None:
        """The output at its new place; None = it has none."""
        new = self.etags.get((output.bucket, output.key))
        if new is None:
            return None
        (bucket, key), etag = new
        return output.model_copy(update={"bucket": bucket, "key": key, "etag": etag})

    def _item(self, item: ItemResult) -> ItemResult:
        outputs = tuple(self.moved(output) or output for output in item.outputs)
        found = tuple(_with_places(one, self._place, self._picture) for one in item.sub_tasks)
        return item.model_copy(update={"outputs": outputs, "sub_tasks": found})

    def _place(self, place: Place | None) -> Place | None:
        new = self.etags.get(place) if place else None
        return new[0] if new else place

    def _picture(self, picture: Picture | None) -> Picture | None:
        new = self.etags.get((picture.bucket, picture.key)) if picture else None
        return self.picture_at(new[0]) if new else picture


def not_published(result: JobResult, directory: str, error: NotPublishedError) -> JobResult:
    """The result after its outputs below a directory were removed. What was found in the source remains."""

    def removed(item: ItemResult) -> ItemResult:
        if not any(output.key.startswith(directory) for output in item.outputs):
            return item
        found = tuple(_with_places(one, lambda _: None, lambda _: None) for one in item.sub_tasks)
        failure = {"status": "FAIL", "code": error.code, "message": str(error)}
        return item.model_copy(update={**failure, "outputs": (), "sub_tasks": found})

    return result.model_copy(update={"items": tuple(removed(item) for item in result.items)})


def without_outputs(result: JobResult, notices: Mapping[int, Notice]) -> JobResult:
    """The result after the outputs of the items at these indexes were deleted, or left to others: see the notices."""

    def left(index: int, item: ItemResult) -> ItemResult:
        notice = notices.get(index)
        if notice is None:
            return item
        is_gone = notice.code == "OutputsDeleted"
        found = tuple(_with_places(one, lambda _: None, lambda _: None) for one in item.sub_tasks)
        update = {"outputs": (), "notices": (*item.notices, notice), "sub_tasks": found if is_gone else item.sub_tasks}
        return item.model_copy(update=update)

    return result.model_copy(update={"items": tuple(left(*each) for each in enumerate(result.items))})


def copies_not_published(result: ActionResult, directory: str, error: NotPublishedError) -> ActionResult:
    """As `not_published`."""
    if not any(output.key.startswith(directory) for output in result.outputs):
        return result
    return result.model_copy(update={"status": "FAIL", "code": error.code, "message": str(error), "outputs": ()})


def _with_places(
    found: SubTaskResult,
    place: Callable[[Place | None], Place | None],
    picture: Callable[[Picture | None], Picture | None],
) -> SubTaskResult:
    def segment(one: ReviewSegment) -> ReviewSegment:
        return one.model_copy(update={"picture": picture(one.picture)})

    output: SubTaskOutput | None = found.output
    if isinstance(output, CoverOutput):
        output = output.model_copy(update={"picture": place(output.picture)})
    elif isinstance(output, AsrFullTextOutput):
        output = output.model_copy(update={"subtitle": place(output.subtitle)})
    elif isinstance(output, ReviewOutput):
        output = output.model_copy(update={"segments": tuple(segment(one) for one in output.segments)})
    return found.model_copy(update={"output": output})
