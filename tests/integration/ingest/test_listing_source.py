"""The listing source: what is new, and how many listings that takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from media_workflows.errors import StorageError
from media_workflows.ingest import listing as listing_module
from media_workflows.ingest.listing import covering_roots
from media_workflows.storage.s3 import ListingPage, ObjectStorage
from media_workflows.store.engine import transaction
from media_workflows.store.tables import ListingRootRow, utcnow


@pytest.mark.parametrize(
    ("locations", "roots"),
    [
        ([], []),
        ([("b", "in/")], [("b", "in/")]),
        ([("b", "in/"), ("b", "in/hd/"), ("c", ""), ("c", "x/")], [("b", "in/"), ("c", "")]),
        ([("b", "in/hd/"), ("b", ""), ("b", "in/")], [("b", "")]),
        ([("b", "in/"), ("b", "in-2/"), ("b", "inn/")], [("b", "in-2/"), ("b", "in/"), ("b", "inn/")]),
        ([("b", "x/"), ("c", "x/y/")], [("b", "x/"), ("c", "x/y/")]),
        ([("b", "a/"), ("b", "a/b/c/"), ("b", "a!/"), ("b", "a/b/")], [("b", "a!/"), ("b", "a/")]),
    ],
)
def test_covering_roots(locations: list[tuple[str, str]], roots: list[tuple[str, str]]) -> None:
    assert covering_roots(locations) == roots


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(bucket, prefix) of every list call."""
    calls: list[tuple[str, str]] = []
    list_page = ObjectStorage.list_page

    def counts(self: ObjectStorage, bucket: str, prefix: str = "", *arguments: Any, **named: Any) -> Any:
        calls.append((bucket, prefix))
        return list_page(self, bucket, prefix, *arguments, **named)

    monkeypatch.setattr(ObjectStorage, "list_page", counts)
    return calls


def test_what_was_there_before_does_not_fire(scene: Any) -> None:
    scene.put("in/old.mp4")
    scene.put("elsewhere/old.mp4")
    scene.enable(scene.new_workflow(), seconds_ago=-60)  # the storage's clock is in seconds: leave no doubt
    assert scene.scan() == []
    assert scene.rules() == ["existed_before"]
    scene.put("in/new.mp4")
    assert [candidate.key for candidate in scene.scan()] == ["in/new.mp4"]


def test_new_objects_fire_once(scene: Any) -> None:
    stored = scene.workflow()
    assert scene.round() == []
    scene.put("in/a.mp4")
    scene.put("in/sub/片 名+%20.mp4")
    scene.put("elsewhere/b.mp4")
    assert scene.round() == []
    assert scene.fired == [(stored.id, "in/a.mp4"), (stored.id, "in/sub/片 名+%20.mp4")]
    for _ in range(2):
        assert scene.scan() == []
    assert scene.rules() == ["matched", "matched"]


def test_uploads_since_enabling_fire_on_the_first_listing(scene: Any) -> None:
    """No listing was made while nothing watched the bucket; what came after the switch is new all the same."""
    scene.workflow()
    scene.put("in/a.mp4")
    scene.round()
    assert scene.fired_keys == ["in/a.mp4"]


def test_the_first_listing_of_a_workflow_never_enabled(scene: Any) -> None:
    scene.new_workflow()
    scene.put("in/a.mp4")
    assert scene.scan() == []
    assert scene.rules() == ["existed_before"]


def test_an_upload_over_an_old_object_fires(scene: Any) -> None:
    stored = scene.workflow()
    scene.put("in/a.mp4", b"one")
    scene.round()
    scene.put("in/a.mp4", b"two")
    scene.round()
    assert scene.fired == [(stored.id, "in/a.mp4")] * 2
    assert len({run_id for _, run_id in scene.starter.runs}) == 2
    etags = {conf["etag"] for conf in scene.starter.runs.values()}
    assert len(etags) == 2
    assert scene.scan() == []


def test_the_same_candidate_comes_again_until_it_is_settled(scene: Any) -> None:
    scene.workflow()
    scene.put("in/a.mp4")
    first, second = scene.scan(), scene.scan()
    assert [candidate.key for candidate in first] == [candidate.key for candidate in second] == ["in/a.mp4"]
    scene.decide(first)
    scene.decide(second)
    assert scene.scan() == []
    assert (scene.fired_keys, scene.rules()) == (["in/a.mp4"], ["matched"])


def test_one_listing_for_many_workflows(scene: Any, listings: list[tuple[str, str]]) -> None:
    for number in range(30):
        scene.workflow(f"w{number}", f"in/{number}/" if number else "in/")
    scene.put("in/7/a.mp4")
    scene.round()
    assert listings == [(scene.bucket, "in/")]
    assert len(scene.fired) == 2


def test_a_listing_of_several_pages(scene: Any, monkeypatch: pytest.MonkeyPatch, listings: Any) -> None:
    monkeypatch.setattr("media_workflows.storage.s3.PAGE_KEYS", 3)
    scene.workflow()
    keys = sorted(f"in/{number}.mp4" for number in range(10))
    for key in keys:
        scene.put(key)
    assert [candidate.key for candidate in scene.scan()] == keys
    assert len(listings) == 4


def found(scene: Any) -> list[str]:
    return [candidate.key[3:4] for candidate in scene.scan()]


@pytest.fixture
def small_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media_workflows.storage.s3.PAGE_KEYS", 2)
    monkeypatch.setattr(listing_module, "MAX_CANDIDATES", 3)


@pytest.mark.usefixtures("small_turns")
def test_a_great_many_come_in_turns_that_go_on_where_the_last_one_stopped(scene: Any) -> None:
    """Each scan is one of a new source, as after a restart; nothing was decided in between."""
    scene.workflow()
    for number in range(8):
        scene.put(f"in/{number}.mp4")
    assert [found(scene) for _ in range(3)] == [["0", "1", "2"], ["3", "4", "5"], ["6", "7"]]
    assert found(scene) == ["0", "1", "2"]  # the next listing: none was decided
    scene.put("in/1a.mp4")  # before the place where it goes on
    assert found(scene) == ["3", "4", "5"]
    assert scene.round() == []
    assert [found(scene) for _ in range(2)] == [["0", "1", "1"], ["2", "3", "4"]]


@pytest.mark.usefixtures("small_turns")
def test_an_interrupted_first_listing_is_one_baseline(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "MAX_PAGES", 1)
    for number in range(5):
        scene.put(f"in/{number}.mp4")
    scene.enable(scene.new_workflow(), seconds_ago=-60)
    assert [scene.scan_root(scene.bucket, "in/").finished for _ in range(3)] == [False, False, True]
    assert scene.rules() == ["existed_before"] * 5
    scene.put("in/0a.mp4")
    assert [found(scene) for _ in range(3)] == [["0"], [], []]


def test_a_listing_out_of_order_is_never_cut_by_its_keys(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "MAX_CANDIDATES", 1)
    monkeypatch.setattr(listing_module, "MAX_PAGES", 1)
    scene.workflow()
    scene.put("in/a.mp4")
    scene.put("in/b.mp4")
    list_page = ObjectStorage.list_page

    def backwards(self: ObjectStorage, *arguments: Any, **named: Any) -> ListingPage:
        page = list_page(self, *arguments, **named)
        return ListingPage(page.objects[::-1], page.clock_skew, page.next_token)

    monkeypatch.setattr(ObjectStorage, "list_page", backwards)
    for key in ("b", "a"):
        (candidate,) = scene.scan()
        assert candidate.key == f"in/{key}.mp4"
        scene.decide([candidate])
    assert scene.scan() == []


def test_a_wider_workflow_does_not_fire_the_narrow_ones_again(scene: Any) -> None:
    narrow = scene.workflow("narrow", "in/")
    scene.put("in/a.mp4")
    scene.put("other/old.mp4")
    scene.round()
    wide = scene.new_workflow("wide", None)
    scene.enable(wide, seconds_ago=-60)
    scene.round()
    assert scene.fired == [(narrow.id, "in/a.mp4")]
    scene.enable(wide, seconds_ago=30)
    scene.put("other/new.mp4")
    scene.round()
    assert (wide.id, "other/new.mp4") in scene.fired


def test_an_upload_before_enabling_does_not_fire_however_late_it_is_decided(scene: Any) -> None:
    """It was in the last listing but could not be decided: that does not make it newer."""
    stored = scene.new_workflow()
    scene.round()
    scene.put("in/a.mp4")
    scene.starter.states[stored.id] = None  # Airflow has not parsed the DAG yet
    assert len(scene.round()) == 1
    scene.enable(stored, seconds_ago=-2)  # two seconds after the upload
    later = {"last_listed_at": utcnow() + timedelta(seconds=4)}  # as if a listing had followed; nobody waits here
    with transaction() as session:
        session.execute(update(ListingRootRow).values(later))
    del scene.starter.states[stored.id]
    scene.round()
    assert (scene.fired, scene.rules()) == ([], ["before_enabled"])


def test_a_bucket_that_is_gone(scene: Any) -> None:
    scene.workflow()
    scene.clients.s3.delete_bucket(Bucket=scene.bucket)
    with pytest.raises(StorageError, match="does not exist"):
        scene.scan()
