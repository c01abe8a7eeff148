"""How an exception is explained to the owner of a run, also one that nothing expected."""

from __future__ import annotations

import traceback
from pathlib import Path

import media_workflows
from media_workflows.errors import DISK_FULL, MediaWorkflowsError

_ROOT = Path(media_workflows.__file__).parent
_SHOWN_CHARS = 500  # an exception may quote what it could not read


def code_and_message(error: Exception) -> tuple[str, str]:
    """What a result or an event says of an error."""
    if isinstance(error, MediaWorkflowsError):
        return error.code, str(error)
    return MediaWorkflowsError.code, unexpected_message(error)


def unexpected_message(error: Exception) -> str:
    """What failed, where in this product, and what to do. The traceback itself is in the task's log."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return (
            f"the worker's disk is full ({error.strerror}, {_place(error)}): free space below the setting data_dir, or "
            "let it point to a larger disk"
        )
    what = f"{type(error).__name__}: {error}".strip().removesuffix(":")[:_SHOWN_CHARS]
    return (
        f"an unexpected error stopped this job: {what} ({_place(error)}); start the run again, and if it fails the "
        "same way, report it with the log of this task"
    )


def _place(error: Exception) -> str:
    """The innermost line of this product that the exception passed: 'media/probe.py:120 in _probe'."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT)]
    if not ours:
        return "outside of this product"
    frame = ours[-1]
    return f"{Path(frame.filename).relative_to(_ROOT).as_posix()}:{frame.lineno} in {frame.name}"
