"""The packaged models on real material: speech with a known transcript, and pictures that show nothing."""

from __future__ import annotations

import math
import resource
import tempfile
import time
import unicodedata
import wave
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from benchmarks import spoken_set
from benchmarks.error_rates import edit_distance
from benchmarks.options import Options
from benchmarks.report import Table, ratio, seconds
from media_workflows.domain.features import Utterance
from media_workflows.intelligence.engines.asr import load_asr
from media_workflows.intelligence.engines.asr.packaged_whisper import packaged_whisper
from media_workflows.intelligence.engines.image_moderation import load_image_moderator
from media_workflows.intelligence.engines.vad import load_vad
from media_workflows.intelligence.features.chinese_script import in_script
from media_workflows.intelligence.features.speech import speech, transcript
from media_workflows.settings import Settings

SETTINGS = Settings(intelligence_threads=1)
# What is said in files, by their names.
TRANSCRIPTS = {
    "fun_asr_example.wav": "欢迎大家来体验达摩院推出的语音识别模型",
    "librispeech-1995-1837-0001.wav": "it was the first great sorrow of his life it was not so much the loss of the "
    "cotton itself but the fantasy the hopes the dreams built around it",
}
_BLOCKED = 90.0  # PornImageCheck's default
_RATE_HZ = 16_000
SILENCES_S = (2.37, 41.13)


class _Said(NamedTuple):
    text: str
    utterances: Sequence[Utterance]
    cpu_s: float


def run(options: Options) -> list[Table]:
    """The packaged models on the directories that are given; none: nothing."""
    tables = _speech(Path(options.speech_dir)) if options.speech_dir else []
    return [*tables, _benign(Path(options.media_dir))] if options.media_dir else tables


def _speech(directory: Path) -> list[Table]:
    """Error rates, cost and word times on the WAV files (mono, 16 kHz) of a directory whose transcript is known."""
    files = [file for file in sorted(directory.glob("*.wav")) if file.name in TRANSCRIPTS]
    return [_errors(files), _times(files)]


def _errors(files: Sequence[Path]) -> Table:
    from faster_whisper import WhisperModel

    model = packaged_whisper(SETTINGS.data_dir)
    bare = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    rows = []
    for file in files:
        samples = spoken_set.samples(file)
        length_s, known = len(samples) / _RATE_HZ, TRANSCRIPTS[file.name]
        before_s = time.process_time()
        text = "".join(segment.text for segment in bare.transcribe(samples, word_timestamps=True)[0])
        bare_s = time.process_time() - before_s
        ours = _heard(file)
        for way, said, cpu_s in (
            ("our features", ours.text, ours.cpu_s),
            ("faster-whisper alone (baseline)", text, bare_s),
        ):
            rate, unit = error_rate(known, said)
            per_s = f"{cpu_s / length_s:.2f}"
            rows.append([file.name, way, f"{100 * rate:.1f} % {unit}", seconds(cpu_s), per_s, ratio(cpu_s, bare_s)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    notes = [
        "Silero VAD, detection of the language and recognition by Whisper base with 8-bit weights; one thread. CER: of "
        "characters, WER: of words, without punctuation and case. Loading the model is not in it.",
        f"Peak of this process with two models loaded: {peak:.0f} MB.",
    ]
    return Table("Speech", ["clip", "way", "errors", "CPU s", "CPU s per second of audio", "ratio"], rows, notes)


def _heard(file: Path) -> _Said:
    asr, vad = load_asr(SETTINGS, "auto"), load_vad(SETTINGS)
    before_s = time.process_time()
    language, utterances = transcript(file, speech(file, vad), asr, "auto", lambda _: None)
    cpu_s = time.process_time() - before_s
    said = in_script(utterances, "simplified", language)
    return _Said(" ".join(one.text for one in said), said, cpu_s)


def error_rate(known: str, said: str) -> tuple[float, str]:
    """Edits per unit of the known text; units are characters in Chinese ('CER'), else words ('WER')."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in known)
    one, other = ([*_bare(text).replace(" ", "")] if chinese else _bare(text).split() for text in (known, said))
    numbers = {unit: chr(number) for number, unit in enumerate(dict.fromkeys([*one, *other]), 1)}
    edits = edit_distance("".join(map(numbers.__getitem__, one)), "".join(map(numbers.__getitem__, other)))
    return edits / len(one), "CER" if chinese else "WER"


def _bare(text: str) -> str:
    return "".join(" " if unicodedata.category(char)[0] in "PZ" else char for char in text.casefold())


def _times(files: Sequence[Path]) -> Table:
    """A clip after silence: each word has to be later by that silence."""
    rows = []
    for file in files:
        first = _starts(file)
        for later_s in SILENCES_S:
            with tempfile.TemporaryDirectory(prefix="mw-bench-") as name:
                shifted = _starts(_shifted(file, later_s, Path(name) / "shifted.wav"))
            matcher = SequenceMatcher(None, [char for char, _ in first], [char for char, _ in shifted], autojunk=False)
            off = [
                abs(shifted[block.b + i][1] - later_s - first[block.a + i][1])
                for block in matcher.get_matching_blocks()
                for i in range(block.size)
            ]
            within = sum(each <= 0.3 for each in off)
            rows.append([file.name, f"{later_s} s", f"{within} of {len(off)}", f"{max(off, default=math.nan):.2f} s"])
    notes = [
        "The begin of each word, of Chinese each character, that both transcripts have, compared with the clip alone."
    ]
    return Table("Times of words", ["clip", "silence before", "within 0.3 s", "largest difference"], rows, notes)


def _starts(file: Path) -> list[tuple[str, float]]:
    """Each word and its begin; Chinese words as characters, whose grouping differs from time to time."""
    found: list[tuple[str, float]] = []
    for word in (word for one in _heard(file).utterances for word in one.words):
        text = _bare(word.text).replace(" ", "")
        parts = [text] if text.isascii() else [*text]
        step_s = (word.end_s - word.start_s) / max(1, len(parts))
        found += [(part, word.start_s + i * step_s) for i, part in enumerate(parts)]
    return found


def _shifted(file: Path, by_s: float, path: Path) -> Path:
    with wave.open(str(file), "rb") as source, wave.open(str(path), "wb") as written:
        written.setparams(source.getparams())
        written.writeframes(bytes(2 * round(by_s * _RATE_HZ)))
        written.writeframes(source.readframes(source.getnframes()))
    return path


def _benign(directory: Path, count: int = 100) -> Table:
    """Scores of `count` frames of the pictures and clips of a directory that show nothing explicit."""
    moderator = load_image_moderator(SETTINGS)
    found: list[tuple[float, str]] = []
    spent_s = 0.0
    for name, picture in _pictures(directory, count):
        before_s = time.process_time()
        found.append((moderator.score(picture).scores["porn"], name))
        spent_s += time.process_time() - before_s
    highest = sorted(found, reverse=True)[:3]
    row = [
        str(len(found)),
        str(sum(score >= _BLOCKED for score, _ in found)),
        str(sum(score >= 50 for score, _ in found)),
        ", ".join(f"{score} ({name})" for score, name in highest),
        f"{1000 * spent_s / max(1, len(found)):.0f}",
    ]
    columns = ["pictures", "blocked (90 and more)", "reviewed (50 and more)", "highest scores", "CPU ms each"]
    notes = ["Each frame alone; a block would in addition need a frame beside it. No explicit pictures were tried."]
    return Table("Benign pictures", columns, [row], notes)


def _pictures(directory: Path, count: int) -> Iterator[tuple[str, Any]]:
    """Frames of the clips in turn, evenly spread over each, and made ones to fill up."""
    clips = [
        file for file in sorted(directory.iterdir()) if file.suffix in (".mp4", ".webm", ".mkv", ".mov", ".jpg", ".avi")
    ]
    each = max(1, -(-count // max(1, len(clips))))
    taken = [(clip.name, picture) for clip in clips for picture in _frames(clip, each)][:count]
    yield from taken
    rng = np.random.default_rng(1)
    for number in range(count - len(taken)):
        small = rng.integers(0, 256, (9, 16, 3), np.uint8)
        yield f"made {number}", cv2.resize(small, (640, 360), interpolation=cv2.INTER_CUBIC)


def _frames(clip: Path, count: int) -> Iterator[Any]:
    capture = cv2.VideoCapture(str(clip))
    frames = max(1, int(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
    for number in range(count):
        capture.set(cv2.CAP_PROP_POS_FRAMES, int((number + 0.5) * frames / count))
        read, picture = capture.read()
        if read:
            yield picture
    capture.release()
