"""Covers, tags, classes, highlights and quality from hand-made features."""

from __future__ import annotations

import pytest

from hand_features import face, features, frame, labels, shots, text
from media_workflows.domain.features import PictureProblems, Sound, Span
from media_workflows.errors import MediaError
from media_workflows.intelligence.decisions.cover import choose_cover
from media_workflows.intelligence.decisions.quality import quality_report
from media_workflows.intelligence.decisions.tags import classify, tag_parts, tag_whole


def sound(**parts: object) -> Sound:
    plain = {
        "integrated_lufs": -20.0,
        "loudness_range_lu": 5.0,
        "true_peak_dbtp": -1.0,
        "momentary_lufs": (),
        "silent": (),
    }
    return Sound.model_validate(plain | parts)


def test_the_cover_is_sharp_and_well_exposed() -> None:
    frames = (frame(10, sharpness=20), frame(20), frame(30, brightness=0.85), frame(40, sharpness=50, contrast=0.05))
    cover = choose_cover(features(frames=frames, shots=shots(0)))
    assert cover.moment_s == 20
    assert cover.confidence > 80
    assert "sharpness 1.00" in cover.reason


def test_the_cover_is_neither_black_nor_in_a_transition() -> None:
    black = PictureProblems(black=(Span(start_s=0, end_s=2),))
    frames = (frame(1, sharpness=900, brightness=0.3), frame(20.1, 1, sharpness=800), frame(25, 1, sharpness=10))
    assert choose_cover(features(frames=frames, shots=shots(0, 20), picture=black)).moment_s == 25
    fading = (frame(19, 0, sharpness=700), frame(10, 0, sharpness=600))
    assert choose_cover(features(frames=fading, shots=shots(0, 20, transition="fade"))).moment_s == 10


def test_faces_are_favoured() -> None:
    frames = (frame(10), frame(20))
    assert choose_cover(features(frames=frames, faces=(face(20.2, 0, box=(0, 0, 400, 400)),))).moment_s == 20


def test_a_wholly_black_source_still_has_a_cover() -> None:
    assert choose_cover(features(frames=(frame(1, brightness=0.0), frame(2, brightness=0.01)))).moment_s == 2


def test_audio_has_no_cover() -> None:
    with pytest.raises(MediaError, match="no frame"):
        choose_cover(features(width=0, height=0))


def test_tags_have_their_evidence() -> None:
    seen = features(
        frames=(frame(1, motion=0.2), frame(30, motion=0.2)),
        shots=shots(0),
        speech=(Span(start_s=0, end_s=48),),
        text=(text("x", start_s=0, end_s=3),),
        engines={"speech": "vad", "text": "ocr"},
    )
    tags = {tag.tag: tag for tag in tag_whole(seen).tags}
    assert tags["speech"].reason == "speech 80 % of the time"
    assert (tags["speech"].confidence, tags["speech"].basis) == (100, "evidence")
    assert "lively" in tags
    assert "text" not in tags
    assert "people" not in tags  # nobody looked for faces


def test_a_models_labels_come_first() -> None:
    seen = features(
        frames=(frame(1),),
        shots=shots(0),
        labels=(labels(1, cat=80, dog=5), labels(2, cat=60, dog=5)),
        speech=(Span(start_s=0, end_s=60),),
        engines={"labels": "a model", "speech": "vad"},
    )
    first, *_ = tag_whole(seen).tags
    assert (first.tag, first.confidence, first.basis, first.reason) == ("cat", 70, "model", "a model")
    assert [(one.tag, one.basis) for one in classify(seen).classes] == [("narration", "evidence"), ("cat", "model")]


def test_classes_from_evidence() -> None:
    talking = features(
        frames=(frame(1),),
        shots=shots(0),
        speech=(Span(start_s=0, end_s=55),),
        faces=tuple(face(second, 0) for second in range(0, 60, 2)),
        engines={"speech": "vad", "faces": "dlib"},
    )
    assert classify(talking).classes[0].tag == "talk"
    slides = features(
        frames=(frame(1, motion=0.0),), text=(text("x", start_s=0, end_s=60),), engines={"text": "ocr"}, shots=shots(0)
    )
    assert {one.tag for one in classify(slides).classes} == {"presentation", "still pictures"}


def test_shots_of_the_same_tags_are_one_part() -> None:
    frames = (frame(5, 0, brightness=0.05), frame(25, 1, brightness=0.05), frame(45, 2, brightness=0.5))
    parts = tag_parts(features(frames=frames, shots=shots(0, 20, 40))).segments
    dark = [(part.start_s, part.end_s) for part in parts if any(tag.tag == "dark" for tag in part.tags)]
    assert dark == [(0, 40)]


def test_without_pictures_no_tag_is_about_them() -> None:
    """Sound alone is neither dark nor still nor black and white."""
    speaking = features(width=0, height=0, speech=(Span(start_s=0, end_s=58),), engines={"speech": "vad"})
    assert [one.tag for one in tag_whole(speaking).tags] == ["speech"]
    assert [one.tag for one in classify(speaking).classes] == ["narration"]


def test_quality_is_what_was_measured() -> None:
    problems = PictureProblems(black=(Span(start_s=1, end_s=2),), frozen=(Span(start_s=3, end_s=9),))
    report = quality_report(features(picture=problems, sound=sound(silent=(Span(start_s=0, end_s=4),))))
    assert (report.black, report.frozen) == (problems.black, problems.frozen)
    assert (report.silent[0].end_s, report.integrated_lufs, report.has_picture, report.has_sound) == (
        4,
        -20,
        True,
        True,
    )
    assert quality_report(features(width=0, height=0)).has_sound is False
