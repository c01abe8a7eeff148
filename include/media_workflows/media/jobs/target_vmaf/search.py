"""`search`: rounds of probes of several renditions, until the crf of each is known or its probes are used up. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import EncodeError, MediaError
from media_workflows.media.jobs.sample import Part
from media_workflows.media.jobs.target_vmaf.choice import RANGES, Choice, Probe, chosen, next_crf

RenditionId: TypeAlias = tuple[int, int | None]  # an item, and of a ladder the sub-stream


@dataclass(frozen=True)
class Rendition:
    """A picture whose crf is to be found: encoded alone in windows of the source, at most `most_probes` times."""

    item: TranscodeItem
    codec: str
    target: float
    windows: tuple[Part, ...]
    most_probes: int


Measure: TypeAlias = Callable[[Mapping[RenditionId, tuple[Rendition, int]]], Mapping[RenditionId, Probe | MediaError]]


class Found(NamedTuple):
    """The choice of a rendition and the probes that it is from; without any, a usual crf.

    `problem` is why there are none, or why there are no more.
    """

    choice: Choice
    probes: tuple[Probe, ...] = ()
    problem: str = ""


def unprobed(rendition: Rendition, problem: str) -> Found:
    """The crf where a search starts, and the target, which is not measured."""
    crf = next_crf(rendition.codec, rendition.target, ()) or RANGES[rendition.codec].start
    return Found(Choice(crf, rendition.target), (), problem)


def search(renditions: Mapping[RenditionId, Rendition], measure: Measure) -> dict[RenditionId, Found]:
    """The crf of each rendition. A probe that fails ends the search of its rendition with the probes before it."""
    probes: dict[RenditionId, list[Probe]] = {id_: [] for id_ in renditions}
    problems: dict[RenditionId, str] = {}
    while asked := _asked(renditions, probes, problems):
        for id_, made in measure(asked).items():
            if isinstance(made, MediaError):
                problems[id_] = cause_of(made)
            else:
                probes[id_].append(made)
    return {id_: _found(one, probes[id_], problems.get(id_, "")) for id_, one in renditions.items()}


def _asked(
    renditions: Mapping[RenditionId, Rendition],
    probes: Mapping[RenditionId, Sequence[Probe]],
    problems: Mapping[RenditionId, str],
) -> dict[RenditionId, tuple[Rendition, int]]:
    """The renditions that need another probe, and its crf."""
    asked = {}
    for id_, one in renditions.items():
        if id_ in problems or len(probes[id_]) >= one.most_probes:
            continue
        if (crf := next_crf(one.codec, one.target, probes[id_])) is not None:
            asked[id_] = one, crf
    return asked


def _found(rendition: Rendition, probes: Sequence[Probe], problem: str) -> Found:
    if not probes:
        return unprobed(rendition, problem)
    return Found(chosen(rendition.codec, rendition.target, probes), tuple(sorted(probes)), problem)


def cause_of(error: MediaError) -> str:
    """The first line that says something: of ffmpeg's log, if it is from there."""
    return (error.first_words if isinstance(error, EncodeError) else "") or str(error).partition("\n")[0]
