"""`call`: an HTTP function, whose JSON answer later conditions read."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from media_workflows.domain.base import invalid
from media_workflows.domain.conditions.variables import ValueType
from media_workflows.domain.name_patterns import SingleLine
from media_workflows.domain.notification import HttpTarget, HttpUrl
from media_workflows.domain.step_actions.base import Action

MAX_HEADERS = 20
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110, a token
_OURS = re.compile(
    r"host|content-(length|type)|transfer-encoding|connection|accept-encoding|user-agent|webhook-.*", re.I
)
_SECRET = re.compile(r"authorization|proxy-authorization|cookie|.*(api-?key|token|secret).*", re.I)


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise invalid("must be the name of an HTTP header")
    if _OURS.fullmatch(name):
        raise invalid("'{name}' is set by the call itself: remove it", name=name)
    if _SECRET.fullmatch(name):
        raise invalid(
            "'{name}' looks like a secret, and a definition holds none: put it into an Airflow `connection`", name=name
        )
    return name


def _header_value(value: str) -> str:
    if not value.isascii():
        raise invalid("must be ASCII, as the values of HTTP headers are")
    return value


HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[SingleLine, Field(max_length=1000), AfterValidator(_header_value)]


class Call(Action):
    """A POST to a function. What it answers is a JSON object."""

    kind = "call"
    answer: ClassVar[ValueType] = ValueType.TEXT_MAP
    answer_meaning = "fields of the answer; those that are no texts as JSON text"

    url: HttpUrl
    timeout_s: float = Field(30, gt=0, le=3600, description="Seconds until the whole answer must be there")
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict, max_length=MAX_HEADERS, description="Further headers, without secrets"
    )
    connection: str | None = Field(
        None,
        pattern=r"^[\w.-]+$",
        max_length=250,
        description="Airflow connection with the function's secrets, as that of a target",
    )

    @property
    def target(self) -> HttpTarget:
        """As a receiver of events, by which its secrets are found."""
        return HttpTarget(type="http", url=self.url, connection=self.connection)
