"""The places of a caller: of the roles together, within a context, and none without a setting."""

from __future__ import annotations

import json
from threading import Thread

import pytest

from media_workflows.domain.places import Place
from media_workflows.errors import NotPermittedError, PlaceNotPermittedError
from media_workflows.services.caller_places import are_of_caller, caller_places, of_caller, places_of_roles
from media_workflows.services.places import leads_to_allowed, require_allowed
from media_workflows.settings import get_settings

ROLES = {"Admin": ["*"], "team-a": ["aaa", "shared/a/"], "team-b": ["bbb"]}


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_ROLE_PLACES", json.dumps(ROLES))
    get_settings.cache_clear()


def test_without_the_setting_all_have_all() -> None:
    get_settings.cache_clear()
    assert places_of_roles({"Viewer"}) is None


def test_roles_add_their_places(setting: None) -> None:
    assert places_of_roles({"User", "team-a", "team-b"}) == (Place("aaa"), Place("bbb"), Place("shared", "a/"))
    assert places_of_roles({"User"}) == ()
    assert places_of_roles({"team-a", "Admin"}) is None


def test_the_places_bound_what_is_named(setting: None) -> None:
    with of_caller(places_of_roles({"team-a"})):
        require_allowed([Place("aaa", "x/"), Place("shared", "a/y")])
        for place in (Place("bbb"), Place("shared"), Place("shared", "b/")):
            with pytest.raises(PlaceNotPermittedError):
                require_allowed([Place("aaa"), place])
        assert leads_to_allowed(Place("shared"))
        assert not leads_to_allowed(Place("shared", "b/"))
    require_allowed([Place("bbb")])


def test_an_installation_s_places_bound_all_roles(setting: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_ALLOWED_PLACES", '["aaa/in/"]')
    get_settings.cache_clear()
    with of_caller(places_of_roles({"team-a"})):
        require_allowed([Place("aaa", "in/x")])
        with pytest.raises(NotPermittedError, match="allowed_places"):
            require_allowed([Place("aaa", "out/")])


def test_a_caller_without_places_sees_nothing(setting: None) -> None:
    with of_caller(()):
        assert not are_of_caller([Place("aaa")])
        assert not leads_to_allowed(Place("aaa"))


def test_another_thread_has_its_own_caller() -> None:
    found = []
    with of_caller(()):
        thread = Thread(target=lambda: found.append(caller_places()))
        thread.start()
        thread.join()
    assert found == [None]
