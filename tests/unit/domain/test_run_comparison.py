"""Which item of one run is which of another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from media_workflows.domain.run_comparison import paired_items
from media_workflows.domain.run_report import ItemReport, JobReport, MediaFile

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def job(kind: str, *definitions: int, step: str = "", seconds: float = 2) -> JobReport:
    """A job whose items are of these templates, each with a manifest and a segment."""
    files = (
        MediaFile(bucket="out", key="a.ts", size_bytes=5, role="segment"),
        MediaFile(bucket="out", key="a.m3u8", size_bytes=1, role="manifest", vmaf=93.5),
    )
    return JobReport(
        kind=kind,
        step_id=step,
        state="success",
        try_number=1,
        progress=None,
        begun_at=BEGUN,
        finished_at=BEGUN + timedelta(seconds=seconds),
        items=tuple(ItemReport(item={}, definition=one, status="SUCCESS", after=files) for one in definitions),
    )


def pairs(left: list[JobReport], right: list[JobReport]) -> list[tuple[int | None, int | None]]:
    """The templates of each pair."""
    found = paired_items(left, right)
    return [(one.left.definition if one.left else None, one.right.definition if one.right else None) for one in found]


def test_the_same_template_first_then_what_is_left_of_the_kind() -> None:
    assert pairs([job("transcode", 1, 2)], [job("transcode", 2, 1)]) == [(1, 1), (2, 2)]
    assert pairs([job("transcode", 1, 2)], [job("transcode", 3, 2)]) == [(1, 3), (2, 2)]
    assert pairs([job("transcode", 1, 2)], [job("transcode", 1)]) == [(1, 1), (2, None)]
    assert pairs([job("transcode", 1)], [job("image_sprite", 1)]) == [(1, None), (None, 1)]


def test_steps_of_other_names() -> None:
    hd, sd = job("transcode", 1, step="hd"), job("transcode", 1, step="sd")
    assert [one.right and one.right.step_id for one in paired_items([sd, hd], [hd, sd])] == ["sd", "hd"]
    (pair,) = paired_items([hd], [job("transcode", 1)])
    assert (pair.left and pair.left.step_id, pair.right and pair.right.step_id) == ("hd", "transcode")


def test_what_is_compared_of_an_item() -> None:
    (pair,) = paired_items([job("transcode", 1)], [job("transcode", 1, seconds=3.5)])
    assert pair.left is not None
    assert pair.right is not None
    assert (pair.left.files, pair.left.bytes, pair.left.seconds, pair.right.seconds) == (2, 6, 2, 3.5)
    assert pair.left.shown is not None
    assert (pair.left.shown.key, pair.left.shown.vmaf) == ("a.m3u8", 93.5)
