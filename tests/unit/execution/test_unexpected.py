"""What the owner of a run reads about an exception that nothing expected."""

from __future__ import annotations

import errno
import os

import pytest

from media_workflows.errors import WorkerError
from media_workflows.execution.unexpected import unexpected_message
from media_workflows.media.ffmpeg.failure import failure
from media_workflows.media.source.mp3_header import has_frame_count


def caught(action: object, *arguments: object) -> Exception:
    try:
        action(*arguments)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_it_names_the_exception_and_the_innermost_line_of_this_product() -> None:
    message = unexpected_message(caught(has_frame_count, None))
    assert message.startswith("an unexpected error stopped this job: AttributeError: ")
    assert "(media/source/mp3_header.py:" in message
    assert " in has_frame_count); start the run again" in message


def test_one_from_elsewhere_without_words() -> None:
    message = unexpected_message(KeyError())
    assert message.startswith("an unexpected error stopped this job: KeyError (outside of this product);")


def test_long_quotes_are_shortened() -> None:
    assert len(unexpected_message(ValueError("x" * 100_000))) < 800


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_bug(number: int) -> None:
    message = unexpected_message(OSError(number, os.strerror(number), "a.m3u8"))
    assert message.startswith(f"the worker's disk is full ({os.strerror(number)}, ")
    assert "free space below the setting data_dir" in message
    assert "report it" not in message


def test_a_full_quota_of_ffmpeg_is_the_workers() -> None:
    assert isinstance(failure(1, [f"av_interleaved_write_frame(): {os.strerror(errno.EDQUOT)}"]), WorkerError)
