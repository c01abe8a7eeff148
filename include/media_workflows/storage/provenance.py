"""Provenance: which workflow and run made an output, as user metadata on the object itself. Pure.

S3 metadata is ASCII of at most 2 KB in all (boto3 rejects any other character), so values are
percent-encoded, and one that is too long is replaced by its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

WORKFLOW = "mw-workflow"
REVISION = "mw-revision"
RUN = "mw-run"
SOURCE_KEY = "mw-source-key"
SOURCE_ETAG = "mw-source-etag"
KIND = "mw-kind"
LOCATION = "mw-location"

# Encoded characters. All values at their limit, with their names, stay below S3's 2,048 bytes.
_LIMITS = {SOURCE_KEY: 768}
_LIMIT = 200
_HASHED = "sha256:"  # no encoded value can start so: ':' is always encoded


@dataclass(frozen=True)
class Provenance:
    """The workflow, run and source of one output. A `source_key` that is too long reads back as 'sha256:…'."""

    workflow_id: str
    revision: int
    run_id: str
    source_key: str
    source_etag: str
    kind: str

    def to_metadata(self, bucket: str, key: str) -> dict[str, str]:
        """The user metadata of the output at s3://bucket/key."""
        values = {
            WORKFLOW: self.workflow_id,
            REVISION: str(self.revision),
            RUN: self.run_id,
            SOURCE_KEY: self.source_key,
            SOURCE_ETAG: self.source_etag,
            KIND: self.kind,
        }
        return {name: _encode(name, value) for name, value in values.items()} | {LOCATION: location(bucket, key)}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> Provenance | None:
        """The provenance that `to_metadata` wrote; None if the metadata are incomplete."""
        try:
            return cls(
                workflow_id=_decode(metadata[WORKFLOW]),
                revision=int(metadata[REVISION]),
                run_id=_decode(metadata[RUN]),
                source_key=_decode(metadata[SOURCE_KEY]),
                source_etag=_decode(metadata[SOURCE_ETAG]),
                kind=_decode(metadata[KIND]),
            )
        except (KeyError, ValueError):
            return None


def location(bucket: str, key: str) -> str:
    """A short hash of an object's bucket and key; a copy of the object fails this check, on purpose."""
    return hashlib.sha256(f"{bucket}/{key}".encode()).hexdigest()[:16]


def is_own_output(bucket: str, key: str, metadata: Mapping[str, str]) -> bool:
    """Whether this product made the object at this key: a copy made by a user is a new source object."""
    return Provenance.from_metadata(metadata) is not None and metadata.get(LOCATION) == location(bucket, key)


def same_workflow_and_source(metadata: Mapping[str, str], workflow_id: str, source_key: str) -> bool:
    """Whether the metadata name this workflow and this source (any revision, run and source content)."""
    asked = {WORKFLOW: workflow_id, SOURCE_KEY: source_key}
    return all(metadata.get(name) == _encode(name, value) for name, value in asked.items())


def same_run(metadata: Mapping[str, str], workflow_id: str, run_id: str) -> bool:
    """Whether the metadata name this run of this workflow."""
    asked = {WORKFLOW: workflow_id, RUN: run_id}
    return all(metadata.get(name) == _encode(name, value) for name, value in asked.items())


def _encode(name: str, value: str) -> str:
    encoded = quote(value, safe="/")
    if len(encoded) <= _LIMITS.get(name, _LIMIT):
        return encoded
    return _HASHED + hashlib.sha256(value.encode()).hexdigest()


def _decode(value: str) -> str:
    return value if value.startswith(_HASHED) else unquote(value)
