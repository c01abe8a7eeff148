"""Which gain, and whether a limiter: by a meter whose answers are made."""

from __future__ import annotations

from typing import Any

import ffmpeg
import pytest

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.loudness import Loudness
from media_workflows.media.filters.loudness import normalised

SOUND = ffmpeg.input("a.wav")["a:0"]


def filters(stream: Any) -> list[tuple[str, dict[str, Any]]]:
    """Names and options of the filters of a stream, from the first on."""
    found = []
    node = stream.node
    while hasattr(node, "kwargs") and node.incoming_edge_map:
        found.append((node.name, node.kwargs))
        ((node, _, _),) = node.incoming_edge_map.values()
    return found[::-1]


def made(before: Loudness | None, codec: str = "pcm", **asked: Any) -> Any:
    parameters = AudioParameters(codec=codec, **asked)
    return normalised(SOUND, parameters, (2, 48_000), lambda _: before)


def test_nothing_is_asked() -> None:
    assert made(Loudness(integrated_lufs=-20)) is None


@pytest.mark.parametrize("before", [None, Loudness()], ids=["no meter", "silence"])
def test_what_has_no_loudness_is_unchanged(before: Loudness | None) -> None:
    assert [name for name, _ in filters(made(before, loudness_lufs=-16).stream)] == ["aformat"]


def test_one_gain_where_the_peaks_allow_it() -> None:
    found = made(Loudness(integrated_lufs=-20, true_peak_dbtp=-6), loudness_lufs=-16)
    assert filters(found.stream)[1:] == [("volume", {"volume": "4.00dB"})]
    assert (found.gain_db, found.reduction_db) == (4, 0)


def test_mp3_is_encoded_louder() -> None:
    found = made(Loudness(integrated_lufs=-20, true_peak_dbtp=-9), codec="mp3", loudness_lufs=-16)
    assert filters(found.stream)[1:] == [("volume", {"volume": "4.45dB"})]


def test_a_limiter_where_they_do_not_and_no_endless_gain() -> None:
    found = made(Loudness(integrated_lufs=-20, true_peak_dbtp=-3), loudness_lufs=-16, true_peak_dbtp=-2)
    names = [name for name, _ in filters(found.stream)]
    assert names == ["aformat", "volume", "aresample", "alimiter", "aresample"]
    limit = float(dict(filters(found.stream))["alimiter"]["limit"])
    assert limit == pytest.approx(10 ** (-2.3 / 20), abs=1e-4)
    assert found.reduction_db == pytest.approx(-3 + 4 + 2.3)
    assert found.gain_db == 4 + 12  # the meter never sees an effect


def test_a_wider_range_is_compressed_first() -> None:
    before = Loudness(integrated_lufs=-23, true_peak_dbtp=-9, range_lu=20)
    found = made(before, loudness_lufs=-23, loudness_range_lu=10)
    assert [name for name, _ in filters(found.stream)] == ["aformat", "loudnorm", "aresample", "volume"]
    assert found.rise_db > 0
