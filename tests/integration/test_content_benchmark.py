"""The content table: what it measures is what is in the files, and it flags what is wrong with an output."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.content.__main__ import MEASURE
from benchmarks.content.compare import Measured, compared
from imageio_ffmpeg import get_ffmpeg_exe

TONES = "aevalsrc=0.4*sin(2*PI*300*t)|0.05*sin(2*PI*1000*t):c=stereo:s=48000:d=2"
RED = "color=c=0xC02010:s=160x90:r=25:d=2"
ASKED = {"moments_s": [None], "window_s": 0.3, "layouts": [None]}


def encode(path: Path, *arguments: str) -> Path:
    subprocess.run([get_ffmpeg_exe(), "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


def measured(path: Path, **asked: Any) -> Measured:
    command = [sys.executable, str(MEASURE), get_ffmpeg_exe(), str(path), json.dumps(ASKED | asked)]
    return Measured.of(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red picture, two tones of -11 and -29 dB, a second sound in French, a subtitle."""
    place = tmp_path_factory.mktemp("content")
    (place / "s.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    inputs = ["-f", "lavfi", "-i", RED, "-f", "lavfi", "-i", TONES, "-f", "lavfi", "-i", "sine=d=2:r=48000"]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-metadata:s:a:1", "language=fra"]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "flac", "-c:s", "srt"]
    return encode(place / "clip.mkv", *inputs, "-i", str(place / "s.srt"), *maps, *codecs)


def test_the_measuring_part_imports_nothing_of_the_product() -> None:
    imported = set()
    for node in ast.walk(ast.parse(MEASURE.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        imported |= {name.partition(".")[0] for name in names}
    assert imported - set(sys.stdlib_module_names) == {"av", "numpy"}


def test_what_is_in_a_clip_is_measured(clip: Path) -> None:
    found = measured(clip, layouts=[None, "mono"])
    assert [(track["type"], track["language"]) for track in found.tracks] == [
        ("video", "und"),
        ("audio", "und"),
        ("audio", "fra"),
        ("subtitle", "und"),
    ]
    stereo, mono = found.levels_db[0]
    assert stereo == pytest.approx([-11, -29], abs=0.5)
    assert mono == pytest.approx([-16.9], abs=0.5)
    (picture,) = found.pictures
    assert picture is not None
    assert picture["rgb"] == pytest.approx([0xC0, 0x20, 0x10], abs=4)


@pytest.mark.full
@pytest.mark.parametrize(
    ("output", "arguments", "flags"),
    [
        ("remux", ["-map", "0", "-c", "copy", "-c:s", "srt"], ""),
        ("remux", ["-map", "0:v", "-map", "0:a:0", "-c", "copy"], "MISSING 1× audio, 1× subtitle"),
        ("mp4", ["-map", "0:v", "-map", "0:a:0"], "LEFT OUT 1× audio, 1× subtitle"),
        ("mp4", ["-map", "0:v"], "MISSING 1× audio · LEFT OUT 1× audio, 1× subtitle"),
        (
            "mp4",
            ["-map", "0:v", "-map", "0:a:0", "-af", "aformat=channel_layouts=mono,aformat=channel_layouts=stereo"],
            "LEFT OUT 1× audio, 1× subtitle · LEVEL of sound 0 ",
        ),
        (
            "mp4",
            ["-map", "0:v", "-map", "0:a:0", "-vf", "hue=s=0"],
            "COLOUR ",
        ),
        ("mp4", ["-map", "0:v", "-map", "0:a:0", "-vf", "pad=320:90:80:0"], "LEFT OUT 1× audio, 1× subtitle"),
        ("mp4", ["-map", "0:v", "-map", "0:a:0", "-t", "1"], "LEFT OUT 1× audio, 1× subtitle · LENGTH 1.0 s off"),
    ],
)
def test_a_wrong_output_is_flagged(clip: Path, tmp_path: Path, output: str, arguments: list[str], flags: str) -> None:
    made = measured(encode(tmp_path / "made.mkv", "-i", str(clip), *arguments))
    source = measured(clip, moments_s=[made.duration_s / 2], layouts=[None, *made.layouts])
    assert compared(output, source, made, [])[-1].startswith(flags)
    if not flags:
        assert compared(output, source, made, [])[-1] == ""


@pytest.mark.full
def test_a_notice_is_shown_beside_the_flags(clip: Path) -> None:
    found = measured(clip, layouts=[None, "stereo", "mono"])
    assert compared("remux", found, found, ["a track was left out"])[-1] == "noticed: a track was left out"


@pytest.mark.full
def test_the_table_goes_on_after_a_refusal_and_a_time_limit(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    (tmp_path / "b.mkv").write_bytes(clip.read_bytes())
    command = [sys.executable, "-m", "benchmarks.content", str(tmp_path), "--outputs", "gif"]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(rows) == 4
    assert "refused: SourceFileError: the source is empty (0 bytes)" in rows[2]
    assert rows[3].startswith("| b.mkv | gif | video h264, audio flac stereo, audio flac fra mono, subtitle")
    late = subprocess.run([*command, "--limit-s", "0.01"], capture_output=True, text=True, check=True).stdout
    assert late.count("ERROR: stopped after 0.01 s") == 2
