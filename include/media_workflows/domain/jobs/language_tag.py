"""`LanguageTag`: the language of a track as players expect it, by BCP 47."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from media_workflows.domain.base import invalid

_FORM = r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"


def _registered(tag: str) -> str:
    """The tag; '' = none. Players show nothing for a language that IANA has not registered."""
    if tag and not (re.fullmatch(_FORM, tag) and _is_valid(tag)):
        raise invalid(
            "must be a BCP 47 tag of a registered language, such as en, pt-BR or zh-Hans; got '{tag}'", tag=tag
        )
    return tag


def _is_valid(tag: str) -> bool:
    import langcodes  # its tables would cost each start of a process a tenth of a second

    return langcodes.tag_is_valid(tag)


LanguageTag = Annotated[str, AfterValidator(_registered), Field(json_schema_extra={"pattern": _FORM})]
