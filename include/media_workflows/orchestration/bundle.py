"""The versioned DAG bundle: one small Airflow DAG file per workflow, written from the store.

The version is the store's sequence number of edits. `current/` follows the newest and is changed
in place, only where a file's text changed; `versions/<n>/` is what the store held at edit n, for
the tasks of runs that began then. A task reads one file of its version, so only that one is written.
Runs in task processes too, so it reads our store and not Airflow's database, except in `refresh`:
only the dag-processor calls that.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import structlog
from airflow.dag_processing.bundles.base import BaseDagBundle, BundleVersion
from airflow.sdk import get_parsing_context
from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.dag_file import dag_file_name, dag_file_text
from media_workflows.airflow_adapter.parse_errors import files_with_errors
from media_workflows.airflow_adapter.run_copies import recheck_unfinished, search_changes
from media_workflows.airflow_adapter.switches import enabled_ids
from media_workflows.store.definition_changes import DefinitionChange, change_at, changes_between
from media_workflows.store.engine import transaction
from media_workflows.store.sequence import latest_sequence

log = structlog.get_logger(__name__)

VERSION_MARKER = ".sequence"
SECOND_PARSE_AFTER_S = 10  # longer than parsing one file takes
FAILED_PARSE_INTERVAL_S = 300  # what failed, as by a timeout under load, is parsed again after this


class WorkflowBundle(BaseDagBundle):
    """Airflow's view of the stored workflows."""

    supports_versioning = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._changed_at: dict[Path, float] = {}  # by the monotonic clock
        self._failed_parses_due = time.monotonic() + FAILED_PARSE_INTERVAL_S

    @property
    def path(self) -> Path:
        """The directory of DAG files for this bundle's version, or of the newest ones."""
        return self.versions_dir / self.version if self.version else self.base_dir / "current"

    def initialize(self) -> None:
        """Write the files, of a version only that of the task's DAG. Raises SQLAlchemy's OperationalError.

        Without a task, as for a callback in the dag-processor, a version is written whole.
        """
        workflow_id = get_parsing_context().dag_id
        if self.version and workflow_id:
            self._write_file_of_version(workflow_id, int(self.version))
        elif self.version:
            self._write_version(int(self.version))
        else:
            with self.lock():
                self._follow_store()
        super().initialize()

    def refresh(self) -> None:
        """Bring `current/` to the store's newest edit; a fixed version stays as it is."""
        if self.version:
            return
        with self.lock():
            changed = self._follow_store()
        self._changed_at |= dict.fromkeys(changed, time.monotonic())
        self._request_second_parses()
        self._compare_with_airflow()
        self._request_parses_of_failed()

    def _compare_with_airflow(self) -> None:
        """Keep in the store what a deletion in Airflow would lose; a failure must not keep files from being parsed."""
        try:
            enabled_ids()
            search_changes()
            recheck_unfinished()
        except Exception:
            log.exception("the state of workflows and runs could not be compared with Airflow's")

    def get_current_version(self) -> BundleVersion:
        """What the files of `path` hold."""
        return BundleVersion(version=self.version or str(self._written_sequence()))

    def _written_sequence(self) -> int:
        return _sequence_of(self.path)

    def _request_second_parses(self) -> None:
        """Touch each file once some time after it changed, so that Airflow parses it again.

        A change that comes while its file is being parsed would otherwise be missed until the next
        round, as would one whose result could not be stored: Airflow drops the request for such a file, and
        compares modification times with the time at which parsing ended.
        """
        due = [file for file, at in self._changed_at.items() if time.monotonic() - at >= SECOND_PARSE_AFTER_S]
        for file in due:
            del self._changed_at[file]
            with contextlib.suppress(FileNotFoundError):  # deleted since
                os.utime(file)

    def _request_parses_of_failed(self) -> None:
        """Touch the files that could not be parsed: the reason may be gone, and unchanged files are parsed daily."""
        if time.monotonic() < self._failed_parses_due:
            return
        self._failed_parses_due = time.monotonic() + FAILED_PARSE_INTERVAL_S
        try:
            failed = files_with_errors()
        except Exception:
            log.exception("files that could not be parsed are not parsed again before the next check")
            return
        for name in failed:
            with contextlib.suppress(FileNotFoundError):
                os.utime(self.path / name)

    def _follow_store(self) -> list[Path]:
        """Write what changed. Returns the files written."""
        self.path.mkdir(parents=True, exist_ok=True)
        written = self._written_sequence()
        with transaction() as session:
            newest = latest_sequence(session)
            if newest < written:  # another store than the one these files came from
                shutil.rmtree(self.path)
                self.path.mkdir()
                written = 0
            changed = _apply(changes_between(session, written, newest), self.path) if newest > written else []
        if newest != written:
            _replace_text(self.path / VERSION_MARKER, str(newest))
        return changed

    def _write_file_of_version(self, workflow_id: str, sequence: int) -> None:
        """Write the DAG file of one workflow, unless an earlier task did. Several processes may do so at once."""
        if (self.path / dag_file_name(workflow_id)).exists():
            return
        with transaction() as session:
            change = change_at(session, workflow_id, sequence)
        self.path.mkdir(parents=True, exist_ok=True)
        _apply([change] if change else [], self.path)

    def _write_version(self, sequence: int) -> None:
        """Write the DAG files of all workflows, unless that was done."""
        if (self.path / VERSION_MARKER).exists():
            return
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock(), transaction() as session:
            _apply(self._other_than_current(session, sequence), self.path)
        _replace_text(self.path / VERSION_MARKER, str(sequence))

    def _other_than_current(self, session: Session, sequence: int) -> Iterable[DefinitionChange]:
        """What a version holds that `current/` does not, after links to the files of `current/`.

        Airflow sends the dag-processor a callback for each task that ends in the triggerer, and so each version is made
        once: links to thousands of files cost little, and the files of `current/` are replaced, never changed.
        """
        current, newest = self.base_dir / "current", latest_sequence(session)
        if not sequence <= _sequence_of(current) <= newest:  # behind, or of another store
            return changes_between(session, 0, sequence)
        for file in current.glob("*.py"):
            with contextlib.suppress(FileExistsError):  # written by a task
                (self.path / file.name).hardlink_to(file)
        later = [change.workflow_id for change in changes_between(session, sequence, newest)]
        return [change_at(session, workflow_id, sequence) or _absent(workflow_id) for workflow_id in later]


def _sequence_of(directory: Path) -> int:
    """The edit up to which the files of a directory were written; 0 = none."""
    marker = directory / VERSION_MARKER
    return int(marker.read_text()) if marker.exists() else 0


def _absent(workflow_id: str) -> DefinitionChange:
    return DefinitionChange(workflow_id=workflow_id, revision=0, definition=None, templates=[])


def _apply(changes: Iterable[DefinitionChange], directory: Path) -> list[Path]:
    """Write and delete files. Returns those written."""
    written = []
    for change in changes:
        file = directory / dag_file_name(change.workflow_id)
        if change.definition is None:
            file.unlink(missing_ok=True)
            continue
        text = dag_file_text(change.workflow_id, change.revision, change.definition, change.templates)
        if _replace_text(file, text):
            written.append(file)
    return written


def _replace_text(file: Path, text: str) -> bool:
    """Write whole or not at all, and only when the text changed: Airflow parses by modification time."""
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    temporary = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
    return True
