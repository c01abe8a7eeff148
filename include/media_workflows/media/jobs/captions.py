"""`captions`: the caption tracks of a source or of a file beside it, each as one file."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from media_workflows.domain.jobs.captions import CaptionsItem, CaptionsParameters
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import MediaError
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.subtitles.closed_captions import closed_captions, read_closed_captions
from media_workflows.media.jobs.caption_tracks import CaptionTrack, chosen_tracks, left_out
from media_workflows.media.packaging.caption_file import NAMES, caption_file
from media_workflows.media.packaging.labels import bcp47
from media_workflows.media.plan.planned import Expectation, ItemPlan, Output, PlannedFile
from media_workflows.media.source.subtitles.bitmap_cues import BitmapCue, read_bitmaps
from media_workflows.media.source.subtitles.cues import Cue, Cues, with_track_name
from media_workflows.media.source.subtitles.notices import cue_notices

_NO_MEDIA = Expectation(video=False, audio=False)
_A_TRACK = "the subtitle track"
_UNKNOWN = "und"  # ISO 639-2's code for a language that is not stated
_TOP = 1 / 2  # a text that begins in the upper half of the picture is shown at the top


def build(context: BuildContext, item: CaptionsItem, index: int) -> ItemPlan:
    """The plan: a decode for CEA-608, and the files. Raises MediaError when no track fits."""
    parameters: CaptionsParameters = parameters_of(item)
    tracks, notices = chosen_tracks(context, item, parameters)
    name = _cea608(context, index).name
    closed = [track for track in tracks if track.kind == "closed"]
    outputs = [Output(closed_captions(context, track.input, name)) for track in closed]
    duration_s = context.info.duration_s if outputs else 0.0
    return ItemPlan(outputs, (), duration_s, _Captions(context, item, index, tracks), notices=notices)


def _cea608(context: BuildContext, index: int) -> Path:
    """Where ffmpeg writes the cues of closed captions."""
    return context.work_dir / f"item{index}_cea608.ass"


@dataclass(frozen=True)
class _Captions:
    """Writes the files after the decode."""

    context: BuildContext
    item: CaptionsItem
    index: int
    tracks: Sequence[CaptionTrack]

    @property
    def parameters(self) -> CaptionsParameters:
        found: CaptionsParameters = parameters_of(self.item)
        return found

    def foreseen(self) -> Sequence[PlannedFile]:
        """The file of each track."""
        return [self._file(number, track) for number, track in enumerate(self.tracks)]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The files, written. Raises MediaError when a track cannot be read, none has a cue, or OCR is missing."""
        made = [(track, self._written(number, track)) for number, track in enumerate(self.tracks)]
        files = [file for _, file in made if file is not None]
        if not files:
            raise MediaError(
                "{tracks}: no cue was found; choose another track, or leave the job out",
                tracks=", ".join(track.name for track in self.tracks),
            )
        empty = tuple(
            left_out(track.name, track.index, "", track.language, "no_cue") for track, file in made if file is None
        )
        return [replace(files[0], notices=(*files[0].notices, *empty)), *files[1:]]

    def _file(self, number: int, track: CaptionTrack) -> PlannedFile:
        format_ = self.parameters.format
        variables = {
            "definition": str(self.item.definition),
            "format": format_,
            "number": self.item.number_format.render(number),
            "language": bcp47(track.language) or _UNKNOWN,
        }
        path = self.context.work_dir / f"item{self.index}_{number}.{format_}"
        return PlannedFile(path, self.item.path_pattern, variables, _NO_MEDIA)

    def _written(self, number: int, track: CaptionTrack) -> PlannedFile | None:
        """The file of a track; None = it has no cue."""
        cues = self._cues(track)
        format_ = self.parameters.format
        made = caption_file(cues, format_, bcp47(track.language))
        if not made.count:
            return None
        file = self._file(number, track)
        file.path.write_text(made.text, encoding="utf-8")
        notices = cue_notices(track.name, cues, made.lost, made.left_out_s, NAMES[format_], made.overlaps_s)
        return replace(file, notices=tuple(notices))

    def _cues(self, track: CaptionTrack) -> Cues:
        try:
            if track.kind == "closed":
                return read_closed_captions(_cea608(self.context, self.index), track.start_s)
            if track.kind == "bitmap":
                return self._recognised(read_bitmaps(track.input, track.index))
            # Of a source, the tracks are read in one pass; each states its language, and UTF-8 is the rule.
            language = track.language if self.item.key else ""
            return self.context.cues(self.item.key, track.index, language)
        except MediaError as error:
            raise with_track_name(error, track.name) from None

    def _recognised(self, pictures: Sequence[BitmapCue]) -> Cues:
        """The text of pictures."""
        read = self.context.read_text
        if read is None:
            raise MediaError(
                "{track} is pictures, and no OCR engine is installed to read them: install the extra `intelligence`, "
                "or set bitmap_ocr to false",
                track=_A_TRACK,
            )
        found = []
        for one in pictures:
            markup = "\n".join(html.escape(line, quote=False) for line in read(one.png))
            settings = "line:0" if one.top < _TOP else ""
            found.append(Cue(one.start_s, one.end_s, "0", "Default,,0,0,0,,", markup, settings))
        return Cues("", tuple(cue for cue in found if cue.markup), "pgs")
