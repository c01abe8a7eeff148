"""The cover of a video: a sharp, well exposed frame outside of black and transitions, preferably with faces."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from media_workflows.domain.features import FaceSighting, Features, FrameMeasures, Shot, Span
from media_workflows.domain.sub_tasks.analysis import CoverOutput
from media_workflows.errors import MediaError

CUT_DISTANCE_S = 0.4  # from a cut: a closer frame may still be in a transition
FADE_DISTANCE_S = 1.2  # from a fade
FACE_WITHIN_S = 0.6  # a face this close in the same shot counts for a frame
DARKEST, BRIGHTEST = 0.12, 0.92  # mean brightness of a picture with visible content
# The criteria of a cover and their weights.
_WEIGHTS = {"sharpness": 0.35, "exposure": 0.2, "contrast": 0.15, "colour": 0.1, "stillness": 0.1, "faces": 0.1}


def choose_cover(features: Features, within: Span | None = None) -> CoverOutput:
    """Choose the best of the frames sampled from a span, or the source. Raises MediaError if there is none."""
    span = within or Span(start_s=0.0, end_s=math.inf)
    frames = [frame for frame in features.frames if span.start_s <= frame.time_s < span.end_s]
    if not frames:
        raise MediaError("no frame of the source could be sampled: there is no cover")
    fit = [frame for frame in frames if _has_content(frame, features)] or frames
    apart = [frame for frame in fit if not _is_in_transition(frame, features.shots)] or fit
    order = sorted(frame.sharpness for frame in apart)
    scores = [_scores(frame, order, _face_share(frame, features)) for frame in apart]
    best = max(range(len(apart)), key=lambda index: _total(scores[index]))
    return CoverOutput(
        moment_s=apart[best].time_s, confidence=round(100 * _total(scores[best]), 1), reason=_reason(scores[best])
    )


def _has_content(frame: FrameMeasures, features: Features) -> bool:
    is_black = any(span.start_s <= frame.time_s <= span.end_s for span in features.picture.black)
    return not is_black and DARKEST <= frame.brightness <= BRIGHTEST and frame.contrast > 0.02


def _is_in_transition(frame: FrameMeasures, shots: Sequence[Shot]) -> bool:
    """Whether a frame is close to a cut or a fade; the start and the end of the source do not count."""
    if frame.shot >= len(shots):
        return False
    shot = shots[frame.shot]
    following = shots[frame.shot + 1] if frame.shot + 1 < len(shots) else None
    before = frame.time_s - shot.start_s
    after = shot.end_s - frame.time_s
    near_start = frame.shot > 0 and before < _distance(shot)
    return near_start or (following is not None and after < _distance(following))


def _distance(shot: Shot) -> float:
    return FADE_DISTANCE_S if shot.transition == "fade" else CUT_DISTANCE_S


def _scores(frame: FrameMeasures, sharpness: Sequence[float], face_share: float) -> dict[str, float]:
    """The scores of a frame, 0 to 1. Sharpness has no absolute scale, so its rank among the frames counts."""
    return {
        "sharpness": bisect_right(sharpness, frame.sharpness) / len(sharpness),
        "exposure": max(0.0, 1 - abs(frame.brightness - 0.5) / 0.5),
        "contrast": min(1.0, frame.contrast / 0.25),
        "colour": min(1.0, frame.colourfulness / 0.4),
        "stillness": max(0.0, 1 - frame.motion / 0.2),
        "faces": min(1.0, face_share / 0.05),
    }


def _total(scores: dict[str, float]) -> float:
    return sum(_WEIGHTS[name] * score for name, score in scores.items())


def _reason(scores: dict[str, float]) -> str:
    return ", ".join(f"{name} {score:.2f}" for name, score in scores.items())


def _face_share(frame: FrameMeasures, features: Features) -> float:
    """The share of the picture that faces cover."""
    near = [face for face in features.faces if _belongs(face, frame)]
    moment = min((abs(face.time_s - frame.time_s) for face in near), default=0.0)
    here = [face for face in near if abs(face.time_s - frame.time_s) <= moment + 1e-3]
    area = sum((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (face.box for face in here))
    return area / (features.width * features.height) if features.width and features.height else 0.0


def _belongs(face: FaceSighting, frame: FrameMeasures) -> bool:
    return face.shot == frame.shot and abs(face.time_s - frame.time_s) <= FACE_WITHIN_S
