"""Features as files, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
import webvtt

from media_workflows.domain.features import (
    FaceSighting,
    Features,
    FrameMeasures,
    ImageLabels,
    PictureProblems,
    Shot,
    Sound,
    Span,
    TextLine,
    TextSighting,
    Utterance,
    Word,
)
from media_workflows.errors import MediaError
from media_workflows.intelligence.features.reports import read_features, subtitles, write_features

WORD = Word(start_s=61.5, end_s=62, text="你好", confidence=91.5)
ALL = Features(
    duration_s=3700.25,
    width=1920,
    height=1080,
    engines={"shots": "ours", "text": "rapidocr", "transcript": "whisper", "faces": "dlib"},
    missing={"labels": "no model; set label_model_path"},
    counters={"decodes": 1},
    shots=(Shot(start_s=0, end_s=2), Shot(start_s=2, end_s=3700.25, transition="fade")),
    frames=(
        FrameMeasures(time_s=0.5, shot=0, sharpness=9.5, brightness=0.5, contrast=0.2, colourfulness=0.1, motion=0.01),
    ),
    text=(TextSighting(start_s=1, end_s=2, lines=(TextLine(text="第一\u2028行", confidence=99, box=(1, 2, 3, 4)),)),),
    speech=(Span(start_s=61, end_s=63),),
    transcript=(Utterance(start_s=61.5, end_s=62, text="你好 <b>\n\n& bye -->", confidence=91.5, words=(WORD,)),),
    faces=(FaceSighting(time_s=1, shot=0, box=(0, 0, 9, 9), confidence=88, embedding=(0.1, -0.25)),),
    moderation=(ImageLabels(time_s=1, shot=0, scores={"gore": 12.5}, boxes={"gore": (1, 1, 2, 2)}),),
    sound=Sound(integrated_lufs=-23, loudness_range_lu=3, true_peak_dbtp=None, momentary_lufs=(None, -20.5), silent=()),
    picture=PictureProblems(black=(Span(start_s=0, end_s=1),)),
)


def test_read_back_equal(tmp_path: Path) -> None:
    files = write_features(ALL, tmp_path / "signals")
    assert read_features(tmp_path / "signals") == ALL
    assert files[-1].name == "signals.json"
    assert {"text.jsonl", "faces.jsonl", "moderation.jsonl", "transcript.vtt"} <= {file.name for file in files}
    assert "labels.jsonl" not in {file.name for file in files}


def test_subtitles_are_webvtt(tmp_path: Path) -> None:
    file = tmp_path / "transcript.vtt"
    file.write_text(subtitles(ALL.transcript), encoding="utf-8")
    (cue,) = webvtt.read(str(file)).captions
    # Half of its words are Chinese: shown for 16 characters at 9 a second, longer than they are said.
    assert (cue.start, cue.end) == ("00:01:01.500", "00:01:03.278")
    assert cue.raw_text == "你好 &lt;b&gt; &amp; bye --&gt;"


def test_an_empty_transcript_is_still_a_file() -> None:
    assert subtitles([]) == "WEBVTT\n"


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    write_features(ALL, tmp_path)
    (tmp_path / "text.jsonl").write_text("{broken")
    with pytest.raises(MediaError, match="cannot be read"):
        read_features(tmp_path)
