"""Clips whose sound or tracks are the point: each channel and each track has a level or pitch of its own."""

from __future__ import annotations

from pathlib import Path

from clip_making import H264, ClipFolder, clip, encode

# Peak of the sine of each channel of `surround`, in the order FL FR FC LFE SL SR.
SURROUND_PEAKS = (0.4, 0.25, 0.3, 0.2, 0.1, 0.15)


def tones(*peaks: float, layout: str, rate_hz: int = 48_000, seconds: float = 2) -> list[str]:
    """Input: a sine of its own pitch (100 Hz steps from 300 Hz on) and peak in each channel; the LFE's is 60 Hz."""
    hz = [60 if number == 3 and len(peaks) > 3 else 300 + 100 * number for number in range(len(peaks))]
    channels = "|".join(f"{peak}*sin(2*PI*{pitch}*t)" for peak, pitch in zip(peaks, hz, strict=True))
    return ["-f", "lavfi", "-i", f"aevalsrc={channels}:c={layout}:s={rate_hz}:d={seconds}"]


class SoundClips(ClipFolder):
    """All of them, below `root`."""

    @clip(".flac")
    def left_loud(self, path: Path) -> None:
        """2 s: left -11 dB, right -29 dB."""
        encode(*tones(0.4, 0.05, layout="stereo"), "-c:a", "flac", str(path))

    @clip(".mkv")
    def left_loud_with_picture(self, path: Path) -> None:
        """`left_loud` with a small picture."""
        video = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=2"]
        encode(*video, *tones(0.4, 0.05, layout="stereo"), *H264, "-c:a", "flac", str(path))

    @clip(".flac")
    def surround(self, path: Path) -> None:
        """2 s of 5.1, every channel with its own level and pitch."""
        encode(*tones(*SURROUND_PEAKS, layout="5.1(side)"), "-c:a", "flac", str(path))

    @clip(".flac")
    def loud_lfe(self, path: Path) -> None:
        """2 s of 5.1 with 1 kHz in the LFE, which lossy codecs take away."""
        tone = "0.2*sin(2*PI*1000*t)"
        expression = f"aevalsrc={'|'.join([tone] * 6)}:c=5.1(side):s=48000:d=2"
        encode("-f", "lavfi", "-i", expression, "-c:a", "flac", str(path))

    @clip(".flac")
    def studio(self, path: Path) -> None:
        """2 s, 96 kHz, 24 bits."""
        source = tones(0.4, 0.05, layout="stereo", rate_hz=96_000)
        encode(*source, "-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", str(path))

    @clip(".mp4")
    def high_tone(self, path: Path) -> None:
        """A second sound to join or add: 5.1 at 44.1 kHz."""
        encode(*tones(*SURROUND_PEAKS, layout="5.1", rate_hz=44_100), "-c:a", "aac", str(path))
