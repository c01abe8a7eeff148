"""Playlists of an HLS ladder while ffmpeg writes it. With ffmpeg: integration/execution/test_early_playlists.py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import m3u8
import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.packaging.hls import early_ladder
from media_workflows.media.packaging.hls.early_ladder import MAX_SEGMENTS, EarlyLadder
from media_workflows.media.packaging.renditions import Contents, Layout, Rendition, Variant
from media_workflows.media.packaging.stream_stats import PictureStats, StreamStats
from media_workflows.media.plan.planned import Growth

SOURCE = "in/a.mp4"
SEGMENT_BYTES = 1000


def stats(path: Path, _: Any, peak_bps: int, average_bps: int) -> StreamStats:
    """In place of a reading of what is no video here."""
    assert "#EXT-X-ENDLIST" in path.read_text()
    return StreamStats(("avc1.64001e",), PictureStats(640, 360, "1:1", 25.0, "SDR"), 2, 48000, peak_bps, average_bps)


@pytest.fixture
def ladder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EarlyLadder:
    monkeypatch.setattr(early_ladder, "stream_stats", stats)
    streams = [{"video": {"width": 640, **rate}, "audio": {}} for rate in ({"bitrate_kbps": 900}, {"crf": 30})]
    parameters = {"format": "hls", "segment_s": 2.4, "streams": streams}
    asked = {"parameters": parameters, "early_playlist": True, "output_path": "f/{inputName}.{format}"}
    layout = Layout(AdaptiveDynamicStreamingItem.model_validate(asked), tmp_path, 0)
    files = [layout.sub_stream(number, layout.local(str(number), "m3u8"), "playlist") for number in (0, 1)]
    variants = [Variant(Rendition(number, file)) for number, file in enumerate(files)]
    return EarlyLadder(layout, Contents(variants, (), (), (), 2))


def write(ladder: EarlyLadder, number: int, lengths_s: Sequence[float], init: bool = False) -> None:
    """What ffmpeg has finished of a sub-stream."""
    directory, stem = ladder.layout.work_dir, f"item0_{number}"
    extension = "m4s" if init else "ts"
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:EVENT"]
    if init:
        (directory / f"{stem}_init.mp4").write_bytes(b"init")
        lines.append(f'#EXT-X-MAP:URI="{stem}_init.mp4"')
    for place, length_s in enumerate(lengths_s):
        name = f"{stem}_{place:05d}.{extension}"
        (directory / name).write_bytes(bytes(SEGMENT_BYTES))
        lines += [f"#EXTINF:{length_s:.6f},", name]
    (directory / f"{stem}.m3u8").write_text("\n".join([*lines, ""]))


def shown(growth: Growth) -> list[tuple[str, str, str]]:
    """The role, and what of the name differs."""
    files = [(file.role, file.variables) for file in growth.files]
    return [(role, names.get("subStreamNumber", ""), names.get("segmentNumber", "")) for role, names in files]


def playlist(growth: Growth, number: int) -> m3u8.M3U8:
    (file,) = (
        one for one in growth.files if one.variables.get("subStreamNumber") == str(number) and one.role != "segment"
    )
    return m3u8.loads(file.path.read_text())


def test_nothing_before_each_sub_stream_has_a_segment(ladder: EarlyLadder) -> None:
    assert ladder.growth({}, SOURCE) == Growth((), {})
    write(ladder, 0, [2.4, 2.4])
    assert ladder.growth({}, SOURCE) == Growth((), {})
    write(ladder, 1, [2.4])
    growth = ladder.growth({}, SOURCE)
    assert growth.listed == {0: 2, 1: 1}
    first = [("segment", "0", "0"), ("segment", "0", "1"), ("playlist", "0", "")]
    assert shown(growth) == [*first, ("segment", "1", "0"), ("playlist", "1", ""), ("manifest", "", "")]


def test_then_only_what_is_new(ladder: EarlyLadder) -> None:
    write(ladder, 0, [2.4])
    write(ladder, 1, [2.4])
    growth = ladder.growth({}, SOURCE)
    assert ladder.growth(growth.listed, SOURCE) == Growth([], growth.listed)
    write(ladder, 1, [2.4, 2.36])
    growth = ladder.growth(growth.listed, SOURCE)
    assert (growth.listed, shown(growth)) == ({0: 1, 1: 2}, [("segment", "1", "1"), ("playlist", "1", "")])


def test_playlists_are_events_that_begin_at_the_start(ladder: EarlyLadder) -> None:
    for number in (0, 1):
        write(ladder, number, [2.4, 2.4])
    growth = ladder.growth({}, SOURCE)
    parsed = playlist(growth, 0)
    assert (parsed.playlist_type, parsed.is_endlist, parsed.media_sequence) == ("event", False, 0)
    assert parsed.start.time_offset == 0
    assert parsed.target_duration == 3  # of segments of 2.4 s, which ffmpeg calls 2 until one is longer
    assert [(one.uri, one.duration) for one in parsed.segments] == [("a_0_0.ts", 2.4), ("a_0_1.ts", 2.4)]
    before = growth.files[2].path.read_text()
    write(ladder, 0, [2.4, 2.4, 2.52])
    grown = ladder.growth(growth.listed, SOURCE)
    assert grown.files[-1].path.read_text().startswith(before)


def test_initialization_comes_once(ladder: EarlyLadder) -> None:
    for number in (0, 1):
        write(ladder, number, [2.4], init=True)
    growth = ladder.growth({}, SOURCE)
    assert shown(growth)[:3] == [("segment", "0", "init"), ("segment", "0", "0"), ("playlist", "0", "")]
    assert playlist(growth, 0).segment_map[0].uri == "a_0_init.mp4"
    write(ladder, 0, [2.4, 2.4], init=True)
    assert shown(ladder.growth(growth.listed, SOURCE)) == [("segment", "0", "1"), ("playlist", "0", "")]


def test_a_few_segments_at_a_time(ladder: EarlyLadder) -> None:
    for number in (0, 1):
        write(ladder, number, [2.4] * (2 * MAX_SEGMENTS + 1))
    listed: dict[int, int] = {}
    counts = []
    while (growth := ladder.growth(listed, SOURCE)).files:
        counts.append(sum(file.role == "segment" for file in growth.files))
        assert len(playlist(growth, 0).segments) == growth.listed[0]
        listed = dict(growth.listed)
    assert counts == [2 * MAX_SEGMENTS, 2 * MAX_SEGMENTS, 2]


def test_the_master_playlist_states_the_bitrate_that_is_asked_for(ladder: EarlyLadder) -> None:
    for number in (0, 1):
        write(ladder, number, [2.4, 2.4])
    manifest = ladder.growth({}, SOURCE).files[-1]
    master = m3u8.loads(manifest.path.read_text())
    measured_bps = -int(-8 * SEGMENT_BYTES // 2.4)
    assert [(one.uri, one.stream_info.bandwidth) for one in master.playlists] == [
        ("a_0.m3u8", 900_000),
        ("a_1.m3u8", measured_bps),
    ]
    assert (manifest.pattern, manifest.variables["format"]) == ("f/{inputName}.{format}", "m3u8")
