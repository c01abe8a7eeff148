"""`FeaturesRun`: the source seen and heard once, and the features published for the jobs that read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_workflows.domain.features import Features
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, features_item
from media_workflows.domain.result import ItemResult
from media_workflows.errors import MediaError
from media_workflows.execution.task_run import TaskRun
from media_workflows.intelligence.features.collect import collect
from media_workflows.intelligence.features.feature_settings import feature_settings
from media_workflows.intelligence.features.reports import HEAD_FILE, read_features, write_features
from media_workflows.media.ffmpeg.run import ffmpeg_binary, ffmpeg_version
from media_workflows.media.jobs.job import ItemOutcome, JobOutcome, MadeFile
from media_workflows.media.source.formats import content_type
from media_workflows.media.source.probe import probe
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.s3 import ObjectStorage


class FeaturesRun(TaskRun):
    """The one item that follows from the workflow's jobs. What was made of the same bytes before is used again."""

    @property
    def items(self) -> Sequence[JobItem[Any]]:
        item = features_item(self.workflow.jobs)
        return [item] if item else []

    def tools(self) -> str:
        (item,) = self.items
        made_with = feature_settings(item.resolved_parameters.needs, item.resolved_parameters.options, self.settings)
        return json.dumps(made_with, sort_keys=True) + ffmpeg_version(ffmpeg_binary(self.settings.ffmpeg_path))

    def outcome(self, items: Sequence[JobItem[Any]], inputs: Inputs, work_dir: Path) -> JobOutcome:
        (item,) = items
        recipe = item.resolved_parameters
        features = collect(
            inputs.source,
            recipe.needs,
            recipe.options,
            work_dir / "engines",
            self.settings,
            self._progress,
            self._cancellation,
        )
        counts = ", ".join(f"{name} {count}" for name, count in features.counters.items())
        self.say(f"signals: {counts}")
        for name, why in features.missing.items():
            self.say(f"no {name}: {why}")
        files = tuple(_made(path, item) for path in write_features(features, work_dir / FEATURES))
        return JobOutcome(probe(inputs.source), (ItemOutcome(item, files, None),))


def _made(path: Path, item: JobItem[Any]) -> MadeFile:
    """The head comes last: whoever sees it finds the rest."""
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
    """The features that a run's task has published. Raises MediaError when it made none, StorageError."""
    if made.status == "FAIL":
        raise MediaError(f"the source could not be seen and heard: {made.message}")
    directory.mkdir(parents=True, exist_ok=True)
    for output in made.outputs:
        path = directory / output.key.rpartition("/")[2]
        storage.download(output.bucket, output.key, output.etag, None, path)
    return read_features(directory)
