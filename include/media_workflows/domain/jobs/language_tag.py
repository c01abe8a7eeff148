"""`LanguageTag`: the language of a track as players expect it, by BCP 47."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from media_workflows.domain.base import invalid

_FORM = r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"


def _well_formed(tag: str) -> str:
    """The tag; '' = none."""
    if not re.fullmatch(_FORM, tag):
        raise invalid("must be a BCP 47 tag, such as en, pt-BR or zh-Hans; got '{tag}'", tag=tag)
    return tag


LanguageTag = Annotated[str, AfterValidator(_well_formed), Field(json_schema_extra={"pattern": _FORM})]
