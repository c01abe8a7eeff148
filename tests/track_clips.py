"""Clips with many tracks."""

from __future__ import annotations

from pathlib import Path

from clip_making import H264, ClipFolder, clip, encode

SRT = "1\n00:00:00,200 --> 00:00:00,800\nHello\n\n2\n00:00:01,000 --> 00:00:01,800\nWorld\n"
LATE_SRT = "1\n00:00:05,000 --> 00:00:08,000\nToo late\n"
CHAPTERS = ";FFMETADATA1\n" + "".join(
    f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={start + 1000}\ntitle={title}\n"
    for start, title in ((0, "One"), (1000, "Two"))
)


def _tone(hz: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine={hz}:d=2"]


def _film(size: str) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d=2"]


class TrackClips(ClipFolder):
    """All of them, below `root`."""

    def _text(self, name: str, text: str) -> str:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    @clip(".png")
    def cover(self, path: Path) -> None:
        """A small picture."""
        encode("-f", "lavfi", "-i", "color=green:s=64x64", "-frames:v", "1", str(path))

    @clip(".mkv")
    def many(self, path: Path) -> None:
        """2 s: two films, sound in two languages, SRT, forced ASS, chapters, a font and a cover."""
        srt, chapters = self._text("many.srt", SRT), self._text("chapters.txt", CHAPTERS)
        inputs = [*_film("160x120"), *_tone(440), *_tone(880), "-i", srt, "-i", srt, "-i", chapters, *_film("96x64")]
        maps = [word for number in (0, 6, 1, 2, 3, 4) for word in ("-map", str(number))]
        languages = ["-metadata:s:a:1", "language=fra", "-metadata:s:s:0", "language=eng"]
        forced = ["-metadata:s:s:1", "language=ger", "-disposition:s:1", "forced+hearing_impaired"]
        font = ["-attach", self._text("a.ttf", "no real font"), "-metadata:s:t:0", "mimetype=font/ttf"]
        cover = ["-attach", str(self.cover), "-metadata:s:t:1", "mimetype=image/png"]
        names = ["-metadata:s:t:0", "filename=a.ttf", "-metadata:s:t:1", "filename=cover.png"]
        codecs = [*H264, "-c:a", "aac", "-c:s:0", "srt", "-c:s:1", "ass", "-map_chapters", "5"]
        encode(*inputs, *maps, *codecs, *languages, *forced, *font, *cover, *names, str(path))

    @clip(".mp3")
    def song_with_cover(self, path: Path) -> None:
        """2 s of music and a cover."""
        disposition = ["-disposition:v", "attached_pic", "-c:v", "png", "-c:a", "libmp3lame"]
        encode(*_tone(440), "-i", str(self.cover), "-map", "0", "-map", "1", *disposition, str(path))

    @clip(".mkv")
    def late_subtitles(self, path: Path) -> None:
        """2 s of film whose only cue begins at 5 s."""
        srt = self._text("late.srt", LATE_SRT)
        encode(*_film("96x64"), *_tone(440), "-i", srt, *H264, "-c:a", "aac", "-c:s", "srt", str(path))

    @clip(".mkv")
    def webm_codecs(self, path: Path) -> None:
        """2 s of VP8, two Opus tracks and SRT."""
        srt = self._text("web.srt", SRT)
        inputs = [*_film("96x64"), *_tone(440), *_tone(880), "-i", srt]
        maps = [word for number in range(4) for word in ("-map", str(number))]
        encode(*inputs, *maps, "-c:v", "libvpx", "-c:a", "libopus", "-c:s", "srt", str(path))
