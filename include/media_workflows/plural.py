"""Counts with their nouns, in the English of messages that are not translated."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """'1 run', '2 runs'; `many` is a plural that does not end in 's'."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
