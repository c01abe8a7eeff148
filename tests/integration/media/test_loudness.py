"""Normalised loudness, measured by ffmpeg's own summary of `ebur128`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import imageio_ffmpeg
import pytest

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import OutputRejectedError
from media_workflows.media.filters import loudness
from media_workflows.media.filters.loudness import CORRECTIONS
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.loudness import LoudnessMeter
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.source.kept_readings import kept_readings
from media_workflows.settings import Settings

# Sources by what is odd about them: lavfi graphs of eight seconds.
SPEECH = (
    "anoisesrc=c=brown:a=0.6:d=8:seed=1:r=48000,volume='0.1+0.9*gt(sin(7*t),0)':eval=frame,aformat=channel_layouts=mono"
)
PEAKY = "aevalsrc='0.05*sin(440*2*PI*t)+0.85*lt(mod(t,1),0.004)*sin(3000*2*PI*t)|0.05*sin(550*2*PI*t)':d=8:s=48000"
CLIPPED = "anoisesrc=c=brown:a=1:d=8:seed=2:r=44100,volume=12dB,aformat=sample_fmts=s16:channel_layouts=stereo"
QUIET = "aevalsrc='0.003*sin(440*2*PI*t)|0.002*sin(550*2*PI*t)':d=8:s=48000"
SURROUND = (
    "aevalsrc='0.2*sin(300*2*PI*t)|0.1*sin(400*2*PI*t)|0.3*sin(500*2*PI*t)|0.1*sin(60*2*PI*t)|0.05*sin(600*2*PI*t)"
    "|0.05*sin(700*2*PI*t)':d=8:s=48000:c=5.1"
)
WIDE = "aevalsrc='if(lt(mod(t,16),8),0.4,0.06)*sin(440*2*PI*t)':d=32:s=48000:c=stereo"
SILENT = "anullsrc=r=48000:cl=stereo:d=4"
AAC = {"codec": "aac", "bitrate_kbps": 128}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Any:
    directory = tmp_path_factory.mktemp("loudness")

    def made(graph: str) -> Path:
        path = directory / f"{abs(hash(graph))}.mka"
        if not path.exists():
            encode("-f", "lavfi", "-i", graph, "-c:a", "pcm_s16le", str(path))
        return path

    return made


def item(audio: Mapping[str, Any], container: str = "m4a", **fields: Any) -> TranscodeItem:
    return TranscodeItem.model_validate({"parameters": {"container": container, "audio": audio}, **fields})


def run(source: Path, work_dir: Path, one: Any, extra: Mapping[str, Path] = MappingProxyType({})) -> ItemOutcome:
    outcome = run_job(JobRequest(one.kind, [one], source, "in/clip", work_dir, extra), lambda _: None, Settings())
    (found,) = outcome.items
    if found.error:
        raise found.error
    return found


def summary(path: Path) -> tuple[float, float, float]:
    """Integrated loudness (LUFS), range (LU) and true peak (dBTP) of the first audio track."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-i", path.name, "-map", "0:a:0"]
    measured = [*command, "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    done = subprocess.run(measured, cwd=path.parent, capture_output=True, text=True, check=True)
    text = done.stderr[done.stderr.rindex("Summary:") :]
    return tuple(float(re.search(rf"{name}:\s+(\S+) ", text)[1]) for name in ("I", "LRA", "Peak"))  # type: ignore


SOURCES = {"speech": SPEECH, "peaky": PEAKY, "clipped": CLIPPED, "quiet": QUIET, "surround": SURROUND}
GOALS = ((-23.0, None), (-14.0, None))
FULL = [pytest.param(name, *goal, marks=pytest.mark.full) for name in SOURCES for goal in GOALS]


@pytest.mark.parametrize(("name", "target", "peak"), [*((name, -16.0, -2.0) for name in SOURCES), *FULL])
def test_the_target_is_reached(clip: Any, tmp_path: Path, name: str, target: float, peak: float | None) -> None:
    asked = {**AAC, "loudness_lufs": target} | ({} if peak is None else {"true_peak_dbtp": peak})
    made = run(clip(SOURCES[name]), tmp_path, item(asked))
    lufs, _, found_peak = summary(made.files[0].path)
    assert lufs == pytest.approx(target, abs=0.5)
    assert found_peak <= (-1.0 if peak is None else peak)
    (reported,) = made.files[0].loudness
    assert reported.after.integrated_lufs == pytest.approx(lufs, abs=0.1)
    assert reported.before.integrated_lufs is not None
    assert made.notices == ()


FORMS = [
    *(("mp3", "mp3", 2), ("mkv", "mp2", 2), ("ogg", "opus", 2), ("ogg", "vorbis", 2), ("flac", "flac", 2)),
    *(("mkv", "ac3", 2), ("mp4", "eac3", 2), ("mkv", "opus", 6), ("mkv", "ac3", 6), ("mp4", "eac3", 6)),
    *(("flac", "flac", 6), ("m4a", "aac", 6), ("mkv", "vorbis", 6)),
]


@pytest.mark.full
@pytest.mark.parametrize(("container", "codec", "channels"), FORMS)
@pytest.mark.parametrize("name", ["speech", "peaky", "surround"])
def test_each_codec_reaches_the_target(
    clip: Any, tmp_path: Path, container: str, codec: str, channels: int, name: str
) -> None:
    asked = {"codec": codec, "channels": channels, "loudness_lufs": -20.0, "true_peak_dbtp": -2.0}
    made = run(clip(SOURCES[name]), tmp_path, item(asked, container))
    assert made.files[0].info is not None
    assert made.files[0].info.audio[0].channels == channels
    lufs, _, peak = summary(made.files[0].path)
    assert lufs == pytest.approx(-20, abs=0.5)
    assert peak <= -2
    assert made.notices == ()


def test_silence_stays_as_it_is(clip: Any, tmp_path: Path) -> None:
    made = run(clip(SILENT), tmp_path, item({**AAC, "loudness_lufs": -16}))
    assert [notice.code for notice in made.notices] == ["LoudnessUnchanged"]
    assert made.files[0].loudness[0].before.integrated_lufs is None


@pytest.mark.full
def test_a_wide_range_is_compressed_where_it_is_asked(clip: Any, tmp_path: Path) -> None:
    pcm = {"codec": "pcm", "loudness_lufs": -23}
    as_it_is = summary(run(clip(WIDE), tmp_path / "a", item(pcm, "wav")).files[0].path)
    narrower = summary(run(clip(WIDE), tmp_path / "b", item({**pcm, "loudness_range_lu": 7}, "wav")).files[0].path)
    assert as_it_is[1] > 14
    assert narrower[1] <= 8
    assert [as_it_is[0], narrower[0]] == pytest.approx([-23, -23], abs=0.5)


def test_joined_clips_are_measured_together(clip: Any, tmp_path: Path) -> None:
    one = item({**AAC, "loudness_lufs": -20}, head=["head.mka"])
    made = run(clip(SPEECH), tmp_path, one, extra={"head.mka": clip(QUIET)})
    assert summary(made.files[0].path)[0] == pytest.approx(-20, abs=0.5)


def test_a_part_is_measured_alone(clip: Any, tmp_path: Path) -> None:
    one = item({**AAC, "loudness_lufs": -20}, start_offset_s=4.5, end_offset_s=7.5)
    assert summary(run(clip(WIDE), tmp_path, one).files[0].path)[0] == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize("separate", [True, pytest.param(False, marks=pytest.mark.full)], ids=["separate", "muxed"])
def test_a_ladder_measures_each_sound_once(
    clip: Any, tmp_path: Path, separate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source.mkv"
    encode("-f", "lavfi", "-i", "testsrc2=s=256x144:r=10:d=8", "-i", str(clip(SPEECH)), "-c:a", "copy", str(source))
    audio = {**AAC, "loudness_lufs": -18}
    streams = [{"video": {"codec": "h264", "height": height}, "audio": audio} for height in (128, 144)]
    parameters: dict[str, Any] = {"format": "hls", "segment_s": 2, "streams": streams}
    if separate:
        parameters["segment_type"] = "ts-ts-segment"
    measured = []
    of_graph = LoudnessMeter._measured
    monkeypatch.setattr(LoudnessMeter, "_measured", lambda *one: measured.append(one[2]) or of_graph(*one))
    made = run(source, tmp_path / "w", AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters}))
    found = [one for file in made.files for one in file.loudness]
    assert len(found) == (1 if separate else 2)
    assert measured.count(tmp_path / "w") <= 1 + CORRECTIONS
    for file in made.files:
        if file.loudness:
            whole = tmp_path / f"{file.path.stem}.ts"
            whole.write_bytes(
                b"".join(one.read_bytes() for one in sorted((tmp_path / "w").glob(f"{file.path.stem}_*.ts")))
            )
            assert summary(whole)[0] == pytest.approx(-18, abs=0.5)


def test_the_next_step_measures_nothing_again(clip: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, asked = clip(SPEECH), item({**AAC, "loudness_lufs": -23})
    with kept_readings({source: tmp_path / "kept"}):
        run(source, tmp_path / "a", asked)
        measured = []
        of_graph = LoudnessMeter._measured
        monkeypatch.setattr(LoudnessMeter, "_measured", lambda *one: measured.append(one[1]) or of_graph(*one))
        run(source, tmp_path / "b", asked)
    assert len(measured) == 1  # the output


def test_an_output_at_another_level_is_rejected(clip: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loudness, "_gained", lambda stream, _: stream)
    with pytest.raises(OutputRejectedError, match="audio track 0 of the output is wrong"):
        run(clip(QUIET), tmp_path, item({**AAC, "loudness_lufs": -16}))
