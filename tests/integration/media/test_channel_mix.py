"""Channels mixed by factors: the level of a tone in each output channel, measured from samples decoded by PyAV."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import av
import pytest
from pydantic import ValidationError

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.adaptive_dynamic_streaming import add_on_audio
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.packaging.audio_group import AudioGroup
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.settings import Settings

DOWN = ["1 0 0.5 0 0 0", "0 -1 0.5 0 0 0"]


@pytest.fixture(scope="module")
def surround(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """5.1 with an amplitude of 0.4 in the left, 0.2 in the right, 0.1 in the centre, at different pitches."""
    path = tmp_path_factory.mktemp("mix") / "surround.mkv"
    tones = "0.4*sin(2*PI*400*t)|0.2*sin(2*PI*600*t)|0.1*sin(2*PI*1000*t)|0|0|0"
    encode("-f", "lavfi", "-i", f"aevalsrc={tones}:c=5.1:d=1.5:s=48000", "-c:a", "flac", str(path))
    return path


def made(source: Path, work_dir: Path, **audio: Any) -> ItemOutcome:
    item = TranscodeItem.model_validate({"parameters": {"container": "mkv", "audio": {"codec": "flac", **audio}}})
    (outcome,) = run_job(JobRequest("transcode", [item], source, "c", work_dir), lambda _: None, Settings()).items
    return outcome


def samples(path: Path) -> list[list[float]]:
    resampler = av.AudioResampler(format="fltp")
    with av.open(str(path)) as container:
        found = [frame.to_ndarray() for one in container.decode(audio=0) for frame in resampler.resample(one)]
    return [[float(value) for frame in found for value in frame[channel]] for channel in range(len(found[0]))]


def amplitude(channel: list[float], hertz: float) -> float:
    """The signed amplitude of a sine that starts at 0."""
    used = channel[:48_000]
    return 2 * sum(value * math.sin(2 * math.pi * hertz * n / 48_000) for n, value in enumerate(used)) / len(used)


def test_a_downmix_has_the_factors_that_were_asked(surround: Path, tmp_path: Path) -> None:
    outcome = made(surround, tmp_path, channels=2, channel_mix=DOWN)
    assert outcome.error is None
    left, right = samples(outcome.files[0].path)
    found = [amplitude(channel, hertz) for channel in (left, right) for hertz in (400, 600, 1000)]
    assert found == pytest.approx([0.4, 0, 0.05, 0, -0.2, 0.05], abs=0.002)


def test_channels_are_exchanged_and_kept_apart(surround: Path, tmp_path: Path) -> None:
    rows = [
        "0 1 0 0 0 0",
        "1 0 0 0 0 0",
        *(" ".join("1" if n == row else "0" for n in range(6)) for row in range(2, 6)),
    ]
    outcome = made(surround, tmp_path, channels=6, channel_mix=rows)
    assert outcome.error is None
    assert outcome.files[0].info is not None
    assert outcome.files[0].info.audio[0].channel_layout == "5.1"
    channels = samples(outcome.files[0].path)
    assert amplitude(channels[0], 600) == pytest.approx(0.2, abs=0.002)
    assert amplitude(channels[1], 400) == pytest.approx(0.4, abs=0.002)
    assert amplitude(channels[2], 1000) == pytest.approx(0.1, abs=0.002)


def test_factors_for_other_channels_than_the_source_has_fail_the_item(surround: Path, tmp_path: Path) -> None:
    error = made(surround, tmp_path, channels=1, channel_mix=["0.5 0.5"]).error
    assert "has factors for 2 channels, and the audio of the source (stream 0) has 6" in str(error)


def ladder(**audio: Any) -> AdaptiveDynamicStreamingItem:
    streams = [{"audio": {"codec": "aac", "bitrate_kbps": 256, **audio}}]
    parameters = {"format": "dash", "pure_audio": True, "streams": streams}
    add_ons = [{"key": "stereo.flac", "language": "de"}, {"key": "mono.flac", "language": "fr"}]
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters, "add_on_audios": add_ons})


@pytest.fixture(scope="module")
def dubs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("dubs")
    tones = {"stereo": "0.2*sin(2*PI*500*t)|0.05*sin(2*PI*700*t)", "mono": "0.1*sin(2*PI*800*t)"}
    paths = {f"{name}.flac": directory / f"{name}.flac" for name in tones}
    for name, graph in tones.items():
        encode("-f", "lavfi", "-i", f"aevalsrc={graph}:c={name}:d=1.5:s=48000", str(paths[f"{name}.flac"]))
    return paths


def loud(channel: list[float]) -> float:
    """The amplitude of the sine that has these samples, from its power: encoders delay them."""
    used = channel[10_000:60_000]
    return math.sqrt(2 * sum(value * value for value in used) / len(used))


def test_the_mix_is_of_the_source_and_not_of_add_ons(surround: Path, dubs: dict[str, Path], tmp_path: Path) -> None:
    item = ladder(channels=2, channel_mix=["1 0 0 0 0 0", "0 -0.5 0 0 0 0"])
    request = JobRequest(item.kind, [item], surround, "c", tmp_path, dubs)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    levels = [[round(loud(one), 2) for one in samples(path)] for path in sorted(tmp_path.glob("item0_*.m4a"))]
    assert levels[0] == pytest.approx([0.4, 0.1], abs=0.02)
    assert levels[1] == pytest.approx([0.2, 0.05], abs=0.02)
    assert levels[2][0] == levels[2][1]
    assert levels[2][0] == pytest.approx(0.1, abs=0.04)  # ffmpeg's own mix of mono to stereo


def test_a_late_add_on_has_no_mix_either(surround: Path, dubs: dict[str, Path], tmp_path: Path) -> None:
    item = ladder(channels=2, channel_mix=["1 0 0 0 0 0", "0 1 0 0 0 0"])
    request = JobRequest(item.kind, [item], dubs["stereo.flac"], "c", tmp_path, dubs)

    def build(context: BuildContext, item: AdaptiveDynamicStreamingItem, index: int) -> ItemPlan:
        outputs, renditions = add_on_audio(context, item, index, 0, [AudioGroup("audio0", 0, 1)], 1.5)
        return ItemPlan(outputs, [one.file for one in renditions], 1.5)

    (outcome,) = run_job(request, lambda _: None, Settings(), builder=build).items
    assert outcome.error is None
    assert [loud(one) for one in samples(tmp_path / "item0_1.m4a")] == pytest.approx([0.2, 0.05], abs=0.02)


@pytest.mark.parametrize(
    ("audio", "part"),
    [
        ({"channels": 2, "channel_mix": ["1 0"]}, "has 1 rows"),
        ({"channels": 0, "channel_mix": ["1 0"]}, "has 1 rows"),
        ({"channels": 2, "channel_mix": ["1 0", "1"]}, "same number of factors"),
        ({"channels": 1, "channel_mix": ["1|c1=c0"]}, "factors from -4 to 4"),
        ({"channels": 1, "channel_mix": ["4.1"]}, "factors from -4 to 4"),
        ({"channels": 1, "channel_mix": ["nan"]}, "factors from -4 to 4"),
        ({"channels": 1, "channel_mix": [""]}, "factors from -4 to 4"),
        ({"channels": 1, "channel_mix": ["1 " * 17]}, "factors from -4 to 4"),
        ({"channels": 2, "codec": "copy", "channel_mix": ["1 0", "0 1"]}, "leave out channel_mix"),
    ],
)
def test_what_is_refused(audio: dict[str, Any], part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        AudioParameters.model_validate(audio)


def test_concatenated_clips_have_no_mix() -> None:
    parameters = {"container": "m4a", "audio": {"channels": 1, "channel_mix": ["1"]}}
    with pytest.raises(ValidationError, match="leave out clips beside the source"):
        TranscodeItem.model_validate({"parameters": parameters, "head": ["a.mp4"]})
