"""Preview of the objects that an item would publish, and of conflicts with existing objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from media_workflows.domain.dry_run import PlannedOutput
from media_workflows.domain.step_definition import Output
from media_workflows.domain.workflow import Workflow
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.storage.publish import may_replace
from media_workflows.storage.s3 import ObjectStorage

_COUNTED = ("number", "segmentNumber")  # their count is not always known before the run
MAX_HEADS = 20  # HEAD requests for one series: of a longer one only the first objects are checked


@dataclass(frozen=True)
class OutputPreview:
    """Previews the outputs of one step and source, which go to `place`. Without a storage, no conflicts are found."""

    workflow: Workflow
    place: Output
    source_key: str
    workflow_id: str
    storage: ObjectStorage | None

    def of(self, files: Sequence[PlannedFile]) -> tuple[PlannedOutput, ...]:
        """One entry for each file, and one for each series: files that differ in their number only.

        Raises OutputNameError when one of them cannot be named.
        """
        series = groupby(files, key=lambda file: (file.pattern, file.role))
        return tuple(self._entry(list(members)) for _, members in series)

    def _entry(self, files: Sequence[PlannedFile]) -> PlannedOutput:
        for file in files:
            self._key(file, file.longest)
        first = files[0]
        is_open = any(f"{{{name}}}" in first.pattern and name not in first.variables for name in _COUNTED)
        return PlannedOutput(
            bucket=self._bucket,
            key=self._key(first) if len(files) == 1 else self._series_key(files),
            role=first.role,
            count=None if is_open else len(files),
            conflict="" if is_open else self._conflict(files),
        )

    @property
    def _bucket(self) -> str:
        return self.place.bucket or self.workflow.trigger.bucket

    def _key(self, file: PlannedFile, longest: Mapping[str, str] = MappingProxyType({})) -> str:
        """The key of a file; without `longest`, the number of an open series remains a variable."""
        return self.workflow.output_key(file.pattern, self.source_key, {**longest, **file.variables}, self.place)

    def _series_key(self, files: Sequence[PlannedFile]) -> str:
        """The key of a series, with the variables that all its files share filled in."""
        common = set.intersection(*(set(file.variables.items()) for file in files))
        return self.workflow.output_key(files[0].pattern, self.source_key, dict(common), self.place)

    def _conflict(self, files: Sequence[PlannedFile]) -> str:
        """A description of the first object that publishing would refuse to replace; '' = none found."""
        bucket = self._bucket
        for key in map(self._key, files[:MAX_HEADS]):
            if (bucket, key) == (self.workflow.trigger.bucket, self.source_key):
                return f"{key} would replace its own source"
            found = self.storage.head(bucket, key) if self.storage else None
            if found and not may_replace(bucket, key, found, self.workflow_id, self.source_key):
                return f"{key} exists and is not this workflow's earlier output of the same source"
        return ""
