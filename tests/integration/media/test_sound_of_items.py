"""Items that share one decode: each keeps its own channels, sample rate and sample format."""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
import imageio_ffmpeg
import pytest

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobOutcome, JobRequest
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


def run(source: Path, work_dir: Path, *items: Any, extra: Mapping[str, Path] = MappingProxyType({})) -> JobOutcome:
    request = JobRequest(items[0].kind, items, source, "in/clip", work_dir, extra)
    outcome = run_job(request, lambda _: None, Settings())
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


class TestEveryLayout:
    """PyAV reads a wild pointer behind the eighth channel; Vorbis has layouts of its own for three and four."""

    @pytest.mark.grid
    @pytest.mark.parametrize("codec", ["aac", "flac", "vorbis", "opus"])
    @pytest.mark.parametrize(("layout", "count"), [("3.0", 3), ("quad", 4), ("6.1", 7), ("7.1", 8)])
    def test_each_channel_keeps_its_level(self, tmp_path: Path, codec: str, layout: str, count: int) -> None:
        if (codec, layout) == ("opus", "6.1"):
            pytest.skip("ffmpeg 9.0 encodes 6.1 to Opus with three channels exchanged, and the output is rejected")
        peaks = [0.05 * 1.4**number for number in range(count)]
        tones = "|".join(f"{peak}*sin({110 * (n + 2)}*2*PI*t)" for n, peak in enumerate(peaks))
        source = tmp_path / "source.flac"
        encode("-f", "lavfi", "-i", f"aevalsrc={tones}:c={layout}:s=48000:d=2", "-c:a", "flac", str(source))
        (path,) = made(source, tmp_path / "work", item("mkv", {"codec": codec, "channels": 0}))
        found = levels_db(path)
        # AAC cuts the LFE at 120 Hz.
        expected = sorted(rms_db(peak) for n, peak in enumerate(peaks) if codec != "aac" or n != LFE[layout])
        found = sorted(levels_db(path))
        assert len(found) == count
        assert found[-len(expected) :] == pytest.approx(expected, abs=BAND_DB)


LFE = {"3.0": -1, "quad": -1, "6.1": 3, "7.1": 3}


class TestFormatChange:
    """A broadcast that goes on in another format: ffmpeg rebuilds its filters."""

    @pytest.fixture(scope="class")
    @classmethod
    def changing(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """4 s of mono at 44.1 kHz, then 3 s of stereo at 48 kHz in another picture size, on one clock."""
        root = tmp_path_factory.mktemp("changing")
        first, second, whole = root / "a.ts", root / "b.ts", root / "changing.ts"
        h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"]
        encode(*_test_picture("320x180", 4), *_sine(4, 44_100), *h264, "-ac", "1", str(first))
        late = ["-output_ts_offset", "4"]
        encode(*_test_picture("640x360", 3), *_sine(3, 48_000), *h264, "-ac", "2", *late, str(second))
        whole.write_bytes(first.read_bytes() + second.read_bytes())
        return whole

    @pytest.mark.parametrize("container", ["mp4", "mkv", "ts", "hls"])
    def test_no_silence_is_put_in(self, changing: Path, tmp_path: Path, container: str) -> None:
        parameters = {"container": container, "video": {"codec": "h264", "height": 128}, "audio": {}}
        outcome = run(changing, tmp_path, TranscodeItem.model_validate({"parameters": parameters}))
        seconds, silent = _sound_s(*(file.path for file in outcome.items[0].files if file.path.suffix != ".m3u8"))
        assert seconds == pytest.approx(7, abs=0.3)
        assert silent < 0.3

    @pytest.mark.parametrize("format_", ["hls", "dash"])
    def test_a_ladder(self, changing: Path, tmp_path: Path, format_: str) -> None:
        stream = {"video": {"codec": "h264", "height": 128}, "audio": {"codec": "aac"}}
        parameters = {"format": format_, "streams": [stream]}
        outcome = run(changing, tmp_path, AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters}))
        sounds = [file.path for file in outcome.items[0].files if file.path.suffix in (".m4a", ".ts")]
        assert _sound_s(*sounds)[0] == pytest.approx(7, abs=0.3)


def _test_picture(size: str, seconds: float) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}"]


def _sine(seconds: float, rate_hz: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=440:d={seconds}:r={rate_hz}"]


def _sound_s(*paths: Path) -> tuple[float, float]:
    """Seconds of decoded samples, as a player plays them, and of those in silent frames."""
    total_s = silent_s = 0.0
    for path in paths:
        with av.open(str(path)) as container:
            for frame in container.decode(audio=0):
                frame_s = frame.samples / frame.sample_rate
                total_s += frame_s
                silent_s += frame_s * (not any(bytes(frame.planes[0])))
    return total_s, silent_s
