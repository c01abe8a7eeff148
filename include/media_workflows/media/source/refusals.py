"""Why a source is refused: by its first bytes, by the error that opening it raised, by the size of its frames."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import NoReturn

import av
from av.error import FFmpegError

from media_workflows.errors import PictureSizeError, UnreadableSourceError
from media_workflows.media.source import sniff
from media_workflows.media.source.formats import open_options
from media_workflows.media.source.pyav import packets
from media_workflows.settings import get_settings


def refuse_by_head(path: Path) -> None:
    """Raises UnreadableSourceError for what its first bytes show to be no audio or video."""
    if not path.is_file():
        raise UnreadableSourceError("the source does not exist or is not a file; upload it again")
    with path.open("rb") as file:
        head = file.read(sniff.HEAD_BYTES)
    if not head:
        raise UnreadableSourceError("the source is empty (0 bytes); upload it again")
    if sniff.is_playlist(head):
        raise UnreadableSourceError("the source is a playlist, a text that points to other files; upload the media")
    if sniff.is_animated_webp(head):
        raise UnreadableSourceError(
            "the source is an animated WebP, which cannot be read here; upload it as GIF, APNG or MP4"
        )
    if sniff.is_picture(head) and not (sniff.may_move(head) and _moves(path)):
        raise UnreadableSourceError("the source is a still picture, not audio or video; upload an audio or video file")


def _moves(path: Path) -> bool:
    """Whether an animation has a second frame."""
    try:
        with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
            return sum(packet.size > 0 for packet in islice(packets(container), 2)) == 2
    except FFmpegError:
        return True  # the error is reported where the file is opened for the probe


def refuse_unreadable(path: Path, error: FFmpegError) -> NoReturn:
    """Raises UnreadableSourceError for a file that could not be opened."""
    with path.open("rb") as file:
        head = file.read(sniff.HEAD_BYTES)
    if sniff.is_iso_media(head):
        raise UnreadableSourceError(
            "the source cannot be read: its index is missing or damaged, as after an aborted upload or recording; "
            "upload it again ({cause})",
            cause=error.strerror,
        ) from error
    raise UnreadableSourceError(
        "the source cannot be read: it is damaged or not a supported media file; upload it again, or convert it "
        "({cause})",
        cause=error.strerror,
    ) from error


def require_size(width: int, height: int) -> None:
    """Raises PictureSizeError for frames that would take gigabytes to decode."""
    limit = get_settings().max_frame_pixels
    if width * height > limit:
        raise PictureSizeError(
            "the source has frames of {size} pixels, and at most {limit} pixels are decoded (setting "
            "max_frame_pixels): scale it down before the upload, or raise the setting",
            size=f"{width}x{height}",
            limit=limit,
        )
