"""The places of the storage that the present caller may see and use: setting `role_places`, by the caller's roles.

A request of the API sets them once, before its route is called; the services read them. A command line, a DAG and a
task have no caller of this kind: there, all places are permitted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from media_workflows.domain.places import Place, first_outside
from media_workflows.settings import get_settings

Places = tuple[Place, ...]

_places: ContextVar[Places | None] = ContextVar("caller_places", default=None)


def caller_places() -> Places | None:
    """The places of the present caller; None = all."""
    return _places.get()


def sees_all() -> bool:
    """Whether the present caller may see and use all places."""
    return caller_places() is None


def places_of_roles(roles: Collection[str]) -> Places | None:
    """The places of a user with these roles, together; None = all. A role that the setting does not have adds none."""
    known = get_settings().role_places
    if known is None:
        return None
    texts = {text for role in roles for text in known.get(role, [])}
    return None if "*" in texts else tuple(Place.parse(text) for text in sorted(texts))


def set_caller_places(places: Places | None) -> None:
    """Set the places for the rest of this request, in its own context."""
    _places.set(places)


@contextmanager
def of_caller(places: Places | None) -> Iterator[None]:
    """Within it, these are the places of the caller: for work that goes on after a request."""
    token = _places.set(places)
    try:
        yield
    finally:
        _places.reset(token)


def are_of_caller(places: Iterable[Place]) -> bool:
    """Whether the caller may see all of these places."""
    own = caller_places()
    return own is None or first_outside(places, own) is None
