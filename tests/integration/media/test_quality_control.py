"""Quality control on clips whose problems are known by how they were made; levels against numpy on decoded samples."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest

from clip_making import H264, encode, picture
from clips import Clips
from media_workflows.domain.jobs.quality_control import QualityControlItem
from media_workflows.domain.templates import PRESETS
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest

# Moving, black from 2 to 5 s, moving, still from 6 to 9 s, moving to 10 s. Black stands still, too.
SCENES = (
    "testsrc2=s=160x120:r=25:d=2[a];color=black:s=160x120:r=25:d=3[b];testsrc2=s=160x120:r=25:d=1[c];"
    "smptebars=s=160x120:r=25:d=3[d];testsrc2=s=160x120:r=25:d=1[e];[a][b][c][d][e]concat=n=5,setsar=1"
)
BLACK, STILL = [(2.0, 5.0)], [(2.0, 5.0), (6.0, 9.0)]
# A stereo tone of 997 Hz, amplitude 0.25, silent from 4 to 7 s.
TONE = "aevalsrc='if(between(t,4,7),0,0.25*sin(2*PI*997*t))'|'if(between(t,4,7),0,0.25*sin(2*PI*997*t))':s=48000:d="
SILENT = [(4.0, 7.0)]
FRAME_S = 0.1
# The others are in test_quality_items.py.
ITEMS = (
    *("black_screen", "video_duplicated_frame", "no_voice", "low_voice", "high_voice", "video_stream_lack"),
    *("audio_stream_lack", "stream_parse_failed", "duration_mismatch", "low_resolution", "odd_resolution"),
    *("dar_or_sar_invalid", "video_rotation", "frame_rate"),
)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenes") / "scenes.mkv"
    sound = ["-f", "lavfi", "-i", f"{TONE}10"]
    encode("-f", "lavfi", "-i", SCENES, *sound, *H264, "-c:a", "flac", str(path))
    return path


def outcome(source: Path, work_dir: Path, parameters: dict[str, Any] | None = None) -> ItemOutcome:
    """Of the parameters, else of the items of this module."""
    item = QualityControlItem.model_validate({"parameters": parameters or {name: {} for name in ITEMS}})
    (found,) = run_job(JobRequest(item.kind, [item], source, "in/a.mp4", work_dir), lambda progress: None).items
    return found


def report(source: Path, work_dir: Path, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    """The items of the report, by type."""
    found = outcome(source, work_dir, parameters)
    assert found.error is None, found.error
    file, *_pictures = found.files
    content = json.loads(file.path.read_text())
    return {item["type"]: item for item in content["items"]}


def spans(item: dict[str, Any]) -> list[tuple[float, float]]:
    return [(segment["start_s"], segment["end_s"]) for segment in item["segments"]]


def near(expected: list[tuple[float, float]], tolerance_s: float = FRAME_S) -> list[Any]:
    return [pytest.approx(span, abs=tolerance_s) for span in expected]


def samples(source: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(source), "-f", "f32le", "-ac", "2", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32).reshape(-1, 2)


def test_known_spans_and_levels(scenes: Path, tmp_path: Path) -> None:
    found = report(scenes, tmp_path)
    assert spans(found["black_screen"]) == near(BLACK)
    assert spans(found["video_duplicated_frame"]) == near(STILL)
    assert spans(found["no_voice"]) == near(SILENT)
    assert found["black_screen"]["value"] == pytest.approx(3, abs=FRAME_S)
    assert found["video_duplicated_frame"]["share"] == pytest.approx(0.6, abs=0.02)
    decoded = samples(scenes)
    loud = decoded[np.abs(decoded).max(axis=1) > 0.001]
    # BS.1770 weighs 997 Hz so that a full-scale tone in one channel has -3.01 LUFS: its mean square in decibels.
    lufs = 10 * np.log10(np.square(loud.astype(np.float64)).mean(axis=0).sum())
    assert found["low_voice"]["value"] == pytest.approx(lufs, abs=0.2)
    assert found["high_voice"]["value"] == pytest.approx(20 * np.log10(np.abs(decoded).max()), abs=0.2)
    hits = {name for name, item in found.items() if item["hit"]}
    assert hits == {"black_screen", "video_duplicated_frame", "no_voice", "low_resolution"}
    assert None not in {item["hit"] for item in found.values()}


def test_thresholds_decide(scenes: Path, tmp_path: Path) -> None:
    limits = {
        "black_screen": {"min_duration_s": 4},
        "video_duplicated_frame": {"min_duration_s": 4},
        "no_voice": {"min_duration_s": 4},
        "low_voice": {"min_lufs": -10},
        "high_voice": {"max_dbtp": -13},
        "low_resolution": {"min_short_edge": 120},
        "frame_rate": {"min_fps": 30, "max_fps": 60},
    }
    found = report(scenes, tmp_path, limits)
    assert {name: item["hit"] for name, item in found.items()} == {
        "black_screen": False,
        "video_duplicated_frame": False,
        "no_voice": False,
        "low_voice": True,
        "high_voice": True,
        "low_resolution": False,
        "frame_rate": True,
    }
    assert (found["frame_rate"]["value"], found["frame_rate"]["threshold"]) == (25, 30)


@pytest.mark.parametrize("container", ["ts", "mkv", "mp4"])
def test_times_count_from_the_start_of_a_file_with_a_late_clock(container: str, scenes: Path, tmp_path: Path) -> None:
    path = tmp_path / f"late.{container}"
    encode("-i", str(scenes), "-c:v", "copy", "-c:a", "aac", "-output_ts_offset", "100", str(path))
    found = report(path, tmp_path / "work")
    assert spans(found["black_screen"]) == near(BLACK, 0.15)
    assert spans(found["no_voice"]) == near(SILENT, 0.15)
    assert found["duration_mismatch"]["hit"] is False


def test_the_priming_of_an_encoder_is_no_time_of_the_source(scenes: Path, tmp_path: Path) -> None:
    """Matroska keeps the packets of AAC that lie before 0, which no player plays."""
    path = tmp_path / "late.mkv"
    late = ["-itsoffset", "3", "-i", str(scenes), "-map", "1:v", "-map", "0:a", "-c:v", "copy", "-c:a", "aac"]
    encode("-i", str(scenes), *late, str(path))
    first, *_ = spans(report(path, tmp_path / "work", {"duration_mismatch": {}})["duration_mismatch"])
    assert first[0] == 0
    assert first[1] == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize("container", ["ts", "mkv"])
def test_sound_that_starts_late_and_ends_early(container: str, scenes: Path, tmp_path: Path) -> None:
    path = tmp_path / f"short.{container}"
    late = ["-itsoffset", "1.5", "-t", "6.5", "-i", str(scenes)]
    encode("-i", str(scenes), *late, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", str(path))
    found = report(path, tmp_path / "work")
    assert spans(found["duration_mismatch"]) == near([(0.0, 1.5), (8.0, 10.0)], 0.15)
    assert found["duration_mismatch"]["value"] == pytest.approx(2, abs=0.15)
    assert spans(found["black_screen"]) == near(BLACK, 0.15)
    assert spans(found["no_voice"]) == near([(5.5, 8.0)], 0.15)


def test_variable_frame_rate(scenes: Path, tmp_path: Path) -> None:
    path = tmp_path / "vfr.mp4"
    few = "select='if(between(t,2,5),not(mod(n,10)),1)'"
    encode("-i", str(scenes), "-vf", few, "-fps_mode", "vfr", *H264, "-c:a", "aac", str(path))
    found = report(path, tmp_path / "work")
    assert spans(found["black_screen"]) == near(BLACK, 0.4)
    assert spans(found["no_voice"]) == near(SILENT)


def test_what_the_source_lacks_is_said(clips: Clips, tmp_path: Path) -> None:
    silent = report(clips.no_audio, tmp_path / "silent")
    assert silent["audio_stream_lack"]["hit"] is True
    assert {silent[name]["reason"] for name in ("no_voice", "low_voice", "high_voice", "duration_mismatch")} == {
        "no_audio"
    }
    assert silent["no_voice"]["hit"] is None
    blind = report(clips.audio_only, tmp_path / "blind")
    assert blind["video_stream_lack"]["hit"] is True
    assert {blind[name]["reason"] for name in ("black_screen", "low_resolution", "frame_rate")} == {"no_video"}
    assert blind["no_voice"]["hit"] is False


def test_a_cover_is_no_picture(clips: Clips, tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.png", tmp_path / "covered.m4a"
    encode(*picture(seconds=0.04), "-frames:v", "1", str(cover))
    inputs = ["-i", str(clips.audio_only), "-i", str(cover)]
    encode(*inputs, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "attached_pic", str(path))
    assert report(path, tmp_path / "work")["video_stream_lack"]["hit"] is True


def test_black_and_silent_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "nothing.mp4"
    sources = ["-f", "lavfi", "-i", "color=black:s=161x121:r=25:d=3", "-f", "lavfi", "-i", "anullsrc=d=3"]
    yuv444 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"]
    encode(*sources, *yuv444, "-c:a", "aac", str(path))
    found = report(path, tmp_path / "work")
    assert found["black_screen"]["share"] == pytest.approx(1, abs=0.01)
    assert found["no_voice"]["share"] == pytest.approx(1, abs=0.02)
    assert (found["low_voice"]["hit"], found["low_voice"]["value"]) == (True, -70)
    assert (found["high_voice"]["hit"], found["high_voice"]["value"]) == (False, None)
    assert found["odd_resolution"]["hit"] is True


def test_rotated(clips: Clips, tmp_path: Path) -> None:
    found = report(clips.rotated_90, tmp_path, {"video_rotation": {}})
    assert (found["video_rotation"]["hit"], found["video_rotation"]["value"] in (90, 270)) == (True, True)


def test_a_cut_file_is_reported(clips: Clips, tmp_path: Path) -> None:
    cut = report(clips.cut_in_the_middle, tmp_path)["stream_parse_failed"]
    assert cut["hit"] is True
    assert cut["segments"][0]["end_s"] == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("id_", [20, 40])
def test_the_other_presets(id_: int, clips: Clips, tmp_path: Path) -> None:
    parameters = PRESETS["quality_control", id_].parameters
    found = report(clips.short, tmp_path, parameters)
    assert tuple(found) == parameters.items
    unmeasured = {item["reason"] for item in found.values() if item["hit"] is None}
    assert unmeasured <= {"other_codec", "other_container", "not_stereo", "too_short"}


def test_facts_alone_decode_nothing(clips: Clips, tmp_path: Path) -> None:
    found = report(clips.plain, tmp_path, {"audio_stream_lack": {}, "video_stream_lack": {}})
    assert [item["hit"] for item in found.values()] == [False, False]
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
