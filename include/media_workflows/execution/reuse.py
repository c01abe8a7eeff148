"""Reuse: an item that was made of the same bytes with the same parameters is not encoded again.

A file's identity is the SHA-256 of its bytes, never an ETag: two files of one MD5 can be made on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.object_options import UNREADABLE_CLASSES
from media_workflows.domain.result import OutputRecord
from media_workflows.errors import SourceGoneError
from media_workflows.execution.reuse_key import reuse_sha256, reused_keys
from media_workflows.execution.running_step import RunningStep
from media_workflows.log_context import ContextThreads
from media_workflows.media.ffmpeg.fonts import FONT_CONFIG, extra_font_paths, font_chain, font_path
from media_workflows.media.ffmpeg.run import ffmpeg_binary, ffmpeg_version
from media_workflows.settings import Settings
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.object_arguments import OPTIONS, ObjectArguments
from media_workflows.storage.object_writer import MAX_COPY_BYTES, CopyOrigin
from media_workflows.storage.provenance import is_own_output, same_workflow_and_source
from media_workflows.storage.publish import PublishedFile
from media_workflows.storage.s3 import ObjectHead
from media_workflows.storage.server_copy import StagedCopy
from media_workflows.store import made_items as store
from media_workflows.store.engine import transaction
from media_workflows.store.made_items import ItemIdentity, MadeItem, MadeOutput

HEAD_THREADS = 8


def tools_of(settings: Settings) -> str:
    """What makes outputs, as text that changes when it does: ffmpeg and the fonts of texts."""
    extra = extra_font_paths(settings.extra_fonts)
    fonts = (*font_chain(font_path(settings.watermark_font), extra), FONT_CONFIG)
    return "\n".join([ffmpeg_version(ffmpeg_binary(settings.ffmpeg_path)), *(_file_sha256(font) for font in fonts)])


def _file_sha256(path: Path) -> str:
    """'' for a font that cannot be read: no item with a text can be made with it, the others need none."""
    try:
        found = path.stat()
        return _sha256(path, found.st_mtime_ns, found.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=32)
def _sha256(path: Path, mtime_ns: int, size_bytes: int) -> str:
    """The digest of a file as it was at that time; the parent of tasks computes those of the fonts for all."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class ReusableOutputs:
    """Outputs of earlier runs from the bytes of a step's source. `tools` names what made them.

    Found ones get the names that the step's request gives them, as copies where they lie elsewhere.
    """

    def __init__(self, step: RunningStep, inputs: Inputs, tools: str) -> None:
        self._request, self._storage, self._publisher = step.request, step.storage, step.publisher
        self._inputs = inputs
        self._tools = tools

    def _identity(self, item: JobItem[Any]) -> ItemIdentity:
        name = PurePosixPath(self._request.source.key).name
        key = reuse_sha256(item, self._tools, self._inputs.extra_sha256, name, self._request.step.workflow_id)
        return ItemIdentity(content_sha256=self._inputs.source_sha256, reuse_sha256=key)

    def record(self, item: JobItem[Any], made: MadeItem) -> None:
        """Remember an item for later runs."""
        with transaction() as session:
            store.record_made_item(session, self._identity(item), made)

    def reuse(self, item: JobItem[Any]) -> MadeItem | None:
        """The item with its outputs under this step's keys, or None: then it has to be encoded.

        Raises OutputExistsError as publishing does, StorageError when the storage fails.
        """
        for made, keys in self._candidates(item):
            try:
                if outputs := self._outputs(item, made, keys):
                    return made.model_copy(update={"outputs": outputs})
            except SourceGoneError:  # removed between the check and the copy
                continue
        return None

    def _candidates(self, item: JobItem[Any]) -> Iterator[tuple[MadeItem, list[str]]]:
        """Those whose outputs may bear this item's names; one that lies in its place already comes first."""
        with transaction() as session:
            found = store.made_items(session, self._identity(item))
        named = [(made, keys) for made in found if (keys := self._keys(item, made)) is not None]
        yield from sorted(named, key=lambda pair: not self._is_in_place(*pair))

    def _keys(self, item: JobItem[Any], made: MadeItem) -> list[str] | None:
        def key_of(variables: dict[str, str]) -> str:
            mine = {**variables, "definition": str(item.definition)}
            pattern = item.pattern_of(variables["format"])
            return self._request.output.key_of(pattern, self._request.source.key, mine)

        return reused_keys(made.outputs, key_of)

    def _is_in_place(self, made: MadeItem, keys: Sequence[str]) -> bool:
        """Whether its outputs have these names, or those under which this run will publish them."""
        bucket, unpublished = self._request.output.bucket, self._request.step.unpublished
        there = [(output.record.bucket, output.record.key) for output in made.outputs]
        return there in ([(bucket, key) for key in keys], [(bucket, key.removeprefix(unpublished)) for key in keys])

    def _outputs(self, item: JobItem[Any], made: MadeItem, keys: Sequence[str]) -> tuple[MadeOutput, ...]:
        """The outputs under these keys, stored as the item asks, copied if need be; () when one has changed."""
        records = [output.record for output in made.outputs]
        with ContextThreads(HEAD_THREADS) as pool:
            heads = list(pool.map(lambda record: self._storage.head(record.bucket, record.key), records))
        unchanged = [head for record, head in zip(records, heads, strict=True) if head and _is_unchanged(record, head)]
        if len(unchanged) < len(records):
            return ()
        stored = [self._stored(item, output) for output in made.outputs]
        is_as_asked = all(
            head.metadata.get(OPTIONS, "") == one.digest for head, one in zip(unchanged, stored, strict=True)
        )
        if is_as_asked and self._is_in_place(made, keys) and all(self._is_mine(head) for head in unchanged):
            return made.outputs
        if any(_needs_more(record, head) for record, head in zip(records, unchanged, strict=True)):
            return ()
        copies = [self._copy(*each) for each in zip(records, unchanged, keys, stored, strict=True)]
        published = self._publisher.publish(copies)
        return tuple(_placed(output, file) for output, file in zip(made.outputs, published, strict=True))

    def _is_mine(self, head: ObjectHead) -> bool:
        return same_workflow_and_source(head.metadata, self._request.step.workflow_id, self._request.source.key)

    def _stored(self, item: JobItem[Any], output: MadeOutput) -> ObjectArguments:
        format_ = {"format": output.record.key.rpartition(".")[2]}
        variables = {**format_, **(output.variables or {}), "definition": str(item.definition)}
        return self._request.output.arguments_of(item, output.record.role, self._request.source.key, variables)

    def _copy(self, record: OutputRecord, head: ObjectHead, key: str, stored: ObjectArguments) -> StagedCopy:
        bucket = self._request.output.bucket
        return StagedCopy(
            origin=CopyOrigin(record.bucket, record.key, record.etag),
            size_bytes=record.size_bytes,
            md5=record.md5,
            bucket=bucket,
            key=key,
            content_type=head.content_type or "application/octet-stream",
            role=record.role,
            stored=stored,
            replaces_tags=OPTIONS in head.metadata,  # those of its other options
            in_place=(bucket, key) == (record.bucket, record.key),
        )


def _needs_more(record: OutputRecord, head: ObjectHead) -> bool:
    """Whether one request does not copy it: it is too large, or would have to be restored first."""
    return record.size_bytes > MAX_COPY_BYTES or head.storage_class in UNREADABLE_CLASSES


def _is_unchanged(record: OutputRecord, head: ObjectHead) -> bool:
    return head.etag == record.etag and is_own_output(record.bucket, record.key, head.metadata)


def _placed(output: MadeOutput, file: PublishedFile) -> MadeOutput:
    place = {"bucket": file.bucket, "key": file.key, "etag": file.etag}
    return output.model_copy(update={"record": output.record.model_copy(update=place)})
