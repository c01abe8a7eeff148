"""Where a file that somebody uploads through the page goes, and whether it may."""

from __future__ import annotations

from media_workflows.domain.trigger import Trigger
from media_workflows.errors import UploadRefusedError
from media_workflows.naming import MAX_KEY_BYTES


def upload_key(trigger: Trigger, name: str) -> str:
    """The key of the file `name` ('a.mp4', 'day/a.mp4') below the trigger's directory.

    Raises UploadRefusedError for a name that leads elsewhere, or a format that starts no run.
    """
    if any(ord(char) < 32 or ord(char) == 127 or char == "\\" for char in name):
        raise UploadRefusedError(f"name: {name!r} holds a control character or a backslash; rename the file")
    if {"", ".", ".."} & set(name.split("/")):
        raise UploadRefusedError(f"name: {name!r} wants plain names between single slashes, no '.' or '..'")
    if not trigger.accepts_format(name):
        formats = ", ".join(trigger.formats)
        raise UploadRefusedError(f"name: {name!r} would start no run: this workflow takes {formats}")
    key = trigger.prefix + name
    if len(key.encode()) > MAX_KEY_BYTES:
        raise UploadRefusedError(f"name: {key!r} is longer than {MAX_KEY_BYTES} bytes; use a shorter name")
    return key


def check_size(size_bytes: int, most_bytes: int) -> None:
    """Raises UploadRefusedError for an empty file, or one above the limit."""
    if size_bytes < 1:
        raise UploadRefusedError("size: the file is empty")
    if size_bytes > most_bytes:
        raise UploadRefusedError(
            f"size: {size_bytes:,} bytes are above the limit of {most_bytes:,} (setting upload_max_bytes); "
            "put the file into the bucket with an S3 client"
        )
