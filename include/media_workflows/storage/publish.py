"""`Publisher`: makes the outputs of a job visible together, and never overwrites a foreign object.

Two phases. Prepare uploads the parts of every large file; S3 shows none of it. Commit completes those
multipart uploads and puts the small files; manifests come last, so that all files they name exist.
S3 has no transaction over several keys: commit is short rather than atomic, and undone if it fails.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, get_args

from media_workflows.domain.object_options import MAX_METADATA_BYTES
from media_workflows.domain.result import Role, SourceObject
from media_workflows.errors import OutputExistsError, StorageConfigurationError
from media_workflows.log_context import ContextThreads
from media_workflows.storage.multipart_registry import MultipartRegistry, NoRegistry
from media_workflows.storage.object_arguments import NO_ARGUMENTS, ObjectArguments, metadata_bytes
from media_workflows.storage.object_options_check import verify_options
from media_workflows.storage.object_writer import MIN_PART_BYTES, ObjectWriter, part_bytes
from media_workflows.storage.provenance import Provenance, is_own_output, same_workflow_and_source
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.storage.server_copy import StagedCopy, copied_parts, verify_copy

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

COMMIT_THREADS = 4
_RANKS = {role: rank for rank, role in enumerate(get_args(Role))}


@dataclass(frozen=True)
class StagedFile:
    """A finished local file and its target key. Segments are published before the main file that names them."""

    path: Path
    bucket: str
    key: str
    content_type: str
    role: Role = "main"
    stored: ObjectArguments = NO_ARGUMENTS


Staged: TypeAlias = StagedFile | StagedCopy


@dataclass(frozen=True)
class PublishedFile:
    """A published output. `md5` is the hex digest of its bytes, `etag` the storage's ETag."""

    bucket: str
    key: str
    role: Role
    size_bytes: int
    md5: str
    etag: str


@dataclass
class _Draft:
    """A staged file while it is published; `earlier` is this workflow's output that it replaces."""

    file: Staged
    metadata: dict[str, str]
    earlier: ObjectHead | None
    upload_id: str | None = None
    parts: list[CompletedPartTypeDef] = field(default_factory=list)
    size_bytes: int = 0
    md5: str = ""
    etag: str = ""
    commit_tried: bool = False

    @property
    def place(self) -> tuple[str, str]:
        return self.file.bucket, self.file.key

    @property
    def rank(self) -> int:
        """The commit order: files that others name come first."""
        return _RANKS[self.file.role]


def may_replace(bucket: str, key: str, found: ObjectHead, workflow_id: str, source_key: str) -> bool:
    """Whether the object at a key is an earlier output of this workflow from this source."""
    return is_own_output(bucket, key, found.metadata) and same_workflow_and_source(
        found.metadata, workflow_id, source_key
    )


class Publisher:
    """Publishes the outputs of one job of one run; `provenance` becomes their metadata."""

    def __init__(
        self,
        storage: ObjectStorage,
        provenance: Provenance,
        source: SourceObject,
        registry: MultipartRegistry | None = None,
    ) -> None:
        self._storage = storage
        self._writer = ObjectWriter(storage)
        self._provenance = provenance
        self._source = source
        self._registry: MultipartRegistry = registry or NoRegistry()

    def publish(self, files: Sequence[Staged]) -> list[PublishedFile]:
        """Publish all of `files` or, as far as S3 allows, none; in the order given.

        Raises OutputExistsError, before anything is sent, when a key is the source, occurs twice or
        holds an object that is not this workflow's earlier output of the same source; WorkerError when
        another step has taken over a key meanwhile; StorageError when the storage fails. After any
        exception the open multipart uploads are aborted and the objects made so far removed. An object
        that replaced an earlier output of this workflow stays, unless the bucket keeps versions: then
        the earlier one is restored.
        """
        self._check_names(files)
        self._registry.claim([(file.bucket, file.key) for file in files])
        drafts = [self._draft(file) for file in files]
        try:
            for draft in drafts:
                self._prepare(draft)
            self._commit(drafts)
        except BaseException as error:
            self._undo(drafts, error)
            raise
        return [_published(draft) for draft in drafts]

    def _check_names(self, files: Sequence[Staged]) -> None:
        count = Counter((file.bucket, file.key) for file in files)
        for (bucket, key), times in count.items():
            if times > 1:
                raise OutputExistsError(
                    "{count} outputs of this job are named s3://{bucket}/{key}: set a different output_path for each",
                    count=times,
                    bucket=bucket,
                    key=key,
                )
        for file in files:
            self._check_place(file)

    def _check_place(self, file: Staged) -> None:
        place = {"bucket": file.bucket, "key": file.key}
        if isinstance(file, StagedCopy) and not file.in_place and file.origin[:2] == (file.bucket, file.key):
            raise OutputExistsError(
                "the copy s3://{bucket}/{key} would be its original: set another bucket or directory", **place
            )
        if (file.bucket, file.key) == (self._source.bucket, self._source.key):
            raise OutputExistsError(
                "output s3://{bucket}/{key} would replace its own source: use another output_path or output directory",
                **place,
            )

    def _draft(self, file: Staged) -> _Draft:
        """The draft of a file whose key is free, or holds this workflow's output. Raises OutputExistsError."""
        earlier = self._storage.head(file.bucket, file.key)
        owner = (self._provenance.workflow_id, self._provenance.source_key)
        if earlier and not may_replace(file.bucket, file.key, earlier, *owner):
            raise _exists(file, earlier)
        metadata = {**file.stored.all_metadata, **self._provenance.to_metadata(file.bucket, file.key)}
        _require_room(file, metadata)
        return _Draft(file, file.metadata(metadata) if isinstance(file, StagedCopy) else metadata, earlier)

    def _prepare(self, draft: _Draft) -> None:
        """Upload or copy a large file's parts. Small ones wait for the commit: they are visible at once."""
        if isinstance(draft.file, StagedCopy):
            if draft.file.in_parts:
                self._prepare_copy(draft, draft.file)
            return
        size = draft.file.path.stat().st_size
        if size < MIN_PART_BYTES:
            return
        draft.upload_id = self._writer.begin(
            *draft.place, draft.file.content_type, draft.metadata, draft.file.stored.arguments
        )
        self._registry.began(*draft.place, draft.upload_id)
        digest = hashlib.md5(usedforsecurity=False)
        for number, body in enumerate(_blocks(draft.file.path, part_bytes(size)), start=1):
            self._storage.check()
            digest.update(body)
            draft.size_bytes += len(body)
            draft.parts.append(self._writer.send_part(*draft.place, draft.upload_id, number, body))
        draft.md5 = digest.hexdigest()

    def _prepare_copy(self, draft: _Draft, copy: StagedCopy) -> None:
        draft.upload_id = self._writer.begin(*draft.place, copy.content_type, draft.metadata, copy.options)
        self._registry.began(*draft.place, draft.upload_id)
        draft.parts += copied_parts(self._writer, self._storage, copy, draft.upload_id)
        draft.size_bytes, draft.md5 = copy.size_bytes, copy.md5

    def _commit(self, drafts: Sequence[_Draft]) -> None:
        """Make the files visible, rank by rank; within a rank in parallel, because HLS has many segments."""
        self._storage.check()
        in_order = sorted(drafts, key=lambda draft: draft.rank)
        with ContextThreads(COMMIT_THREADS) as pool:
            for _, rank in groupby(in_order, key=lambda draft: draft.rank):
                for draft in pool.map(self._commit_one, rank):
                    if draft.upload_id:
                        self._registry.ended(*draft.place, draft.upload_id)

    def _commit_one(self, draft: _Draft) -> _Draft:
        self._registry.confirm()
        draft.commit_tried = True
        file = draft.file
        if draft.upload_id:
            draft.etag = self._writer.complete(*draft.place, draft.upload_id, draft.parts)
        elif isinstance(file, StagedCopy):
            draft.size_bytes, draft.md5 = file.size_bytes, file.md5
            draft.etag = self._writer.copy(file.origin, *draft.place, file.content_type, draft.metadata, file.options)
        else:
            body = file.path.read_bytes()
            draft.size_bytes, draft.md5 = len(body), hashlib.md5(body, usedforsecurity=False).hexdigest()
            draft.etag = self._writer.put(*draft.place, body, file.content_type, draft.metadata, file.stored.arguments)
        if isinstance(file, StagedCopy) and file.is_verified:
            verify_copy(self._storage, file)
        is_small_segment = file.role == "segment" and not draft.upload_id
        if file.stored.arguments and not is_small_segment:  # of hundreds of them, all have the same options
            verify_options(self._storage, *draft.place, file.stored)
        return draft

    def _undo(self, drafts: Sequence[_Draft], error: BaseException) -> None:
        """Undo all drafts; failures become notes on `error`, which stays the cause."""
        for draft in drafts:
            try:
                self._undo_one(draft)
            except Exception as failure:  # one draft's failure must not stop the undo of the others
                error.add_note(f"undoing s3://{draft.file.bucket}/{draft.file.key} failed: {failure}")

    def _undo_one(self, draft: _Draft) -> None:
        if draft.upload_id:
            if not draft.etag:
                self._writer.abort(*draft.place, draft.upload_id)
            self._registry.ended(*draft.place, draft.upload_id)
        if not draft.commit_tried:
            return
        # A commit that failed here may have succeeded on the server, so the object is checked.
        found = self._storage.head(*draft.place)
        if found and self._may_remove(draft, found):
            self._writer.delete(*draft.place, found.version_id)

    def _may_remove(self, draft: _Draft, found: ObjectHead) -> bool:
        """Whether `found` is what this draft made, and removing it loses no earlier output."""
        if dict(found.metadata) != draft.metadata:
            return False
        if draft.earlier is None:
            return True
        return found.version_id is not None and found.version_id != draft.earlier.version_id


def _require_room(file: Staged, metadata: dict[str, str]) -> None:
    """Raises StorageConfigurationError for more user metadata than S3 takes."""
    if (size := metadata_bytes(metadata)) > MAX_METADATA_BYTES:
        raise StorageConfigurationError(
            "the metadata of output s3://{bucket}/{key} have {size} bytes with those of this product, and S3 accepts "
            "{limit}: shorten `objects.metadata`",
            bucket=file.bucket,
            key=file.key,
            size=size,
            limit=MAX_METADATA_BYTES,
        )


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(size):
            yield block


def _exists(file: Staged, found: ObjectHead) -> OutputExistsError:
    """The error for a key that holds another object; it names the run that made the object, if it was one."""
    place = {"bucket": file.bucket, "key": file.key}
    maker = Provenance.from_metadata(found.metadata)
    if maker is None or not is_own_output(file.bucket, file.key, found.metadata):
        return OutputExistsError(
            "output s3://{bucket}/{key} exists and was not made by a workflow of this product: move that object, or "
            "use another output_path or output directory",
            **place,
        )
    return OutputExistsError(
        "output s3://{bucket}/{key} exists and is no earlier output of this workflow or DAG from the same source: "
        "{workflow_id} made it in run {run_id} from {source_key}; put {{inputDirectory}}/ into the output directory if "
        "sources of several directories share a name, add {{inputFormat}} to output_path if only their extensions "
        "differ, or use another output directory",
        **place,
        workflow_id=maker.workflow_id,
        run_id=maker.run_id,
        source_key=maker.source_key,
    )


def _published(draft: _Draft) -> PublishedFile:
    file = draft.file
    return PublishedFile(file.bucket, file.key, file.role, draft.size_bytes, draft.md5, draft.etag)
