"""Verdicts on pictures: scores of image moderation compared with the thresholds of a check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from media_workflows.domain.features import Box, Features, ImageLabels
from media_workflows.domain.jobs.content_review import Check
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.decisions.review import review_output, sample_rate, suggestion

LONGEST_STEP_S = 10.0  # that one sampled frame covers
_LIKELY = 50.0  # a score above it counts beside a better one: only labels that do not exclude each other have it


class _Find(NamedTuple):
    """A label of a frame that covers start_s to end_s. `confirmed` is the confidence that a neighbour has, too.

    `number` counts the sampled frames.
    """

    number: int
    label: str
    start_s: float
    end_s: float
    confidence: float
    confirmed: float
    box: Box | None


def review_images(features: Features, check: Check) -> ReviewOutput:
    """Check the pictures. One frame alone is not blocked, unless it is the only one: it requires a manual review.

    Raises EngineUnavailableError if the classifier has none of the check's labels.
    """
    known = set(features.moderation_labels)
    if known and not known & set(check.labels):
        raise labels_error(features.moderation_labels)
    frames = features.moderation
    ends = [*(frame.time_s for frame in frames[1:]), features.duration_s]
    finds = [find for i in range(len(frames)) for find in _finds(features, i, ends[i], check)]
    return review_output(features, [_segment(run, check) for run in _runs(finds)], sample_rate(features))


def labels_error(known: Sequence[str]) -> EngineUnavailableError:
    """The error of an image check none of whose labels is among the `known` ones of the image model."""
    return EngineUnavailableError(
        "this image check",
        f"the image model supports only {', '.join(known)}, none of which is checked",
        "set image_moderation_model_path to a model that knows one, or the check's `labels` to labels of the model",
    )


def _finds(features: Features, number: int, next_s: float, check: Check) -> list[_Find]:
    """The labels of a frame that count: all of a detector; of a classifier the best one and those that are likely."""
    frames, frame = features.moderation, features.moderation[number]
    neighbours = [*frames[max(0, number - 1) : number], *frames[number + 1 : number + 2]]
    relevant = {label: score for label, score in frame.scores.items() if label in check.labels and score > 0}
    if frame.boxes:
        counted = [label for label in relevant if label in frame.boxes]
    else:
        best = [label for label, score in relevant.items() if score == max(frame.scores.values())][:1]
        counted = [label for label, score in relevant.items() if label in best or score > _LIKELY]
    return [
        _Find(
            number,
            label,
            frame.time_s,
            _until(features, frame, next_s),
            relevant[label],
            _confirmed(label, relevant[label], neighbours),
            frame.boxes.get(label),
        )
        for label in counted
        if suggestion(relevant[label], check) != "pass"
    ]


def _confirmed(label: str, score: float, neighbours: Sequence[ImageLabels]) -> float:
    """The score that a sampled frame beside it reaches, too; the only frame of a source confirms itself."""
    return min(score, max((one.scores.get(label, 0.0) for one in neighbours), default=score))


def _until(features: Features, frame: ImageLabels, next_s: float) -> float:
    """The end of the time that a sampled frame covers: the next one, at most the end of its shot."""
    shot_ends = features.shots[frame.shot].end_s if frame.shot < len(features.shots) else features.duration_s
    return max(frame.time_s, min(next_s, shot_ends, frame.time_s + LONGEST_STEP_S))


def _runs(finds: Sequence[_Find]) -> list[list[_Find]]:
    """Group finds of one label in consecutive sampled frames, at most LONGEST_STEP_S apart."""
    runs: list[list[_Find]] = []
    for find in finds:
        open_run = next((run for run in runs if _follows(find, run[-1])), None)
        if open_run is None:
            runs.append([find])
        else:
            open_run.append(find)
    return runs


def _follows(find: _Find, last: _Find) -> bool:
    beside = (find.number, find.label) == (last.number + 1, last.label)
    return beside and find.start_s - last.start_s <= LONGEST_STEP_S


def _segment(run: Sequence[_Find], check: Check) -> ReviewSegment:
    best = max(run, key=lambda find: (find.confirmed, find.confidence))
    blocked = suggestion(best.confirmed, check) == "block"
    return ReviewSegment(
        start_s=run[0].start_s,
        end_s=run[-1].end_s,
        moment_s=best.start_s,
        confidence=best.confidence,
        suggestion="block" if blocked else "review",
        label=best.label,
        box=best.box,
    )
