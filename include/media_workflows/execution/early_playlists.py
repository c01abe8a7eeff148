"""`EarlyPlaylists`: ladders of a step that can be played while ffmpeg writes them.

A thread beside ffmpeg publishes each finished segment under its final name, then the playlists, which grow, and once
all of them have a segment the master playlist. Nothing of this is verified. The store lists it until the step has
published the verified files over it; whatever else is listed when the step ends is removed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import SQLAlchemyError

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.errors import JobCancelledError, MediaWorkflowsError, OutputExistsError
from media_workflows.execution.early_removal import remove_early
from media_workflows.execution.running_step import RunningStep
from media_workflows.log_context import ContextThreads
from media_workflows.media.jobs.request import Grow, made_file
from media_workflows.media.plan.planned import Growth, PlannedFile
from media_workflows.storage.publish import PublishedFile, StagedFile
from media_workflows.store import early_objects as store
from media_workflows.store.early_objects import EarlyObject, Place
from media_workflows.store.engine import transaction

INTERVAL_S = 1.0  # between two looks at what ffmpeg has finished: less than a segment lasts
LAST_S = 20.0  # for what is left when ffmpeg has ended: the verified files follow soon
MAX_FAILURES = 5  # one after the other, of what may work later
_CAUSE_CHARACTERS = 200


class EarlyPlaylists:
    """`JobRequest.early` of one try of a step, within which `published` is called with what is verified."""

    def __init__(self, step: RunningStep) -> None:
        self._step = step
        self._ladders: dict[int, _EarlyLadder] = {}  # by the item's index
        self._reading = threading.Lock()  # PyAV is not made for several threads
        items = step.request.items
        self._is_used = any(isinstance(one, AdaptiveDynamicStreamingItem) and one.early_playlist for one in items)

    def __enter__(self) -> Self:
        """An earlier try that was killed has left what it published."""
        if self._is_used:
            self._remove(lambda _: True)
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._is_used:
            self._remove(lambda _: True)

    @contextmanager
    def beside(self, index: int, item: JobItem[Any], grow: Grow) -> Iterator[None]:
        """See `PublishEarly`."""

        def grow_alone(listed: Mapping[int, int]) -> Growth:
            with self._reading:
                return grow(listed)

        ladder = self._ladders[index] = _EarlyLadder(self._step, item, grow_alone)
        ended = threading.Event()
        with ContextThreads(1, "early") as thread:
            thread.submit(ladder.follow, ended)
            try:
                yield
            finally:
                ended.set()
        ladder.publish_rest()

    def withdraw(self, index: int) -> None:
        """See `PublishEarly`."""
        if (ladder := self._ladders.get(index)) is not None:
            self._remove(lambda one: one.place in ladder.places)

    def notices_of(self, index: int) -> Sequence[Notice]:
        """See `PublishEarly`."""
        ladder = self._ladders.get(index)
        return [_stopped(ladder.problem)] if ladder and ladder.problem else []

    def published(self, files: Sequence[PublishedFile]) -> None:
        """These files are verified: what was early at their places is no more."""
        if self._is_used:
            with transaction() as session:
                store.forget(session, self._step.request.step, [(file.bucket, file.key) for file in files])

    def _remove(self, is_meant: Callable[[EarlyObject], bool]) -> None:
        """Remove the objects of all tries of this step. A failure is logged only: housekeeping removes what is left."""
        step, key = self._step, self._step.request.step
        try:
            with transaction() as session:
                objects = [one for one in store.early_objects(session, key) if is_meant(one)]
            if objects:
                step.claims.claim([one.place for one in objects], patience_s=0)
                remove_early(step.storage, key, objects)
                step.log(f"removed {len(objects)} early objects")
        except (MediaWorkflowsError, SQLAlchemyError) as error:
            step.log(f"early objects could not be removed; the daily housekeeping will do it: {error}")


class _EarlyLadder:
    """One ladder, as far as it is published. `problem` is why it is not published further; '' = it is."""

    def __init__(self, step: RunningStep, item: JobItem[Any], grow: Grow) -> None:
        self._step, self._item, self._grow = step, item, grow
        self._listed: Mapping[int, int] = {}
        self._failures: list[str] = []  # the causes, one after the other
        self._has_ended = False  # it was cancelled, or has a problem
        self.places: set[Place] = set()
        self.problem = ""
        if step.request.output.prefix:
            self._stop("the outputs of this step are held back")

    def follow(self, ended: threading.Event) -> None:
        """Publish what is finished, until the event is set."""
        while not self._has_ended and not ended.is_set():
            if not self._advance():
                ended.wait(INTERVAL_S)

    def publish_rest(self) -> None:
        """Publish what was finished last, for a while."""
        until = time.monotonic() + LAST_S
        while not self._has_ended and time.monotonic() < until and self._advance():
            pass
        if self._failures and not self._has_ended:
            self._stop(self._failures[-1])  # there is no later

    def _advance(self) -> bool:
        """Whether there was something to publish, and it is. An encode never fails because of this."""
        try:
            is_published = self._publish()
        except JobCancelledError:
            self._has_ended = True
        except Exception as error:  # of whatever kind
            self._note_failure(error)
        else:
            self._failures.clear()
            return is_published
        return False

    def _note_failure(self, error: Exception) -> None:
        """What may work later is tried again, for a while."""
        self._failures.append(str(error) or type(error).__name__)
        passes = getattr(error, "retryable", isinstance(error, SQLAlchemyError))
        if passes and len(self._failures) < MAX_FAILURES:
            self._step.log(f"the early playlist waits: {error}")
        else:
            self._stop(self._failures[-1])

    def _stop(self, problem: str) -> None:
        self.problem, self._has_ended = problem, True
        self._step.log(_stopped(problem).message)

    def _publish(self) -> bool:
        growth = self._grow(self._listed)
        if not growth.files:
            return False
        self._step.require_not_cancelled()
        files = [self._staged(file) for file in growth.files]
        self._take([file for file in files if (file.bucket, file.key) not in self.places])
        self._step.publisher.publish(files)
        if not self._listed:
            self._note_playable(files[-1])
        self._listed = growth.listed
        return True

    def _staged(self, file: PlannedFile) -> StagedFile:
        staged = self._step.staged(self._item, made_file(file))
        return replace(staged, stored=staged.stored.unverified(grows=file.role != "segment"))

    def _take(self, files: Sequence[StagedFile]) -> None:
        """Claim the keys of further files, and note them, before one is written. Raises OutputExistsError.

        Where there is an object already, only the verified file may replace it.
        """
        if not files:
            return
        step = self._step
        step.claims.claim([(file.bucket, file.key) for file in files], patience_s=0)
        for file in files:
            if step.storage.head(file.bucket, file.key) is not None:
                raise OutputExistsError(
                    "s3://{bucket}/{key} exists, and only a verified ladder replaces it",
                    bucket=file.bucket,
                    key=file.key,
                )
        objects = [EarlyObject(bucket=file.bucket, key=file.key, role=file.role) for file in files]
        with transaction() as session:
            store.note(session, step.request.step, objects)
        self.places |= {one.place for one in objects}

    def _note_playable(self, manifest: StagedFile) -> None:
        place = (manifest.bucket, manifest.key)
        with transaction() as session:
            store.note_playable(session, self._step.request.step, place)
        self._step.log(f"can be played while it is made: {manifest.bucket}/{manifest.key}")


def _stopped(problem: str) -> Notice:
    cause = problem.strip().partition("\n")[0][:_CAUSE_CHARACTERS]
    return Notice(
        code="EarlyPlaylistStopped", message=f"the early playlist has stopped: {cause}", parameters={"cause": cause}
    )
