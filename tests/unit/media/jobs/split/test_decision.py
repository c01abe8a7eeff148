"""When a rendition is divided into chunks. What can be divided at all: tests/unit/media/jobs/split."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.jobs.split.decision import chosen_chunks, chunk_length_s
from media_workflows.media.jobs.split.ladder import LadderChunks
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.transcode import TranscodeChunks
from media_workflows.settings import Settings
from probed import video_stream

VIDEO = {"codec": "h264"}


class Encoder:
    """As a `TranscodeChunks`, as far as the decision goes."""

    def __init__(self, split: str, duration_s: float, video: dict[str, Any] | None) -> None:
        self.item: TranscodeItem | AdaptiveDynamicStreamingItem = TranscodeItem.model_validate(
            {"parameters": {"container": "mp4", "video": video, "audio": {}}, "split": split}
        )
        info = MediaInfo(container="mov,mp4", duration_s=duration_s, size_bytes=1, bitrate_bps=1, video=video_stream())
        self.context = SimpleNamespace(info=info)
        self.planned_s: list[float] = []

    def chunks(self, chunk_s: float) -> list[Any]:
        self.planned_s.append(chunk_s)
        return ["chunk"]


def chosen(
    split: str = "auto",
    duration_s: float = 600,
    expected_s: float | None = 300,
    video: dict[str, Any] | None = VIDEO,
    **settings: Any,
) -> tuple[list[Any], int]:
    """The chunks, and how often the time was estimated."""
    asked: list[float | None] = []

    def expected() -> float | None:
        asked.append(expected_s)
        return expected_s

    encoder = cast(TranscodeChunks, Encoder(split, duration_s, video))
    return chosen_chunks(encoder, "out", Settings(**settings), expected), len(asked)


def test_a_long_encode_is_divided() -> None:
    assert chosen() == (["chunk"], 1)
    assert chosen(expected_s=299.9) == ([], 1)
    assert chosen(expected_s=None) == ([], 1)
    assert chosen(expected_s=10, split_threshold_s=5) == (["chunk"], 1)


@pytest.mark.parametrize(
    "how",
    [
        {"split": "never"},
        {"duration_s": 119},
        {"split_helpers": 0},
        {"video": None},
        {"video": {"codec": "copy"}},
    ],
)
def test_nothing_is_measured_where_nothing_is_divided(how: dict[str, Any]) -> None:
    assert chosen(**how) == ([], 0)


def test_always_needs_neither_time_nor_helpers() -> None:
    assert chosen("always", duration_s=5, expected_s=0, split_helpers=0) == (["chunk"], 0)


def test_chunks_are_longer_where_there_would_be_too_many() -> None:
    assert chunk_length_s(600, Settings()) == 60
    assert chunk_length_s(600, Settings(split_max_chunks=2)) == 300
    assert chunk_length_s(36_000, Settings()) == 120


def test_chunks_need_an_allowed_place() -> None:
    assert chosen(allowed_places=["input", "out"]) == (["chunk"], 1)
    assert chosen(allowed_places=["input", "out/_unpublished/"]) == (["chunk"], 1)
    with pytest.raises(NotSplitError) as found:
        chosen(allowed_places=["input", "out/films/"])
    notice = found.value.notice
    assert notice.message.startswith("not encoded in chunks: there is no place for its chunks")
    assert notice.parameters == {"type": "split", "reason": "place", "cause": ""}


def test_an_early_playlist_is_made_by_one_encode_and_needs_no_trial() -> None:
    streams = [{"video": VIDEO, "audio": {}}]
    asked: list[float] = []

    def expected() -> float:
        asked.append(300)
        return 300

    for duration_s, split, says in ((600, "auto", True), (119, "auto", False), (600, "never", False)):
        encoder = Encoder(split, duration_s, VIDEO)
        parameters = {"format": "hls", "streams": streams}
        item = {"parameters": parameters, "early_playlist": True, "split": split}
        encoder.item = AdaptiveDynamicStreamingItem.model_validate(item)
        if not says:
            assert chosen_chunks(cast(LadderChunks, encoder), "out", Settings(), expected) == []
            continue
        with pytest.raises(NotSplitError) as found:
            chosen_chunks(cast(LadderChunks, encoder), "out", Settings(), expected)
        assert found.value.notice.parameters == {"type": "split", "reason": "early_playlist", "cause": ""}
    assert asked == []
