"""The listing source: compares ListObjectsV2 with the known objects in the store. Works with any S3 server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_workflows.domain.candidates import Candidate, Rule, UploadDecision
from media_workflows.storage.clock import on_server_clock
from media_workflows.storage.s3 import ListedObject, ListingPage, ObjectStorage
from media_workflows.store import uploads as store
from media_workflows.store.engine import transaction
from media_workflows.store.tables import utcnow

Root = tuple[str, str]  # bucket and prefix of one listing
Position = tuple[str, datetime]  # the key after which an unfinished listing goes on, and when that listing began

MAX_CANDIDATES = 500  # of one turn; the next one goes on there
MAX_PAGES = 10  # of one turn: 10,000 objects


def covering_roots(locations: Iterable[Root]) -> list[Root]:
    """The fewest (bucket, prefix) listings that cover every location.

    >>> covering_roots([("b", "in/"), ("b", "in/hd/"), ("c", ""), ("c", "x/")])
    [('b', 'in/'), ('c', '')]
    """
    roots: list[Root] = []
    for bucket, prefix in sorted(locations):
        if not (roots and roots[-1][0] == bucket and prefix.startswith(roots[-1][1])):
            roots.append((bucket, prefix))
    return roots


def fingerprint(item: ListedObject) -> str:
    """A value that changes whenever the object is written again, also with the same bytes."""
    return f"{item.etag}@{item.last_modified.isoformat()}"


@dataclass(frozen=True)
class Scan:
    """What one turn of a listing found, and when that listing began.

    `finished` is false when it goes on after a key with the next turn. `is_complete`: it has come to the root's end.
    """

    candidates: list[Candidate]
    began_at: datetime
    finished: bool = True
    is_complete: bool = True


class ListingSource:
    """Finds objects that are new or changed since the last listing of their root.

    An object counts as known only after it was decided on (`remember`), so nothing is lost when
    the process dies in between. A listing that is not finished goes on where it stopped, in whatever process; what it
    found and was not decided, and keys before that place, are found by the next listing.
    """

    def __init__(self, storage: ObjectStorage, engine: Engine) -> None:
        self._storage = storage
        self._engine = engine

    def roots(self) -> list[Root]:
        """The roots to list in one round, each once however many workflows share it."""
        with transaction(self._engine) as session:
            return covering_roots(store.watched_locations(session))

    def positions(self) -> dict[Root, Position]:
        """Where unfinished listings go on."""
        with transaction(self._engine) as session:
            return store.listing_positions(session)

    def scan(self, bucket: str, prefix: str, position: Position | None = None) -> Scan:
        """One turn of listing a root: at most 500 new source objects, at most 10 pages. Raises StorageError.

        The caller records those that are complete, together with other roots' (`complete`).
        """
        after, began_at = position or ("", utcnow())
        candidates: list[Candidate] = []
        for number, page in enumerate(self._storage.iter_listing(bucket, prefix, after=after), start=1):
            fresh = self._fresh(bucket, prefix, page)
            found = [_candidate(bucket, item) for item in fresh]
            taken = found[: MAX_CANDIDATES - len(candidates)]
            candidates += taken
            is_cut = len(taken) < len(found)
            if not page.next_token and not is_cut:
                break
            may_go_on = is_ordered(page.objects)  # else only what was decided brings it further
            if may_go_on and page.objects:
                after = taken[-1].key if is_cut else page.objects[-1].key
            if len(candidates) >= MAX_CANDIDATES and not may_go_on:
                return Scan(candidates, began_at, is_complete=False)
            if len(candidates) >= MAX_CANDIDATES or (may_go_on and number >= MAX_PAGES):
                with transaction(self._engine) as session:
                    store.keep_listing_position(session, bucket, prefix, after, began_at)
                return Scan(candidates, began_at, finished=False, is_complete=False)
        return Scan(candidates, began_at)

    def complete(self, scans: Mapping[Root, Scan]) -> None:
        """Record which of these listings have come to their end: the next ones begin at the first key."""
        with transaction(self._engine) as session:
            store.mark_listed(session, {root: scan.began_at for root, scan in scans.items() if scan.is_complete})

    def _fresh(self, bucket: str, prefix: str, page: ListingPage) -> list[ListedObject]:
        """Objects of a page that are not known, and were written after a workflow was enabled."""
        if not page.objects:
            return []
        keys = sorted(item.key for item in page.objects)
        with transaction(self._engine) as session:
            known = store.known_fingerprints(session, bucket, keys[0], keys[-1])
            fresh = [item for item in page.objects if known.get(item.key) != fingerprint(item)]
            if fresh and store.previous_listing(session, bucket, prefix) is None:
                fresh = _without_earlier(session, bucket, prefix, fresh, page.clock_skew)
        return fresh

    def remember(self, candidates: Iterable[Candidate]) -> None:
        """Mark the candidates of listings as known, so that later listings do not report them again."""
        by_bucket: dict[str, dict[str, str]] = {}
        for candidate in candidates:
            if candidate.fingerprint is not None:
                by_bucket.setdefault(candidate.bucket, {})[candidate.key] = candidate.fingerprint
        with transaction(self._engine) as session:
            for bucket, fingerprints in by_bucket.items():
                store.remember_objects(session, bucket, fingerprints)


def _without_earlier(
    session: Session, bucket: str, prefix: str, fresh: list[ListedObject], skew: timedelta
) -> list[ListedObject]:
    """On the first listing of a root, refuse objects that existed before any workflow was enabled."""
    enabled_at = store.earliest_enabled_at(session, bucket, prefix)
    since = on_server_clock(enabled_at, skew) if enabled_at else None
    earlier = [item for item in fresh if since is None or item.last_modified < since]
    store.record_decisions(session, (_existed_before(bucket, item) for item in earlier))
    store.remember_objects(session, bucket, {item.key: fingerprint(item) for item in earlier})
    return [item for item in fresh if item not in earlier]


def is_ordered(objects: Sequence[ListedObject]) -> bool:
    """Whether a page is in the order of keys, which not all servers keep."""
    return all(one.key.encode() <= next_.key.encode() for one, next_ in pairwise(objects))


def _existed_before(bucket: str, item: ListedObject) -> UploadDecision:
    return UploadDecision(
        bucket=bucket,
        key=item.key,
        identity=item.etag,  # as of one refused by its name: a queue may report the same object
        outcome="refused",
        rule=Rule.EXISTED_BEFORE,
        source="listing",
    )


def _candidate(bucket: str, item: ListedObject) -> Candidate:
    return Candidate(
        bucket=bucket,
        key=item.key,
        source="listing",
        uploaded_at=item.last_modified,
        etag=item.etag,
        fingerprint=fingerprint(item),
    )
