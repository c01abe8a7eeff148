"""What cloud services would bill: the packaged tables against their pages, and the rules of rounding."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import media_workflows
from media_workflows.domain.base import parsed
from media_workflows.domain.costs.billed_outputs import outputs_of_results
from media_workflows.domain.costs.price_table import PriceTable
from media_workflows.domain.costs.vendor_bill import BilledOutput, billed_minutes, vendor_bill
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord
from media_workflows.errors import DefinitionError
from probed import video_stream

PRICES = Path(media_workflows.__file__).parent / "prices"


def table(name: str) -> PriceTable:
    return PriceTable.model_validate(yaml.safe_load((PRICES / f"{name}.yaml").read_text("utf-8")))


def video(codec: str, width: int, height: int, minutes: float = 10) -> BilledOutput:
    short, long = sorted((width, height))
    return BilledOutput(billed_as="video", codec=codec, short_edge_px=short, long_edge_px=long, duration_s=60 * minutes)


@pytest.mark.parametrize(
    ("name", "output", "amount"),
    [  # ten minutes by rows of the pages
        ("tencent-mps", video("h264", 640, 360), 0.16),
        ("tencent-mps", video("h264", 1280, 720), 0.325),
        ("tencent-mps", video("h264", 720, 1280), 0.325),  # upright
        ("tencent-mps", video("h264", 1440, 720), 0.325),  # by its short edge
        ("tencent-mps", video("h264", 1920, 1080), 0.63),
        ("tencent-mps", video("hevc", 3840, 2160), 13.406),
        ("tencent-mps", video("av1", 2560, 1440), 13.406),
        ("tencent-mps", BilledOutput(billed_as="audio", duration_s=600), 0.056),
        ("tencent-mps", BilledOutput(billed_as="remux", codec="h264", short_edge_px=720, duration_s=600), 0.07),
        ("alibaba-mps", video("h264", 640, 480), 0.033),
        ("alibaba-mps", video("h264", 1280, 720), 0.05),
        ("alibaba-mps", video("h264", 1440, 720), 0.099),  # one edge above: the next class
        ("alibaba-mps", video("hevc", 1920, 1080), 0.496),
        ("alibaba-mps", video("hevc", 3840, 2160), 2.134),
    ],
)
def test_prices_of_the_pages(name: str, output: BilledOutput, amount: float) -> None:
    bill = vendor_bill(table(name), [output])
    assert (bill.amount, bill.minutes, bill.unpriced) == (pytest.approx(amount), 10, 0)


def test_the_example_of_a_price_page() -> None:
    # https://www.tencentcloud.com/zh/document/product/266/38163 : a source of 1280x640 by template 100030 becomes
    # 1440x720; its short edge is 720, so 100 minutes cost 0.0061 USD each, 0.61 USD.
    rules = [{"billed_as": "video", "codec": "h264", "max_short_edge_px": 720, "per_minute": "0.0061"}]
    page = {
        "service": "VOD",
        "source": "https://www.tencentcloud.com/zh/document/product/266/38163",
        "read_on": "2026-11-29",
        "region": "any",
        "currency": "USD",
    }
    bill = vendor_bill(PriceTable.model_validate({**page, "rules": rules}), [video("h264", 1440, 720, 100)])
    assert bill.amount == pytest.approx(0.61)


def test_without_a_price_there_is_no_amount() -> None:
    aws = vendor_bill(table("aws-mediaconvert"), [video("h264", 1280, 720)])
    assert (aws.amount, aws.minutes) == (None, 10)
    assert "not found" in aws.missing
    both = vendor_bill(table("alibaba-mps"), [video("h264", 1280, 720), video("vp9", 1280, 720)])
    assert (both.amount, both.minutes, both.unpriced) == (pytest.approx(0.05), 20, 10)
    assert vendor_bill(table("alibaba-mps"), [video("vp9", 1280, 720)]).amount is None
    assert vendor_bill(table("tencent-mps"), [video("h264", 7680, 4320)]).amount is None
    assert vendor_bill(table("tencent-mps"), []).amount == 0


@pytest.mark.parametrize(
    ("step_s", "minimum_s", "duration_s", "seconds"),
    [
        (1, 10, 45, 45),  # MediaConvert's page: 45 s are 0.75 minutes
        (1, 10, 4, 10),  # and less than 10 s are 10 s
        (1, 0, 1.2, 2),
        (1, 0, 2.0001, 2),  # a rounding error of the container
        (60, 0, 61, 120),
        (60, 0, 60, 60),
        (1, 0, 0, 0),
    ],
)
def test_durations_are_rounded_up(step_s: int, minimum_s: int, duration_s: float, seconds: int) -> None:
    rounding = table("aws-mediaconvert").model_copy(update={"step_s": step_s, "minimum_s": minimum_s})
    assert billed_minutes(rounding, duration_s) == Decimal(seconds) / 60


def test_every_packaged_table_names_its_page_and_its_day() -> None:
    names = {file.stem for file in PRICES.glob("*.yaml")}
    assert names == {"tencent-mps", "alibaba-mps", "aws-mediaconvert"}
    for name in names:
        assert table(name).source.startswith("https://")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rules": []}, "(whole definition)"),
        ({"missing": "why", "rules": [{"billed_as": "audio", "per_minute": "1"}]}, "(whole definition)"),
        ({"currency": "euro"}, "currency"),
        ({"source": "a page"}, "source"),
        ({"rules": [{"billed_as": "audio", "per_minute": "-1"}]}, "rules[0].per_minute"),
        ({"rules": [{"billed_as": "picture", "per_minute": "1"}]}, "rules[0].billed_as"),
        ({"prices": []}, "prices"),
    ],
)
def test_a_table_is_validated(change: dict[str, object], field: str) -> None:
    data = yaml.safe_load((PRICES / "tencent-mps.yaml").read_text("utf-8"))
    with pytest.raises(DefinitionError) as raised:
        parsed(PriceTable, {**data, **change})
    assert [problem.field for problem in raised.value.problems] == [field]


def test_thumbnails_of_a_ladder_are_not_billed() -> None:
    """ffprobe gives a JPEG the length of one frame."""
    video = video_stream(1600, 900)
    ladder, sheet = (
        MediaInfo(container="x", duration_s=length_s, size_bytes=1, bitrate_bps=1, video=video, audio=())
        for length_s in (60, 0.04)
    )
    outputs = (
        OutputRecord(bucket="b", key="a_0.m3u8", size_bytes=1, md5="", info=ladder, role="playlist"),
        OutputRecord(bucket="b", key="a_1.jpg", size_bytes=1, md5="", info=sheet, role="segment", picture_count=25),
    )
    item = ItemResult(item={}, definition=0, status="SUCCESS", outputs=outputs)
    at = datetime(2026, 11, 30, tzinfo=UTC)
    result = JobResult.model_construct(
        kind="adaptive_dynamic_streaming", begun_at=at, finished_at=at, source=None, items=(item,)
    )
    assert [one.duration_s for one in outputs_of_results([result])] == [60]
