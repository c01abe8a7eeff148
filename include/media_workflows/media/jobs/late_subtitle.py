"""A subtitle that joins a published ladder: its own files and the manifest, without a file of the ladder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.notice import Notice
from media_workflows.media.jobs.job import MadeFile, made_file
from media_workflows.media.packaging.contents import HlsContents, ManifestContents, with_subtitle, write_manifest
from media_workflows.media.packaging.hls.master_check import require_complete
from media_workflows.media.packaging.labels import Label
from media_workflows.media.packaging.renditions import Layout, Subtitle, relative_uri
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.packaging.tracks import add_on_text
from media_workflows.media.packaging.webvtt import dash_track, hls_track
from media_workflows.media.packaging.webvtt_file import vtt_file
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.probe import probe_extra
from media_workflows.media.source.subtitles.cues import cues_of, read_tracks
from media_workflows.media.source.subtitles.notices import cue_notices


@dataclass(frozen=True)
class LateTrack:
    """The track's files and last the manifest. `replaces`: the ladder had an earlier version of the track."""

    files: tuple[MadeFile, ...]
    label: Label
    replaces: bool
    notices: tuple[Notice, ...]


def late_subtitle(
    item: AdaptiveDynamicStreamingItem,
    number: int,
    file: Path,
    contents: ManifestContents,
    work_dir: Path,
    source_key: str,
) -> LateTrack:
    """The track of a resolved item's add-on subtitle `number`, which is read from `file`, in a ladder with `contents`.

    Raises MediaError when the file holds no subtitles that can be read.
    """
    layout = Layout(item, work_dir, 0)
    stream = contents.add_on_number + number
    cues = partial(cues_of, read_tracks(file))
    track = add_on_text(probe_extra(file), cues, item.add_on_subtitles[number], number)
    made = vtt_file(track.cues)
    subtitle = Subtitle(stream, layout.local(str(stream), "vtt"), track.label)
    subtitle.path.write_text(made.text, encoding="utf-8")
    entry, planned = _packed(layout, subtitle, contents, source_key)
    manifest = write_manifest(layout, with_subtitle(contents, entry))
    return LateTrack(
        files=tuple(made_file(one) for one in (*planned, manifest)),
        label=track.label,
        replaces=any(one.number == stream for one in contents.subtitles),
        notices=tuple(cue_notices(track.name, track.cues, made.lost, made.left_out_s)),
    )


def _packed(
    layout: Layout, subtitle: Subtitle, contents: ManifestContents, source_key: str
) -> tuple[SubtitleEntry, Sequence[PlannedFile]]:
    if not isinstance(contents, HlsContents):
        return dash_track(layout, subtitle, contents.duration_s, source_key)
    entry, planned = hls_track(layout, subtitle, contents.duration_s, contents.text_start_s, source_key)
    files = {relative_uri(one, layout.manifest, source_key): one.path for one in planned}
    require_complete(entry.uri, files, Counter(subtitle=1), layout.local("check", "room"))
    return entry, planned
