"""Clips with a line of text in the picture and a voice, so that there is something to read and to hear."""

from __future__ import annotations

from pathlib import Path

from benchmarks.labelled_set import wav
from benchmarks.voice import RATE_HZ, spoken
from PIL import Image, ImageDraw, ImageFont

from clip_making import H264, encode

FONT = Path(__file__).parents[1] / "include" / "media_workflows" / "fonts" / "wqy-microhei.ttc"
WIDTH, HEIGHT = 640, 360
CAPTION_FROM_S, CAPTION_TO_S = 2.0, 5.0


def talking_clip(path: Path, caption: str, speech: str | Path, seconds: int = 8) -> Path:
    """The caption stands from 2 s to 5 s; the voice begins at 1 s. Bars that move stand for a picture.

    `speech` is a sentence for a synthetic voice, or a recording.
    """
    words, text = path.with_suffix(".wav"), path.with_suffix(".png")
    if isinstance(speech, Path):
        words = speech
    else:
        wav(words, spoken(speech), RATE_HZ)
    _caption(caption).save(text)
    bars = f"testsrc=size={WIDTH}x{HEIGHT}:rate=25:duration={seconds},boxblur=8"
    shown = f"overlay=x=60:y=260:enable='between(t,{CAPTION_FROM_S},{CAPTION_TO_S})'"
    encode(
        *("-f", "lavfi", "-i", bars, "-i", str(text), "-i", str(words)),
        *("-filter_complex", f"[0:v][1:v]{shown}[v];[2:a]adelay=1000:all=1,apad[a]"),
        *("-map", "[v]", "-map", "[a]", "-t", str(seconds), *H264, "-c:a", "aac", str(path)),
    )
    return path


def _caption(text: str) -> Image.Image:
    """White on black, as subtitles are."""
    image = Image.new("RGB", (520, 60), (0, 0, 0))
    ImageDraw.Draw(image).text((10, 8), text, font=ImageFont.truetype(str(FONT), 40), fill=(255, 255, 255))
    return image
