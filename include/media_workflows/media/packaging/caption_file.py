"""The cues of a track as a WebVTT, SubRip or TTML file, with overlaps repaired and everything changed named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media_workflows.domain.jobs.captions import CaptionFormat
from media_workflows.media.packaging.caption_text import CaptionText
from media_workflows.media.packaging.srt_file import srt_file
from media_workflows.media.packaging.ttml_file import ttml_file
from media_workflows.media.packaging.webvtt_file import STYLES_OF_ASS, vtt_file, vtt_texts
from media_workflows.media.source.subtitles.caption_rows import as_one, by_place
from media_workflows.media.source.subtitles.cues import CEA608, Cue, Cues
from media_workflows.media.source.subtitles.overlaps import TimedCue, may_overlap, without_overlaps
from media_workflows.media.source.subtitles.webvtt_runs import Sheet, runs_of, style_sheet

NAMES: dict[CaptionFormat, str] = {"vtt": "WebVTT", "srt": "SubRip", "ttml": "TTML"}


@dataclass(frozen=True)
class MadeCaptions:
    """The text of a file of `count` cues.

    `lost`, `left_out_s` and `overlaps_s` are what cue notices name: features, and starts of cues in seconds.
    """

    text: str
    count: int
    lost: frozenset[str]
    left_out_s: tuple[float, ...]
    overlaps_s: tuple[float, ...]


def caption_file(cues: Cues, file_format: CaptionFormat, language: str) -> MadeCaptions:
    """The file of a track; `language` is BCP 47, '' = unknown."""
    if cues.codec == CEA608:
        cues = replace(cues, cues=tuple((as_one if file_format == "srt" else by_place)(cues.cues)))
    cues, left_out_s = _readable(cues)
    cues, overlaps_s = _apart(cues, file_format)
    if file_format == "vtt":
        made = vtt_file(cues)
        return MadeCaptions(made.text, made.count, made.lost, left_out_s, overlaps_s)
    texts, lost = _texts(cues)
    file = srt_file(texts) if file_format == "srt" else ttml_file(texts, language)
    return MadeCaptions(file.text, len(texts), file.lost | lost, left_out_s, overlaps_s)


def _readable(cues: Cues) -> tuple[Cues, tuple[float, ...]]:
    """The cues with a readable text, and the starts of drawings, which are not shown and end no text, in seconds."""
    sheet = Sheet()
    shown, left_out_s = [], []
    for cue, made in vtt_texts(cues):
        if runs_of(made.text, sheet).text.strip():
            shown.append(cue)
        elif made.lost:
            left_out_s.append(cue.start_s)
    return replace(cues, cues=tuple(shown)), tuple(left_out_s)


def _texts(cues: Cues) -> tuple[list[CaptionText], frozenset[str]]:
    """The cues, which have a readable text, and the features that are lost."""
    sheet = style_sheet(cues.blocks) if cues.blocks else Sheet()
    lost: set[str] = {STYLES_OF_ASS} if cues.header else set()
    lost |= sheet.lost
    texts: list[CaptionText] = []
    for cue, made in vtt_texts(cues):
        texts.append(CaptionText(cue.start_s, cue.end_s, runs_of(made.text, sheet), made.settings))
        lost |= made.lost
    return texts, frozenset(lost)


def _apart(cues: Cues, file_format: CaptionFormat) -> tuple[Cues, tuple[float, ...]]:
    """The cues without overlaps, where a format does not define them, in the order of their starts."""
    shown = [cue for cue in cues.cues if cue.end_s > max(0.0, cue.start_s)]
    if may_overlap(cues.codec, file_format):
        return replace(cues, cues=tuple(sorted(shown, key=lambda cue: cue.start_s))), ()
    texts = {number: made for number, (_, made) in enumerate(vtt_texts(replace(cues, cues=tuple(shown))))}
    timed = [TimedCue(number, one.start_s, one.end_s, texts[number].settings) for number, one in enumerate(shown)]
    joined: dict[int, list[int]] = {}
    found, changed_s = without_overlaps(timed, lambda kept, other: joined.setdefault(kept, []).append(other))
    merged = (
        replace(_merged(shown, [one.number, *joined.get(one.number, ())]), start_s=one.start_s, end_s=one.end_s)
        for one in found
    )
    return replace(cues, cues=tuple(merged)), tuple(changed_s)


def _merged(cues: Sequence[Cue], numbers: Sequence[int]) -> Cue:
    """One cue with the lines of all."""
    first = cues[numbers[0]]
    if len(numbers) == 1:
        return first
    others = [cues[number] for number in numbers[1:]]
    texts = [one.rest.split(",", 6)[-1] for one in others]
    markup = "\n".join([first.markup, *(one.markup for one in others)]) if first.markup else ""
    return replace(first, rest="\\N".join([first.rest, *texts]), markup=markup)
