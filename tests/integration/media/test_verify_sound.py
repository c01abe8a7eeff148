"""The sound of an output against its source: wrong sound is rejected, what codecs change is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.errors import OutputRejectedError
from media_workflows.media.ffmpeg import graph
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.plan.expected_sound import expected_sound
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.media.source.probe import probe
from media_workflows.media.source.sound_segment import whole_track
from media_workflows.media.verify.sound import SoundVerifier
from media_workflows.settings import Settings
from sound_clips import SoundClips


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> SoundClips:
    return SoundClips(tmp_path_factory.mktemp("sounds"))


def output(source: Path, path: Path, *options: str) -> Path:
    """The source as ffmpeg makes something of it by itself."""
    encode("-i", str(source), "-vn", *options, str(path))
    return path


def verify(source: Path, path: Path, **asked: Any) -> None:
    info = probe(source)
    track = info.audio[0]
    parameters = AudioParameters(**{"codec": "aac", "bitrate_kbps": 128, **asked})
    sound = expected_sound(parameters, track, path.suffix[1:], [whole_track(source, info, track)])
    SoundVerifier().require_sound(PlannedFile(path, "", {}, Expectation(video=False, audio=True, sounds=(sound,))))


class TestWrongSound:
    @pytest.mark.parametrize(
        ("filter_", "says"),
        [
            ("pan=stereo|c0=.5*c0+.5*c1|c1=.5*c0+.5*c1", "channel FR has -17 dB, the source's -29 dB"),
            ("pan=stereo|c0=c1|c1=c0", "channel F[LR] has"),
            ("pan=stereo|c0=0*c0|c1=c1", "channel FL has"),
            ("volume='if(lt(t,1),0,1)':eval=frame", r"at its start \(0.0 s\)"),
            ("volume='if(gt(t,1.4),0,1)':eval=frame", r"at its end \(1.5 s\)"),
            ("volume='if(between(t,.7,1.3),0,1)':eval=frame", "in its first second"),
            ("volume=0.3", "channel FR has -39 dB, the source's -29 dB"),
            ("adelay=900:all=1", "at its start"),
        ],
        ids=["mixed", "swapped", "silent channel", "no start", "no end", "no middle", "quiet", "late"],
    )
    def test_is_rejected(self, sounds: SoundClips, tmp_path: Path, filter_: str, says: str) -> None:
        made = output(sounds.left_loud, tmp_path / "a.m4a", "-af", filter_)
        with pytest.raises(OutputRejectedError, match=says):
            verify(sounds.left_loud, made)

    def test_another_number_of_channels(self, sounds: SoundClips, tmp_path: Path) -> None:
        made = output(sounds.left_loud, tmp_path / "a.m4a", "-ac", "1")
        with pytest.raises(OutputRejectedError, match="has 1 channels, not 2"):
            verify(sounds.left_loud, made)

    def test_another_sample_rate(self, sounds: SoundClips, tmp_path: Path) -> None:
        made = output(sounds.studio, tmp_path / "a.flac", "-ar", "44100")
        with pytest.raises(OutputRejectedError, match="has 44100 Hz, not 96000"):
            verify(sounds.studio, made, codec="flac", bitrate_kbps=0, channels=0)

    def test_another_layout(self, sounds: SoundClips, tmp_path: Path) -> None:
        made = output(sounds.surround, tmp_path / "a.mkv", "-af", "pan=6.0|c0=c0", "-c:a", "flac")
        with pytest.raises(OutputRejectedError, match=r"has the layout 6\.0, not 5\.1 or 5\.1\(side\)"):
            verify(sounds.surround, made, channels=6)

    def test_empty_centre_and_surrounds(self, sounds: SoundClips, tmp_path: Path) -> None:
        mixed = "aformat=channel_layouts=stereo,aformat=channel_layouts=5.1(side)"
        made = output(sounds.surround, tmp_path / "a.mkv", "-af", mixed, "-c:a", "ac3")
        with pytest.raises(OutputRejectedError, match="channel FC has -"):
            verify(sounds.surround, made, codec="ac3", channels=6)

    def test_a_ladder_that_shares_one_format(
        self, sounds: SoundClips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As it was before each leg had a converter of its own."""

        def bare(self: Any, upstream: Any, label: Any, selector: Any) -> Any:
            stream = self.node(upstream).stream(label, selector)
            if self._reads[upstream, label] < 2:
                return stream
            number = self._taken[upstream, label]
            self._taken[upstream, label] += 1
            name = "asplit" if graph._is_sound(upstream, label) else "split"
            return stream.filter_multi_output(name).stream(number)

        monkeypatch.setattr(graph._Splitter, "_stream", bare)
        mono, stereo = ({"codec": "aac", "bitrate_kbps": 96, "channels": channels} for channels in (1, 2))
        streams = [{"video": {"codec": "h264", "height": 128}, "audio": audio} for audio in (mono, stereo)]
        item = AdaptiveDynamicStreamingItem.model_validate({"parameters": {"format": "hls", "streams": streams}})
        request = JobRequest(item.kind, [item], sounds.left_loud_with_picture, "in/a", tmp_path)
        (outcome,) = run_job(request, lambda _: None, Settings()).items
        assert isinstance(outcome.error, OutputRejectedError)
        assert "channel FR has -17 dB, the source's -29 dB" in str(outcome.error)


class TestGoodSound:
    @pytest.mark.parametrize(
        ("suffix", "options", "asked"),
        [
            ("m4a", ["-c:a", "aac", "-b:a", "128k"], {}),
            ("m4a", ["-c:a", "aac", "-b:a", "24k"], {"bitrate_kbps": 24}),
            ("mp3", ["-c:a", "libmp3lame", "-b:a", "64k", "-ac", "1"], {"codec": "mp3", "channels": 1}),
            ("ogg", ["-c:a", "libopus", "-b:a", "32k"], {"codec": "opus", "bitrate_kbps": 32}),
            ("wav", ["-ar", "8000"], {"codec": "pcm", "bitrate_kbps": 0, "sample_rate_hz": 8000}),
            ("mkv", ["-c:a", "ac3", "-ac", "6"], {"codec": "ac3", "channels": 6}),
        ],
    )
    @pytest.mark.parametrize("clip", ["left_loud", "surround"])
    def test_passes(
        self, sounds: SoundClips, tmp_path: Path, clip: str, suffix: str, options: list[str], asked: dict[str, Any]
    ) -> None:
        source = getattr(sounds, clip)
        stereo = [] if "-ac" in options else ["-ac", "2"]
        verify(source, output(source, tmp_path / f"a.{suffix}", *stereo, *options), **asked)

    def test_an_lfe_that_a_codec_takes_away(self, sounds: SoundClips, tmp_path: Path) -> None:
        made = output(sounds.loud_lfe, tmp_path / "a.mkv", "-c:a", "ac3")
        verify(sounds.loud_lfe, made, codec="ac3", bitrate_kbps=448, channels=6)

    def test_sound_that_is_shifted_by_an_encoders_delay(self, sounds: SoundClips, tmp_path: Path) -> None:
        verify(sounds.left_loud, output(sounds.left_loud, tmp_path / "a.m4a", "-af", "adelay=60:all=1"))
