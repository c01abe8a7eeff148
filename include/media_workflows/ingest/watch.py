"""Reads the sources of uploads in turns: queues together, listings a bounded part at a time, so that none starves."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import structlog
from sqlalchemy import Engine

from media_workflows.domain.base import Model
from media_workflows.domain.candidates import Candidate
from media_workflows.errors import MediaWorkflowsError, QueueError, StorageError
from media_workflows.ingest.listing import MAX_CANDIDATES as MAX_OF_LISTINGS
from media_workflows.ingest.listing import ListingSource, Position, Root, Scan
from media_workflows.ingest.queue import MAX_CANDIDATES as MAX_OF_QUEUES
from media_workflows.ingest.queue import MAX_MESSAGES, QueueSource
from media_workflows.log_context import ContextThreads
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.detection import SourceKind, record_failure, record_success
from media_workflows.store.engine import transaction

log = structlog.get_logger(__name__)

LISTING_TURN_S = 2.0  # then the queues have theirs
QUEUE_THREADS = 16  # all connections of a client
SHORT_WAIT_S = 1.0
RETRY_S = 10.0  # a source that failed is read again after this time
LOGGED_EVERY_S = 600.0  # while a source fails in the same way


class WatchState(Model):
    """How far the listings are, for the next process that watches: events must not make listings more frequent.

    `listed_at` is when the latest pass over all roots began (Unix seconds). `next_root` is the bucket and prefix with
    which it goes on; None = it has ended. `goes_on`: it did not list a root to its end, so another one follows at once.
    """

    listed_at: float = 0.0
    next_root: tuple[str, str] | None = None
    goes_on: bool = False


class Watch:
    """The queues and listings that the settings name."""

    def __init__(self, settings: Settings, clients: Clients, engine: Engine, state: WatchState) -> None:
        self.state = state
        self.has_failed = False  # any source at any time
        self._interval_s = settings.upload_poll_interval_s
        self._queues = [QueueSource(clients.sqs, url) for url in settings.upload_queue_urls]
        self._listing = ListingSource(ObjectStorage(clients.s3), engine)
        self._engine = engine
        self._retry_at: dict[tuple[SourceKind, str], float] = {}

    def read(self, wait_s: float) -> list[Candidate]:
        """One turn of each source: listings if they are due, then queues. Waits up to `wait_s` if there is nothing."""
        listed = self._list() if self._due_in() <= 0 else []
        wait_s = 0 if listed else min(wait_s, max(self._due_in(), 0))
        queues = [queue for queue in self._queues if self._may_read("queue", queue.url)]
        if not queues:
            time.sleep(min(wait_s, SHORT_WAIT_S))
            return listed
        return listed + self._receive(queues, wait_s)

    def _due_in(self) -> float:
        """Seconds until listings go on; infinite when polling is off."""
        if not self._interval_s:
            return float("inf")
        if self.state.next_root or self.state.goes_on:
            return 0
        return self.state.listed_at + self._interval_s - time.time()

    def _list(self) -> list[Candidate]:
        """The next roots of the pass, each for one turn, until LISTING_TURN_S is over or the turn is full."""
        if self.state.next_root is None:
            self.state = WatchState(listed_at=time.time())
        roots = [root for root in self._listing.roots() if root >= (self.state.next_root or ("", ""))]
        positions = self._listing.positions()
        self.state = self.state.model_copy(update={"next_root": None})  # also if the workflows of the rest are deleted
        candidates: list[Candidate] = []
        scans: dict[Root, Scan] = {}
        ends_at = time.monotonic() + LISTING_TURN_S
        for root, next_root in zip(roots, [*roots[1:], None], strict=False):
            if scan := self._list_one(*root, positions.get(root)):
                scans[root] = scan
                candidates += scan.candidates
            goes_on = self.state.goes_on or (scan is not None and not scan.finished)
            self.state = self.state.model_copy(update={"next_root": next_root, "goes_on": goes_on})
            if len(candidates) >= MAX_OF_LISTINGS or time.monotonic() >= ends_at:
                break
        self._record(scans)
        return candidates

    def _list_one(self, bucket: str, prefix: str, position: Position | None) -> Scan | None:
        """A turn of one root; None = it cannot be listed at present. One that fails must not stop others."""
        place = f"{bucket}/{prefix}"
        if not self._may_read("listing", place):
            return None
        try:
            return self._listing.scan(bucket, prefix, position)
        except StorageError as error:
            self._note_failure("listing", place, error)
            return None

    def _record(self, scans: Mapping[Root, Scan]) -> None:
        """For all listings of a turn together: most find nothing, and each costs little more than its request."""
        self._listing.complete(scans)
        self._note_success("listing", [f"{bucket}/{prefix}" for bucket, prefix in scans])

    def _receive(self, queues: Sequence[QueueSource], wait_s: float) -> list[Candidate]:
        """A turn of each queue. Of several, none waits long for another's first message."""
        limit = max(MAX_OF_QUEUES // len(queues), MAX_MESSAGES)
        wait_s = min(wait_s, SHORT_WAIT_S) if len(queues) > 1 else wait_s
        whole_s = 0 if not wait_s else max(int(wait_s), 1)  # SQS counts whole seconds; 0 again and again is busy
        with ContextThreads(min(len(queues), QUEUE_THREADS)) as pool:
            found = pool.map(lambda queue: self._receive_one(queue, whole_s, limit), queues)
            return [candidate for candidates in found for candidate in candidates]

    def _receive_one(self, queue: QueueSource, wait_s: int, limit: int) -> list[Candidate]:
        try:
            candidates = queue.receive(wait_s, limit)
        except QueueError as error:
            self._note_failure("queue", queue.url, error)
            return []
        self._note_success("queue", [queue.url])
        return candidates

    def _may_read(self, kind: SourceKind, place: str) -> bool:
        return time.monotonic() >= self._retry_at.get((kind, place), 0.0)

    def _note_success(self, kind: SourceKind, places: Collection[str]) -> None:
        with transaction(self._engine) as session:
            record_success(session, kind, places)
        for place in places:
            _changes().log(kind, place, None)

    def _note_failure(self, kind: SourceKind, place: str, error: MediaWorkflowsError) -> None:
        with transaction(self._engine) as session:
            record_failure(session, kind, place, error)
        _changes().log(kind, place, error)
        self.has_failed = True
        self._retry_at[kind, place] = time.monotonic() + RETRY_S


class ChangeLog:
    """Logs a source that begins to fail, fails in another way, or works again; a failure that lasts, now and then."""

    def __init__(self) -> None:
        self._failing: dict[tuple[SourceKind, str], tuple[str, float]] = {}  # its error's text, when it was logged

    def log(self, kind: SourceKind, place: str, error: MediaWorkflowsError | None) -> None:
        """The outcome of reading a source."""
        text, logged_at = self._failing.get((kind, place), ("", 0.0))
        if error is None:
            if self._failing.pop((kind, place), None):
                log.info("uploads are detected again", kind=kind, place=place)
        elif str(error) != text or time.monotonic() >= logged_at + LOGGED_EVERY_S:
            log.error("uploads cannot be detected", kind=kind, place=place, code=error.code, problem=str(error))
            self._failing[kind, place] = str(error), time.monotonic()


@lru_cache(maxsize=1)
def _changes() -> ChangeLog:
    """The process's: each batch of uploads makes a new watch."""
    return ChangeLog()
