"""Numbers of templates in the vendor's API (Definition). They are our ids: presets have the vendor's own numbers."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid

MOST = 2**31 - 1  # ids are 32 bits in the store


def template_number(id_: int) -> int:
    """The Definition of a template."""
    return id_


def template_id_of(kind: str, number: Any) -> int:
    """The id of the template of this kind with the Definition `number`. Raises InvalidValueError.

    A text of digits is a number, too: descriptions of transcode templates have it so.
    """
    id_ = int(number) if isinstance(number, str) and number.isdecimal() and len(number) <= 10 else number
    if isinstance(id_, bool) or not isinstance(id_, int) or not 0 < id_ <= MOST:
        raise invalid("must be the number of a {kind} template", kind=kind)
    return id_
