"""ProRes, 7.1 sound and the track of a language: what PyAV and ffmpeg find in the outputs."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest

from clip_making import encode
from clips import Clips
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings
from sound_clips import tones

PEAKS = (0.4, 0.25, 0.3, 0.2, 0.1, 0.15, 0.35, 0.05)  # FL FR FC LFE BL BR SL SR
LFE = 3


def run(source: Path, work_dir: Path, item: Any) -> ItemOutcome:
    (outcome,) = run_job(JobRequest(item.kind, [item], source, "in/clip", work_dir), lambda _: None, Settings()).items
    assert outcome.error is None
    return outcome


def made(source: Path, work_dir: Path, container: str, **streams: Any) -> ItemOutcome:
    return run(source, work_dir, TranscodeItem.model_validate({"parameters": {"container": container, **streams}}))


def levels_db(path: Path) -> list[float]:
    """RMS of each channel by ffmpeg's astats, in the order of the decoder's layout."""
    measure = "astats=measure_overall=none:measure_perchannel=RMS_level"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path), "-af", measure, "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(level) for level in re.findall(r"RMS level dB: (\S+)", done.stderr)]


def pitch_hz(path: Path) -> float:
    """The pitch of a sine, by its zero crossings."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        samples = [value for frame in container.decode(audio=0) for value in memoryview(frame.planes[0]).cast("f")]
    middle = samples[len(samples) // 4 : len(samples) // 4 + rate]
    return sum(1 for before, after in itertools.pairwise(middle) if before < 0 <= after) * rate / len(middle)


@pytest.fixture(scope="module")
def surround(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mastering") / "surround.flac"
    encode(*tones(*PEAKS, layout="7.1", seconds=1), "-c:a", "flac", str(path))
    return path


@pytest.mark.parametrize(
    ("profile", "name"), [("proxy", "Proxy"), ("lt", "LT"), ("standard", "Standard"), ("hq", "HQ")]
)
def test_prores(clips: Clips, tmp_path: Path, profile: str, name: str) -> None:
    outcome = made(clips.short, tmp_path, "mov", video={"codec": "prores", "profile": profile})
    with av.open(str(outcome.files[0].path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(video=0))
        assert stream.codec_context.name == "prores"
        assert stream.profile == name
        assert (frame.format.name, frame.width, frame.height) == ("yuv422p10le", 160, 120)


@pytest.mark.parametrize(
    ("container", "codec"), [("mp4", "aac"), ("mkv", "flac"), ("mkv", "opus"), ("mkv", "vorbis"), ("wav", "pcm")]
)
def test_seven_one(surround: Path, tmp_path: Path, container: str, codec: str) -> None:
    outcome = made(surround, tmp_path, container, audio={"codec": codec, "channels": 8})
    path = outcome.files[0].path
    with av.open(str(path)) as opened:
        assert next(opened.decode(audio=0)).layout.name == "7.1"
    found = levels_db(path)
    expected = [20 * math.log10(peak / math.sqrt(2)) for peak in PEAKS]
    off = [abs(a - b) for number, (a, b) in enumerate(zip(found, expected, strict=True)) if number != LFE]
    assert max(off) < 3


def test_the_track_of_a_language_is_heard(clips: Clips, tmp_path: Path) -> None:
    outcome = made(clips.bilingual, tmp_path, "mkv", audio={"codec": "vorbis", "channels": 1, "source_language": "de"})
    assert pitch_hz(outcome.files[0].path) == pytest.approx(880, abs=5)
    assert [notice.parameters["language"] for notice in outcome.notices] == ["eng"]


def test_a_ladder_names_a_missing_language(clips: Clips, tmp_path: Path) -> None:
    streams = [{"audio": {"source_language": "ja", "bitrate_kbps": kbps}} for kbps in (64, 96)]
    asked = {"format": "hls", "pure_audio": True, "streams": streams}
    outcome = run(clips.bilingual, tmp_path, AdaptiveDynamicStreamingItem.model_validate({"parameters": asked}))
    missing = [notice for notice in outcome.notices if notice.code == "LanguageMissing"]
    assert [notice.parameters for notice in missing] == [{"language": "ja", "found": "eng, deu"}]
