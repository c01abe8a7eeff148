"""What the owner of a run reads about an exception that nothing expected."""

from __future__ import annotations

from media_workflows.execution.unexpected import unexpected_message
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
