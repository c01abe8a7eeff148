"""Which packets of an output are decoded, and how few decodes of the source serve for its frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clip_making import encode
from media_workflows.media.filters.geometry import WHOLE, Box
from media_workflows.media.source.probe import probe
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify import source_frames
from media_workflows.media.verify.playable import _samples
from media_workflows.media.verify.source_frames import SourceFrames


@dataclass(frozen=True)
class Packet:
    pts: int
    is_keyframe: bool = False
    kind: str = "video"
    size: int = 1
    time_base: Fraction = Fraction(1, 10)

    @property
    def stream(self) -> Any:
        return SimpleNamespace(type=self.kind)


def track(key_frames_s: list[float], length_s: float = 20.0, kind: str = "video") -> list[Packet]:
    """Ten packets a second."""
    keys = {round(10 * one) for one in key_frames_s}
    return [Packet(pts, pts in keys, kind) for pts in range(round(10 * length_s))]


def spans(samples: tuple[list[Any], ...]) -> list[tuple[float, float]]:
    return [(sample[0].pts / 10, sample[-1].pts / 10) for sample in samples]


@pytest.mark.parametrize(
    ("key_frames_s", "middle"),
    [
        ([0, 4, 9, 13, 18], (9.0, 9.9)),  # the nearest one
        ([0, 9, 9.5, 18], (9.5, 10.4)),
        ([0, 10, 18], (10.0, 10.9)),
        ([0, 4, 18], (4.0, 10.0)),  # none in the middle half
        ([0], (0.0, 10.0)),
    ],
)
def test_the_middle_begins_at_a_key_frame(key_frames_s: list[float], middle: tuple[float, float]) -> None:
    found = spans(_samples(track(key_frames_s), 0.0, 20.0))
    assert found == [(0.0, 0.0), middle, (float(key_frames_s[-1]), 19.9)]


def test_the_middle_is_counted_from_the_start_of_the_track() -> None:
    assert spans(_samples(track([0, 4, 9, 18]), 4.0, 10.0))[1] == (9.0, 9.9)


def test_no_packet_is_decoded_without_one_that_it_depends_on() -> None:
    """In decoding order: frames that are shown before the first one left out may depend on it."""
    order = [0, 30, 10, 20, 60, 40, 50, 100, 130, 105, 108, 160, 140, 199]
    packets = [Packet(pts, pts in (0, 100)) for pts in order]
    assert [packet.pts for packet in _samples(packets, 0.0, 20.0)[1]] == [100]


def test_all_packets_of_sound_are_key_frames() -> None:
    sound = [Packet(pts, True, "audio") for pts in range(200)]
    assert spans(_samples(sound, 0.0, 20.0))[1:] == [(8.1, 10.0), (18.0, 19.9)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key frames at 0, 5 and 10 s."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    picture = "testsrc2=s=64x36:r=10:d=15"
    encode("-f", "lavfi", "-i", picture, "-c:v", "libx264", "-g", "50", "-sc_threshold", "0", str(path))
    return path


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of windows that each decode gave."""
    counts: list[int] = []
    real: Callable[..., list[Any]] = source_frames._frames

    def counted(*args: Any) -> list[Any]:
        found = real(*args)
        counts.append(len(found))
        return found

    monkeypatch.setattr(source_frames, "_frames", counted)
    return counts


def frames_of(clip: Path) -> SourceFrames:
    info = probe(clip)
    return SourceFrames(clip, info, SourceTimeline(clip, info))


def values(found: list[Any]) -> list[bytes]:
    return [one.values for one in found]


def test_moments_of_one_group_of_pictures_are_decoded_together(clip: Path, decodes: list[int]) -> None:
    moments_s = (1.0, 1.5, 3.0, 7.0, 9.0, 14.9)
    together, alone = frames_of(clip), frames_of(clip)
    together.foresee(moments_s, WHOLE)
    found = [values(together.near(moment_s, 0.7, WHOLE)) for moment_s in moments_s]
    assert decodes == [3, 2, 1]
    assert found == [values(alone.near(moment_s, 0.7, WHOLE)) for moment_s in moments_s]
    assert all(found)


def test_only_what_was_foreseen_for_the_same_part_is_decoded(clip: Path, decodes: list[int]) -> None:
    frames = frames_of(clip)
    frames.foresee([3.0], Box(right=0.5))
    assert frames.near(1.0, 0.7, WHOLE)
    assert decodes == [1]


def test_key_frames_alone_may_stand_for_a_moment(clip: Path, decodes: list[int]) -> None:
    frames = frames_of(clip)
    keys = values(frames.key_frames_near(7.0, 2.5, WHOLE))
    assert set(keys) < set(values(frames.near(7.0, 2.5, WHOLE)))
    assert decodes == [1, 1]
