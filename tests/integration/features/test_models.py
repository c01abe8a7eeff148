"""The packaged models themselves: what they find in made clips, and in pictures that show nothing."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from benchmarks.labelled_set import drawn_face, wav
from benchmarks.voice import RATE_HZ, silence, spoken

from clip_making import encode
from media_workflows.intelligence.engines.asr import load_asr
from media_workflows.intelligence.engines.image_moderation import load_image_moderator
from media_workflows.intelligence.engines.vad import load_vad
from media_workflows.intelligence.features.speech import speech, transcript
from media_workflows.settings import Settings
from stub_engines import needs_image_model, needs_speech_model

SETTINGS = Settings(intelligence_threads=1)


@needs_speech_model
@pytest.mark.full
def test_words_have_their_times(tmp_path: Path) -> None:
    """The same sentence later in the file: each word is later by as much, within 0.3 s."""
    sentence = "please bring your passport and the ticket"
    wav(
        tmp_path / "spoken.wav",
        np.concatenate([silence(1), spoken(sentence), silence(3.3), spoken(sentence)]),
        RATE_HZ,
    )
    encode("-i", str(tmp_path / "spoken.wav"), "-ar", "16000", str(tmp_path / "speech.wav"))
    file = tmp_path / "speech.wav"
    language, utterances = transcript(file, speech(file, load_vad(SETTINGS)), load_asr(SETTINGS, "auto"), "auto", print)
    words = [word for one in utterances for word in one.words]
    first, second = words[: len(words) // 2], words[len(words) // 2 :]
    assert language == "en"
    assert [word.text for word in first] == [word.text for word in second]
    later_s = len(spoken(sentence)) / RATE_HZ + 3.3
    assert [word.start_s - later_s for word in second] == pytest.approx([word.start_s for word in first], abs=0.3)


@needs_speech_model
@pytest.mark.full
def test_nothing_is_said_in_noise(tmp_path: Path) -> None:
    """Without the detection of speech, which would have left all of it out."""
    asr = load_asr(SETTINGS, "en")
    noise = np.random.default_rng(1).normal(0, 0.02, 16_000 * 10).astype(np.float32)
    said = [one.text for samples in (noise, np.zeros_like(noise)) for one in asr.transcribe(samples, "en")]
    assert said == []


@needs_image_model
def test_pictures_that_show_nothing_are_not_porn() -> None:
    moderator = load_image_moderator(SETTINGS)
    bars = np.repeat(np.arange(0, 256, 2).astype(np.uint8), 5)[None, :, None].repeat(360, 0).repeat(3, 2)
    pictures = [np.full((360, 640, 3), 128, np.uint8), bars, cv2.resize(drawn_face(), (640, 640))]
    scores = [moderator.score(picture).scores for picture in pictures]
    assert all(one["neutral"] + one["porn"] == pytest.approx(100, abs=0.2) for one in scores)
    assert max(one["porn"] for one in scores) < 50
