"""Features made by hand: the results that engines would return."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.features import (
    Box,
    FaceSighting,
    Features,
    FrameMeasures,
    ImageLabels,
    Shot,
    TextLine,
    TextSighting,
    Utterance,
    Word,
)

DURATION_S = 60.0
BOX: Box = (10, 20, 110, 60)


def features(**parts: Any) -> Features:
    """Of a minute of 1280 by 720 pixels."""
    return Features(**{"duration_s": DURATION_S, "width": 1280, "height": 720, **parts})


def text(*lines: str, start_s: float = 2, end_s: float = 5, confidence: float = 99.7) -> TextSighting:
    """Lines below each other."""
    boxes: list[Box] = [(10, 20 + 50 * n, 110, 60 + 50 * n) for n in range(len(lines))]
    seen = tuple(TextLine(text=line, confidence=confidence, box=box) for line, box in zip(lines, boxes, strict=True))
    return TextSighting(start_s=start_s, end_s=end_s, lines=seen)


def said(*words: str, start_s: float = 10, confidence: float = 80) -> Utterance:
    """One word each second."""
    times = [start_s + n for n in range(len(words))]
    spoken = tuple(
        Word(start_s=at, end_s=at + 1, text=word, confidence=confidence) for at, word in zip(times, words, strict=True)
    )
    return Utterance(
        start_s=start_s, end_s=start_s + len(words), text=" ".join(words), confidence=confidence, words=spoken
    )


def frame(time_s: float, shot: int = 0, **measures: float) -> FrameMeasures:
    """A good picture, but for what is said otherwise."""
    good = {"sharpness": 100.0, "brightness": 0.5, "contrast": 0.25, "colourfulness": 0.3, "motion": 0.02}
    return FrameMeasures(time_s=time_s, shot=shot, **good | measures)


def face(time_s: float, at: float, shot: int = 0, box: Box = BOX) -> FaceSighting:
    """A face whose embedding is `at` on one axis: distances are differences."""
    return FaceSighting(time_s=time_s, shot=shot, box=box, confidence=99, embedding=(at, *[0.0] * 127))


def labels(time_s: float, shot: int = 0, boxes: dict[str, Box] | None = None, **scores: float) -> ImageLabels:
    """What a classifier, or with boxes a detector, says."""
    return ImageLabels(time_s=time_s, shot=shot, scores=scores, boxes=boxes or {})


def shots(*starts: float, transition: str = "cut") -> tuple[Shot, ...]:
    """Shots up to the end of the minute."""
    ends = [*starts[1:], DURATION_S]
    return tuple(
        Shot.model_validate({"start_s": start, "end_s": end, "transition": transition if n else "cut"})
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
