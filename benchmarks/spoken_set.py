"""The sentences of the speech benchmark, and a film in which they are spoken."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np

from benchmarks.labelled_set import wav
from benchmarks.voice import RATE_HZ, silence, spoken

SENTENCES = [
    "the meeting will begin at three o'clock",
    "please bring your passport and the ticket",
    "no weapons are allowed in this building",
    "go forward ten meters",
    "hello world how are you today",
    "i want to buy a new car",
    "he has a gun in his hand",
    "the weather is very nice this morning",
]
_PAUSE_S = 2.0
_HEARD_HZ = 16_000


def _sound() -> Any:
    return np.concatenate([part for sentence in SENTENCES for part in (silence(_PAUSE_S), spoken(sentence))])


def length_s() -> float:
    """Of all sentences with their pauses."""
    return len(_sound()) / RATE_HZ


def sentences_wav(root: Path) -> Path:
    """As recognisers require it: mono, 16 kHz."""
    wav(root / "spoken.wav", _sound(), RATE_HZ)
    _ffmpeg("-i", root / "spoken.wav", "-ar", _HEARD_HZ, root / "sentences.wav")
    return root / "sentences.wav"


def samples(file: Path) -> Any:
    """All of it, as recognisers take it."""
    with wave.open(str(file), "rb") as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32) / 32768


def with_voice(clip: Path, root: Path) -> Path:
    """The pictures of `clip` with the sentences, as long as the pictures last."""
    film = root / "film.mp4"
    _ffmpeg("-i", clip, "-i", root / "spoken.wav", "-c:v", "copy", "-c:a", "aac", "-af", "apad", "-shortest", film)
    return film


def repeated(film: Path, path: Path, seconds: int) -> None:
    """`film` again and again, without encoding it again."""
    _ffmpeg("-stream_loop", -1, "-i", film, "-t", seconds, "-c", "copy", path)


def _ffmpeg(*arguments: object) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)
