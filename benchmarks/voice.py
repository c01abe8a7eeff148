"""A voice that says given sentences: eSpeak NG's library, as the espeakng-loader wheel has it."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

import espeakng_loader
import numpy as np

RATE_HZ = 22_050
_SYNCHRONOUS, _CHARACTERS, _UTF8 = 2, 1, 1  # AUDIO_OUTPUT_SYNCHRONOUS, POS_CHARACTER, espeakCHARS_UTF8
_SEED = 1
_RATE, _WORDS_PER_MINUTE = 1, 150  # espeakRATE


def spoken(text: str, voice: str = "en-us+f5") -> Any:
    """Samples of a sentence: numpy int16, mono, RATE_HZ."""
    library = _library()
    parts: list[Any] = []

    def keep(samples: Any, count: int, _events: Any) -> int:
        if samples and count:
            parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)(keep)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(voice.encode())
    library.espeak_SetParameter(_RATE, _WORDS_PER_MINUTE, 0)
    library.espeak_ng_SetRandSeed(_SEED)  # its noises would differ from run to run
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, _CHARACTERS, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def silence(seconds: float) -> Any:
    """As `spoken`."""
    return np.zeros(round(seconds * RATE_HZ), np.int16)


@lru_cache(maxsize=1)
def _library() -> Any:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate != RATE_HZ:
        raise RuntimeError(f"eSpeak NG did not start: {rate}")
    return library
