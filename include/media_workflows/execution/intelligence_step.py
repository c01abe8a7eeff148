"""Steps that review, recognise or analyse: they decide by the features of their run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from media_workflows.domain.features import AUDIO, VISUAL, FeatureName
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, item_failure, shown_item
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import CoverOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput
from media_workflows.domain.sub_tasks.verdict import verdict
from media_workflows.errors import MediaError, OutputNameError
from media_workflows.execution.features_step import load_features
from media_workflows.execution.intelligence_files import PICTURE_LONG_EDGE_PX, PictureTaker, subtitle_file
from media_workflows.execution.item_results import require_names
from media_workflows.execution.results import output_record
from media_workflows.execution.running_step import RunningStep
from media_workflows.intelligence.decisions.answers import NOT_AVAILABLE, Question, answers
from media_workflows.media.jobs.request import MadeFile
from media_workflows.media.source.probe import probe
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.publish import PublishedFile
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.persons import all_persons
from media_workflows.store.words import all_words

MAX_PICTURES = 50  # of a review: the worst places first


def item_results(step: RunningStep, inputs: Inputs) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """Of the one item of a review, recognition or analysis. It decodes only the pictures it publishes."""
    (item,) = step.request.items
    assert isinstance(item, IntelligenceItem)
    info = probe(inputs.source)
    try:
        require_names(step, item)
    except OutputNameError as error:
        return info, (item_failure(item, error.code, str(error)),)
    with step.work_dir() as work_dir:
        question = _question(step, item, info, work_dir)
        step.progress.phase("analysing")
        found = answers(item, question)
        moments = _moments(one.output for one in found) if question.features.width else []
        taker = PictureTaker(inputs.source, step.request.source.key, work_dir / "pictures", step.settings, step.cancel)
        files = [*_files(item, question, found, moments, taker)]
        step.progress.phase("publishing")
        published = step.publish(item, files) if files else []
        places = dict(zip(map(_moment, moments), published, strict=False))  # of jobs without moments there are none
        shown = tuple(_with_files(step, one, places, published) for one in found)
        result = _result(item, shown, files, published)  # reads the files: they end with the directory
    if item.kind == "content_review":
        step.log(f"verdict: {verdict(shown)}")
    return info, (result,)


def _question(step: RunningStep, item: IntelligenceItem[Any], info: MediaInfo, work_dir: Path) -> Question:
    """The features of the run, and the libraries as they are now."""
    key, features_step = step.request.step, step.request.features_step
    with transaction() as session:
        results = store.results_of_run(session, key.workflow_id, key.run_id)
        words, persons = all_words(session), all_persons(session)
    made = [one for job in results if job.step.step_id == features_step for one in job.items]
    if not made:
        raise MediaError("the run has no extracted features: run its task '{task}' again", task=features_step)
    features = load_features(step.storage, made[0], work_dir / FEATURES)
    return Question(features, item.resolved_parameters, words, persons, _absent(info))


def _files(
    item: IntelligenceItem[Any],
    question: Question,
    found: Sequence[SubTaskResult],
    moments: Sequence[float],
    taker: PictureTaker,
) -> Iterable[MadeFile]:
    if moments:
        end_s = question.features.duration_s
        yield from taker.take(item, [min(moment, end_s) for moment in moments], PICTURE_LONG_EDGE_PX)
    for output in (one.output for one in found):
        if isinstance(output, CoverOutput):
            yield from taker.take(item, [output.moment_s])
        elif isinstance(output, AsrFullTextOutput) and item.resolved_parameters.has_subtitles:
            yield subtitle_file(item, question.features, taker.work_dir)


def _with_files(
    step: RunningStep, found: SubTaskResult, places: dict[str, PublishedFile], published: Sequence[PublishedFile]
) -> SubTaskResult:
    """The sub-task with the places of what was published for it."""
    output = found.output
    first = (published[0].bucket, published[0].key) if published else None
    if isinstance(output, CoverOutput):
        return found.model_copy(update={"output": output.model_copy(update={"picture": first})})
    if isinstance(output, AsrFullTextOutput):
        return found.model_copy(update={"output": output.model_copy(update={"subtitle": first})})
    if isinstance(output, ReviewOutput):
        segments = tuple(_pictured(step, segment, places) for segment in output.segments)
        return found.model_copy(update={"output": output.model_copy(update={"segments": segments})})
    return found


def _pictured(step: RunningStep, segment: ReviewSegment, places: dict[str, PublishedFile]) -> ReviewSegment:
    place = places.get(_moment(segment.moment_s))
    if place is None or not _is_visible(segment):
        return segment
    return segment.model_copy(update={"picture": step.picture_at((place.bucket, place.key))})


def _absent(info: MediaInfo) -> frozenset[FeatureName]:
    """Features without a value because the source has no such stream; an undecodable stream is an error instead."""
    return (frozenset() if info.video else VISUAL) | (frozenset() if info.audio else AUDIO)


def _is_visible(segment: ReviewSegment) -> bool:
    """Words from speech alone have no box, and a picture would not show them."""
    return segment.box is not None or not segment.keywords


def _moment(seconds: float) -> str:
    return f"{seconds:.3f}"


def _moments(outputs: Iterable[object]) -> list[float]:
    """Those of a review's worst places, each once, in the order of time."""
    reviews = [output for output in outputs if isinstance(output, ReviewOutput)]
    segments = [segment for output in reviews for segment in output.segments if _is_visible(segment)]
    worst = sorted(segments, key=lambda segment: (segment.suggestion != "block", -segment.confidence))
    chosen = list(dict.fromkeys(float(_moment(segment.moment_s)) for segment in worst))[:MAX_PICTURES]
    return sorted(chosen)


def _result(
    item: IntelligenceItem[Any],
    found: tuple[SubTaskResult, ...],
    files: Sequence[MadeFile],
    published: Sequence[PublishedFile],
) -> ItemResult:
    """A failure when a sub-task failed, unless it is not available and the item says that this may be."""
    may_lack = item.when_unavailable == "skip"
    failed = [one for one in found if one.status == "FAIL" and not (may_lack and one.code == NOT_AVAILABLE)]
    return ItemResult(
        item=shown_item(item),
        definition=item.definition,
        status="FAIL" if failed else "SUCCESS",
        code=failed[0].code if failed else "",
        message="; ".join(f"{one.type}: {one.message}" for one in failed),
        outputs=tuple(output_record(file, made) for file, made in zip(published, files, strict=True)),
        sub_tasks=found,
    )
