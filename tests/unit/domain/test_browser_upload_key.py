"""Where a file from the page goes."""

from __future__ import annotations

import pytest

from media_workflows.domain.browser_upload_key import check_size, upload_key
from media_workflows.domain.trigger import Trigger
from media_workflows.errors import UploadRefusedError

TRIGGER = Trigger(bucket="media", directory="in/")
ANY = Trigger(bucket="media", directory="in/", formats=("*",))


@pytest.mark.parametrize("name", ["a.mp4", "A.MP4", "day/a.mp4", "片段 1.mov", "a..b.mp4", "...mp4"])
def test_a_name_stays_below_the_directory(name: str) -> None:
    assert upload_key(TRIGGER, name) == f"in/{name}"


def test_without_a_directory_the_bucket_itself_takes_it() -> None:
    assert upload_key(Trigger(bucket="media"), "a.mp4") == "a.mp4"


@pytest.mark.parametrize(
    "name",
    ["", "/a.mp4", "../a.mp4", "a/../../b.mp4", "./a.mp4", "a//b.mp4", "a/", "..", "a\\b.mp4", "a\n.mp4", "a\0.mp4"],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UploadRefusedError, match="name"):
        upload_key(ANY, name)


def test_a_format_that_starts_nothing_is_refused() -> None:
    assert upload_key(ANY, "a.html") == "in/a.html"
    for name in ("a.html", "a", "mp4"):
        with pytest.raises(UploadRefusedError, match="would not start a run"):
            upload_key(TRIGGER, name)


def test_the_key_fits_s3() -> None:
    assert len(upload_key(TRIGGER, "é" * 508 + ".mp4").encode()) == 1023
    with pytest.raises(UploadRefusedError, match="1024 bytes"):
        upload_key(TRIGGER, "é" * 509 + ".mp4")


@pytest.mark.parametrize(("size", "message"), [(0, "empty"), (-1, "empty"), (11, "upload_max_bytes")])
def test_sizes_that_are_refused(size: int, message: str) -> None:
    check_size(10, 10)
    with pytest.raises(UploadRefusedError, match=message):
        check_size(size, 10)
