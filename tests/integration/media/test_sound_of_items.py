"""Items that share one decode: each keeps its own channels, sample rate and sample format."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest

from media_workflows.media.job import JobOutcome, run_job
from media_workflows.model.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.model.jobs.transcode import TranscodeItem
from media_workflows.settings import Settings
from sound_clips import SURROUND_PEAKS, SoundClips

MP3_MONO = {"codec": "mp3", "bitrate_kbps": 64, "channels": 1}
AAC_STEREO = {"codec": "aac", "bitrate_kbps": 128, "channels": 2}
LEFT_DB, RIGHT_DB = -10.97, -29.03
BAND_DB = 2.0  # what lossy codecs may change


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> SoundClips:
    return SoundClips(tmp_path_factory.mktemp("sounds"))


def item(container: str, audio: dict[str, Any], **fields: Any) -> TranscodeItem:
    return TranscodeItem.model_validate({"parameters": {"container": container, "audio": audio}, **fields})


def run(source: Path, work_dir: Path, *items: Any, **options: Any) -> JobOutcome:
    outcome = run_job(items[0].kind, items, source, "in/clip", work_dir, lambda _: None, Settings(), **options)
    for one in outcome.items:
        if one.error:
            raise one.error
    return outcome


def made(source: Path, work_dir: Path, *items: TranscodeItem, **options: Any) -> list[Path]:
    return [one.files[0].path for one in run(source, work_dir, *items, **options).items]


def levels_db(path: Path, seek_s: float = 0.2) -> list[float]:
    """RMS of each channel by ffmpeg's astats, in the order of the decoder's layout."""
    measure = "astats=measure_overall=none:measure_perchannel=RMS_level"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-ss", str(seek_s), "-i", str(path)]
    done = subprocess.run([*command, "-af", measure, "-f", "null", "-"], capture_output=True, text=True, check=True)
    return [float(level) for level in re.findall(r"RMS level dB: (\S+)", done.stderr)]


def rms_db(peak: float) -> float:
    return 20 * math.log10(peak / math.sqrt(2))


def decoded(path: Path) -> tuple[int, int, str]:
    """Channels, sample rate and sample format of the first frame."""
    with av.open(str(path)) as container:
        frame = next(container.decode(audio=0))
        return frame.layout.nb_channels, frame.sample_rate, frame.format.name


class TestTranscodes:
    def test_stereo_after_mono_stays_stereo(self, sounds: SoundClips, tmp_path: Path) -> None:
        mp3, aac = made(sounds.left_loud, tmp_path, item("mp3", MP3_MONO), item("m4a", AAC_STEREO))
        assert decoded(mp3)[0] == 1
        assert levels_db(aac) == pytest.approx([LEFT_DB, RIGHT_DB], abs=BAND_DB)

    def test_surround_after_stereo_keeps_its_channels(self, sounds: SoundClips, tmp_path: Path) -> None:
        ac3 = {"codec": "ac3", "bitrate_kbps": 448, "channels": 6}
        _, surround = made(sounds.surround, tmp_path, item("m4a", AAC_STEREO), item("mkv", ac3))
        assert levels_db(surround) == pytest.approx([rms_db(peak) for peak in SURROUND_PEAKS], abs=BAND_DB)

    def test_sample_rate_and_bits_of_the_source_stay(self, sounds: SoundClips, tmp_path: Path) -> None:
        mp3 = {"codec": "mp3", "bitrate_kbps": 128}
        flac = {"codec": "flac", "channels": 0}
        _, lossless = made(sounds.studio, tmp_path, item("mp3", mp3), item("flac", flac))
        assert decoded(lossless) == (2, 96_000, "s32")

    def test_a_lower_rate_stays_with_its_item(self, sounds: SoundClips, tmp_path: Path) -> None:
        low = {"codec": "pcm", "channels": 1, "sample_rate_hz": 8000}
        wav, flac = made(sounds.left_loud, tmp_path, item("wav", low), item("flac", {"codec": "flac", "channels": 0}))
        assert decoded(wav)[:2] == (1, 8000)
        assert decoded(flac)[:2] == (2, 48_000)

    def test_a_part_of_the_source(self, sounds: SoundClips, tmp_path: Path) -> None:
        part = {"start_offset_s": 0.5, "end_offset_s": 1.5}
        _, aac = made(sounds.left_loud, tmp_path, item("mp3", MP3_MONO, **part), item("m4a", AAC_STEREO, **part))
        assert levels_db(aac) == pytest.approx([LEFT_DB, RIGHT_DB], abs=BAND_DB)

    def test_joined_clips(self, sounds: SoundClips, tmp_path: Path) -> None:
        joins = {"tail": ["tail.flac"]}
        items = item("mp3", MP3_MONO, **joins), item("m4a", AAC_STEREO, **joins)
        _, aac = made(sounds.left_loud, tmp_path, *items, extra={"tail.flac": sounds.left_loud})
        assert levels_db(aac) == pytest.approx([LEFT_DB, RIGHT_DB], abs=BAND_DB)


def ladder(separate: bool, format_: str = "hls", **fields: Any) -> AdaptiveDynamicStreamingItem:
    """A mono sub-stream, then a stereo one."""
    mono = {"video": {"codec": "h264", "height": 128}, "audio": {**AAC_STEREO, "bitrate_kbps": 64, "channels": 1}}
    stereo = {"video": {"codec": "h264", "height": 144}, "audio": AAC_STEREO}
    parameters: dict[str, Any] = {"format": format_, "streams": [mono, stereo], "segment_s": 2}
    if separate and format_ == "hls":
        parameters["segment_type"] = "ts-ts-segment"
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters, **fields})


class TestLadders:
    def test_a_stereo_rung_after_a_mono_one(self, sounds: SoundClips, tmp_path: Path) -> None:
        run(sounds.left_loud_with_picture, tmp_path, ladder(separate=False))
        assert decoded(tmp_path / "item0_0_00000.ts")[0] == 1
        assert levels_db(tmp_path / "item0_1_00000.ts") == pytest.approx([LEFT_DB, RIGHT_DB], abs=BAND_DB)

    @pytest.mark.parametrize(("format_", "names"), [("hls", "item0_{}_00000.ts"), ("dash", "item0_{}.m4a")])
    def test_sounds_apart_and_added_ones(self, sounds: SoundClips, tmp_path: Path, format_: str, names: str) -> None:
        added = ladder(True, format_, add_on_audios=[{"key": "other.flac", "language": "fr"}])
        run(sounds.left_loud_with_picture, tmp_path, added, extra={"other.flac": sounds.left_loud})
        forms = [decoded(tmp_path / names.format(number))[0] for number in (2, 3, 4, 5)]
        assert forms == [1, 1, 2, 2]
        for number in (4, 5):
            assert levels_db(tmp_path / names.format(number)) == pytest.approx([LEFT_DB, RIGHT_DB], abs=BAND_DB)
