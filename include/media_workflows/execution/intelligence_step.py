"""Steps that review, recognise or analyse: they decide by the features of their run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from media_workflows.domain.features import AUDIO, VISUAL, FeatureName
from media_workflows.domain.jobs.analysis import AnalysisItem
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import ItemResult, OutputRecord, item_failure, result_for, shown_item
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import CoverOutput, HighlightOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput
from media_workflows.domain.sub_tasks.verdict import verdict
from media_workflows.errors import MediaError, OutputNameError
from media_workflows.execution.features_step import load_features
from media_workflows.execution.highlight_clips import ClipCutter, Clips
from media_workflows.execution.intelligence_files import PICTURE_LONG_EDGE_PX, PictureTaker, subtitle_file
from media_workflows.execution.item_results import require_names
from media_workflows.execution.results import output_record
from media_workflows.execution.running_step import RunningStep
from media_workflows.intelligence.decisions.answers import NO_PICTURE, NOT_AVAILABLE, Question, answers
from media_workflows.intelligence.decisions.notices import notices
from media_workflows.media.jobs.request import MadeFile
from media_workflows.media.source.probe import probe
from media_workflows.media.source.undecodable import why_none
from media_workflows.storage.inputs import Inputs
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.persons import all_persons
from media_workflows.store.words import all_words

MAX_PICTURES = 50  # of a review: the worst places first


def item_results(step: RunningStep, inputs: Inputs) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """Of the one item of a review, recognition or analysis. It decodes only the pictures and clips it publishes."""
    (item,) = step.request.items
    assert isinstance(item, IntelligenceItem)
    info = probe(inputs.source)
    try:
        require_names(step, item)
    except OutputNameError as error:
        return info, (item_failure(item, error.code, str(error)),)
    with step.work_dir() as work_dir:
        question = _question(step, item, info, inputs.source_sha256, work_dir)
        step.progress.phase("analysing")
        cutter = ClipCutter(step, inputs, info, work_dir / "clips")
        found, clips = _with_clips(item, answers(item, question), cutter)
        taker = PictureTaker(inputs.source, step.request.source.key, work_dir / "pictures", step.settings, step.cancel)
        files = dict(_files(item, question, found, taker))
        step.progress.phase("publishing")
        outputs = _published(step, item, files, clips, cutter)
        shown = tuple(_with_files(step, one, outputs) for one in found)
        remarks = (*clips.notices, *notices(item, question, found))
        result = _result(item, shown, tuple(outputs.values()), remarks)
    if item.kind == "content_review":
        step.log(f"verdict: {verdict(shown)}")
    return info, (result,)


def _question(
    step: RunningStep, item: IntelligenceItem[Any], info: MediaInfo, source_sha256: str, work_dir: Path
) -> Question:
    """The features of the run, and the libraries as they are now."""
    key, features_step = step.request.step, step.request.features_step
    with transaction() as session:
        results = store.results_of_run(session, key.workflow_id, key.run_id)
        words, persons = all_words(session), all_persons(session)
    made = result_for(results, features_step, key.map_index)
    if made is None or not made.items:
        raise MediaError(
            "task '{task}' has extracted no features for this task: run it again; in a DAG of your own, "
            "`features_task_id` must name a FeaturesOperator that ran before, and that is mapped only with this task",
            task=features_step,
        )
    if made.source_sha256 not in (None, source_sha256):
        raise MediaError(
            "the features of task '{task}' are of another file: give both tasks the same `source`", task=features_step
        )
    features = load_features(step.storage, made.items[0], work_dir / FEATURES)
    return Question(features, item.resolved_parameters, words, persons, _absent(info))


def _with_clips(
    item: IntelligenceItem[Any], found: tuple[SubTaskResult, ...], cutter: ClipCutter
) -> tuple[tuple[SubTaskResult, ...], Clips]:
    """The sub-tasks, and the clips of highlights. One that cannot be cut fails their sub-task, and not the others."""
    highlights = next((one for one in found if isinstance(one.output, HighlightOutput)), None)
    if highlights is None or not isinstance(highlights.output, HighlightOutput) or not isinstance(item, AnalysisItem):
        return found, Clips()
    try:
        return found, cutter.cut(item, highlights.output.segments)
    except MediaError as error:
        failed = SubTaskResult(type=highlights.type, status="FAIL", code=error.code, message=str(error))
        return tuple(failed if one is highlights else one for one in found), Clips()


def _files(
    item: IntelligenceItem[Any], question: Question, found: Sequence[SubTaskResult], taker: PictureTaker
) -> Iterator[tuple[str, MadeFile]]:
    """All files but clips, by what they are for."""
    moments = _moments(one.output for one in found) if question.features.width else []
    if moments:
        end_s = question.features.duration_s
        pictures = taker.take(item, [min(moment, end_s) for moment in moments], PICTURE_LONG_EDGE_PX)
        yield from zip(map(_moment, moments), pictures, strict=True)
    for output in (one.output for one in found):
        if isinstance(output, CoverOutput):
            yield "cover", taker.take(item, [output.moment_s])[0]
        elif isinstance(output, AsrFullTextOutput) and item.resolved_parameters.has_subtitles:
            yield "subtitle", subtitle_file(item, question.features, taker.work_dir)
        elif isinstance(output, HighlightOutput) and isinstance(item, AnalysisItem):
            covers = [one.moment_s for one in output.segments if one.moment_s is not None]
            others = replace(taker, work_dir=taker.work_dir / "highlights")
            taken = others.take(item, covers, pattern=item.highlight_pattern) if covers else []
            yield from ((_clip_cover(number), picture) for number, picture in enumerate(taken))


def _published(
    step: RunningStep, item: IntelligenceItem[Any], files: Mapping[str, MadeFile], clips: Clips, cutter: ClipCutter
) -> dict[str, OutputRecord]:
    """All outputs by what they are for, published together; clips that were reused lie in their place already."""
    made = {**files, **{_clip(number): file for number, file in clips.files.items()}}
    published = dict(zip(made, step.publish(item, list(made.values())) if made else (), strict=True))
    for number, outcome in clips.made.items():
        cutter.record(outcome, published[_clip(number)])
    records = {name: output_record(published[name], file) for name, file in made.items()}
    reused = {_clip(number): clip.record for number, clip in clips.reused.items()}
    step.meter.reused_places.update((one.bucket, one.key) for one in reused.values())
    return records | reused


def _with_files(step: RunningStep, found: SubTaskResult, outputs: Mapping[str, OutputRecord]) -> SubTaskResult:
    """The sub-task with the places of what was published for it."""
    output = found.output

    def place(name: str) -> tuple[str, str] | None:
        return (outputs[name].bucket, outputs[name].key) if name in outputs else None

    update: dict[str, Any] = {}
    if isinstance(output, CoverOutput):
        update = {"picture": place("cover")}
    elif isinstance(output, AsrFullTextOutput):
        update = {"subtitle": place("subtitle")}
    elif isinstance(output, HighlightOutput):
        places = ((place(_clip(at)), place(_clip_cover(at))) for at in range(len(output.segments)))
        pairs = zip(output.segments, places, strict=True)
        update = {"segments": tuple(one.model_copy(update={"clip": c, "picture": p}) for one, (c, p) in pairs)}
    elif isinstance(output, ReviewOutput):
        shown = ((segment, place(_moment(segment.moment_s))) for segment in output.segments)
        update = {"segments": tuple(_pictured(step, segment, picture) for segment, picture in shown)}
    return found.model_copy(update={"output": output.model_copy(update=update)}) if output and update else found


def _pictured(step: RunningStep, segment: ReviewSegment, place: tuple[str, str] | None) -> ReviewSegment:
    if place is None or not _is_visible(segment):
        return segment
    return segment.model_copy(update={"picture": step.picture_at(place)})


def _absent(info: MediaInfo) -> frozenset[FeatureName]:
    """Features without a value because the source has no such stream; an undecodable stream is an error instead."""
    video, audio = info.video or why_none("video", info), info.main_audio or why_none("audio", info)
    return (frozenset() if video else VISUAL) | (frozenset() if audio else AUDIO)


def _is_visible(segment: ReviewSegment) -> bool:
    """Words from speech alone have no box, and a picture would not show them."""
    return segment.box is not None or not segment.keywords


def _moment(seconds: float) -> str:
    return f"{seconds:.3f}"


def _clip(number: int) -> str:
    return f"clip {number}"


def _clip_cover(number: int) -> str:
    return f"clip cover {number}"


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
    outputs: tuple[OutputRecord, ...],
    notices: tuple[Notice, ...],
) -> ItemResult:
    failed = _failures(item, found)
    return ItemResult(
        item=shown_item(item),
        definition=item.definition,
        status="FAIL" if failed else "SUCCESS",
        code=failed[0].code if failed else "",
        message="; ".join(f"{one.type}: {one.message}" for one in failed),
        outputs=outputs,
        notices=notices,
        sub_tasks=found,
    )


def _failures(item: IntelligenceItem[Any], found: Sequence[SubTaskResult]) -> list[SubTaskResult]:
    """The sub-tasks that fail the item: not those that it may lack, nor those of a picture if others have a result."""
    excused = {NOT_AVAILABLE} if item.when_unavailable == "skip" else set()
    if any(one.status == "SUCCESS" for one in found):
        excused.add(NO_PICTURE)
    return [one for one in found if one.status == "FAIL" and one.code not in excused]
