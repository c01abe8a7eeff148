"""A subtitle that joins a published ladder: its own files, without a file of the ladder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from media_workflows.media.jobs.late_track import LateFile, LateTrack
from media_workflows.media.jobs.request import made_file
from media_workflows.media.packaging.contents import AddedTrack, CmafContents, DashContents
from media_workflows.media.packaging.hls.master_check import require_complete
from media_workflows.media.packaging.renditions import Subtitle, relative_uri
from media_workflows.media.packaging.tracks import add_on_text
from media_workflows.media.packaging.webvtt import cmaf_track, dash_track, hls_track
from media_workflows.media.packaging.webvtt_file import vtt_file
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.probe import probe_extra
from media_workflows.media.source.subtitles.cues import cues_of, read_tracks
from media_workflows.media.source.subtitles.notices import cue_notices


def late_subtitle(late: LateFile, number: int) -> LateTrack:
    """The track of the item's add-on subtitle `number`.

    Raises MediaError when the file holds no subtitles that can be read.
    """
    add_on, stream = late.item.add_on_subtitles[number], late.contents.add_on_number + number
    cues = partial(cues_of, read_tracks(late.path, add_on.language))
    track = add_on_text(probe_extra(late.path), cues, add_on, number)
    made = vtt_file(track.cues)
    subtitle = Subtitle(stream, late.layout.local(str(stream), "vtt"), track.label)
    subtitle.path.write_text(made.text, encoding="utf-8")
    added, planned = _packed(late, subtitle)
    return LateTrack(
        type="subtitle",
        add_on=add_on,
        label=track.label,
        numbers=frozenset({stream}),
        files=tuple(made_file(one) for one in planned),
        notices=tuple(cue_notices(track.name, track.cues, made.lost, made.left_out_s)),
        added=added,
    )


def _packed(late: LateFile, subtitle: Subtitle) -> tuple[AddedTrack, Sequence[PlannedFile]]:
    layout, contents, source_key = late.layout, late.contents, late.source_key
    if isinstance(contents, DashContents):
        entry, planned = dash_track(layout, subtitle, contents.duration_s, source_key)
        return AddedTrack(dash_subtitles=[entry]), planned
    if isinstance(contents, CmafContents):
        entry, in_dash, planned = cmaf_track(layout, subtitle, contents.duration_s, source_key)
        added = AddedTrack(hls_subtitles=[entry], dash_subtitles=[in_dash])
    else:
        entry, planned = hls_track(layout, subtitle, contents.duration_s, contents.text_start_s, source_key)
        added = AddedTrack(hls_subtitles=[entry])
    files = {relative_uri(one, layout.manifest, source_key): one.path for one in planned}
    require_complete(entry.uri, files, Counter(subtitle=1), layout.local("check", "room"))
    return added, planned
