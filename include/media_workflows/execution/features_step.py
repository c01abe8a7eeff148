"""The step that extracts a source's features once, and publishes them for the jobs that read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_workflows.domain.features import Features
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import ItemResult
from media_workflows.errors import MediaError
from media_workflows.execution import item_results as items_of
from media_workflows.execution.running_step import RunningStep
from media_workflows.intelligence.features.collect import FeatureRequest, collect
from media_workflows.intelligence.features.feature_settings import feature_settings
from media_workflows.intelligence.features.reports import HEAD_FILE, read_features, write_features
from media_workflows.media.ffmpeg.run import ffmpeg_binary, ffmpeg_version
from media_workflows.media.jobs.request import ItemOutcome, JobOutcome, MadeFile
from media_workflows.media.source.formats import content_type
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.s3 import ObjectStorage


def item_results(step: RunningStep, inputs: Inputs) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """Of the one item. Features of the same bytes by the same engines are reused."""

    def make(items: Sequence[JobItem[Any]], work_dir: Path) -> JobOutcome:
        return _extracted(step, items[0], inputs.source, work_dir)

    (item,) = step.request.items
    return items_of.item_results(step, inputs, items_of.Maker(_tools(item, step.settings), make))


def _tools(item: JobItem[Any], settings: Settings) -> str:
    made_with = feature_settings(item.resolved_parameters.needs, item.resolved_parameters.options, settings)
    return json.dumps(made_with, sort_keys=True) + ffmpeg_version(ffmpeg_binary(settings.ffmpeg_path))


def _extracted(step: RunningStep, item: JobItem[Any], source: Path, work_dir: Path) -> JobOutcome:
    parameters = item.resolved_parameters
    request = FeatureRequest(source, parameters.needs, parameters.options, work_dir / "engines")
    features = collect(request, step.settings, step.progress, step.cancel)
    counts = ", ".join(f"{name} {count}" for name, count in features.counters.items())
    step.log(f"features: {counts}")
    for name, why in features.missing.items():
        step.log(f"no {name}: {why}")
    files = tuple(_made(path, item) for path in write_features(features, work_dir / FEATURES))
    return JobOutcome(probe(source), (ItemOutcome(item, files, None, _notices(features)),))


def _notices(features: Features) -> tuple[Notice, ...]:
    """What was asked of the engines and not done."""
    if not features.unused_hot_words:
        return ()
    engine, words = features.engines["transcript"], ", ".join(features.unused_hot_words)
    message = f"hot words that {engine} does not take, or has no room for: {words}"
    return (Notice(code="HotWordsLeftOut", message=message, parameters={"engine": engine, "words": words}),)


def _made(path: Path, item: JobItem[Any]) -> MadeFile:
    """The head is published last: once it is visible, so are the others."""
    format_ = path.suffix.removeprefix(".")
    return MadeFile(
        path=path,
        pattern=item.path_pattern,
        variables={"signal": path.stem, "format": format_, "definition": str(item.definition)},
        info=None,
        time_offset_s=None,
        picture_count=None,
        role="manifest" if path.name == HEAD_FILE else "segment",
        content_type=content_type(format_),
    )


def load_features(storage: ObjectStorage, made: ItemResult, directory: Path) -> Features:
    """The features that a step has published. Raises MediaError when it made none, StorageError."""
    if made.status == "FAIL":
        raise MediaError("the features of the source could not be extracted: {cause}", cause=made.message)
    directory.mkdir(parents=True, exist_ok=True)
    for output in made.outputs:
        path = directory / output.key.rpartition("/")[2]
        storage.download(output.bucket, output.key, output.etag, None, path)
    return read_features(directory)
