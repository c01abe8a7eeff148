"""The object key of a file uploaded in the browser, and the checks of its name and size."""

from __future__ import annotations

from media_workflows.domain.trigger import Trigger
from media_workflows.errors import UploadRefusedError
from media_workflows.naming import MAX_KEY_BYTES, has_control_characters


def upload_key(trigger: Trigger, name: str) -> str:
    """The key of the file `name` ('a.mp4', 'day/a.mp4') below the trigger's directory.

    Raises UploadRefusedError for a name that leads out of the directory, and for a format that does not start a run.
    """
    if has_control_characters(name) or "\\" in name:
        raise UploadRefusedError(
            "name: {name} contains a control character or a backslash; rename the file", name=repr(name)
        )
    if {"", ".", ".."} & set(name.split("/")):
        raise UploadRefusedError(
            "name: {name} must have plain names between single slashes, no '.' or '..'", name=repr(name)
        )
    if not trigger.accepts_format(name):
        raise UploadRefusedError(
            "name: {name} would not start a run: this workflow accepts {formats}",
            name=repr(name),
            formats=", ".join(trigger.formats),
        )
    key = trigger.prefix + name
    if len(key.encode()) > MAX_KEY_BYTES:
        raise UploadRefusedError(
            "name: the key {key} is longer than {limit} bytes; use a shorter name", key=repr(key), limit=MAX_KEY_BYTES
        )
    return key


def check_size(size_bytes: int, most_bytes: int) -> None:
    """Raises UploadRefusedError for an empty file, or one above the limit."""
    if size_bytes < 1:
        raise UploadRefusedError("size: the file is empty")
    if size_bytes > most_bytes:
        raise UploadRefusedError(
            "size: {size} bytes are above the limit of {limit} (setting upload_max_bytes); "
            "put the file into the bucket with an S3 client",
            size=f"{size_bytes:,}",
            limit=f"{most_bytes:,}",
        )
