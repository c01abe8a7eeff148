"""`SplitRequest`: all that another machine needs to encode chunks of a rendition, as JSON in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.result import SourceObject
from media_workflows.execution.reuse import tools_of
from media_workflows.execution.reuse_key import reuse_sha256
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.suitability import SplitItem
from media_workflows.settings import Settings
from media_workflows.storage.inputs import ExtraObjects, FetchedObjects, Inputs
from media_workflows.storage.provenance import Provenance


class SplitRequest(Model):
    """`item` has parameters and no template. `source` is what the step reads, `named_source` the run's source.

    `chunk_s` and `plan` are what the helper's own plan must agree with.
    """

    item: SplitItem
    source: SourceObject
    named_source: SourceObject
    trigger_directory: str
    made: dict[str, SourceObject]
    provenance: dict[str, Any]
    chunk_s: float
    plan: str

    @classmethod
    def of(
        cls, item: SplitItem, objects: FetchedObjects, provenance: Provenance, chunk_s: float, plan: str
    ) -> SplitRequest:
        """The request of a step's item."""
        named = ("template", "override") if isinstance(item, TranscodeItem) else ("template",)
        raw = item.model_copy(update=dict.fromkeys(named))  # with parameters, they would be given twice
        return cls(
            item=type(item).model_validate(raw.model_dump(mode="json")),
            source=objects.source,
            named_source=objects.extra.source,
            trigger_directory=objects.extra.trigger_directory,
            made=dict(objects.extra.made),
            provenance=asdict(provenance),
            chunk_s=chunk_s,
            plan=plan,
        )

    @property
    def extra(self) -> ExtraObjects:
        """The extra objects to fetch."""
        return ExtraObjects(self.item.extra_keys, self.named_source, self.trigger_directory, self.made)

    def metadata(self, bucket: str, key: str) -> Mapping[str, str]:
        """The user metadata of an encoded chunk: no workflow takes it for an upload."""
        return Provenance(**self.provenance).to_metadata(bucket, key)


def plan_sha256(item: SplitItem, inputs: Inputs, chunks: Sequence[Chunk], settings: Settings) -> str:
    """The hash of all that decides the chunks' frames: the source, the parameters, the tools and the edges."""
    key = reuse_sha256(item, tools_of(settings), inputs.extra_sha256)
    return hashlib.sha256("\0".join((inputs.source_sha256, key, repr(chunks))).encode()).hexdigest()
