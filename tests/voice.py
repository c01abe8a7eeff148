"""Speech for tests: espeak-ng, whose library and voices come in a wheel."""

from __future__ import annotations

import ctypes
import wave
from functools import lru_cache
from pathlib import Path
from typing import Any

import espeakng_loader

_RETRIEVAL = 1  # AUDIO_OUTPUT_RETRIEVAL: samples come to a callback
_UTF8 = 1
_RATE = 1  # espeakRATE, words a minute
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@lru_cache(maxsize=1)
def _library() -> tuple[Any, int]:
    """The library, and the sample rate of what it says, in Hz."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate_hz = library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    assert rate_hz > 0
    return library, rate_hz


def speak(text: str, path: Path, voice: str = "en-us", words_per_minute: int = 130) -> None:
    """Write a WAV of a voice that says the text."""
    library, rate_hz = _library()
    samples = bytearray()

    def take(data: Any, count: int, _events: Any) -> int:
        if data and count > 0:
            samples.extend(ctypes.string_at(data, count * 2))
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    assert library.espeak_SetVoiceByName(voice.encode()) == 0
    library.espeak_SetParameter(_RATE, words_per_minute, 0)
    spoken = text.encode() + b"\0"
    library.espeak_Synth(spoken, len(spoken), 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(bytes(samples))
