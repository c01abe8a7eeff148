"""Audio that joins a published ladder: encoded with each audio setting of the ladder, without a file of the ladder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.adaptive_dynamic_streaming import add_on_audio
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.late_track import LateFile, LateTrack
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.packaging.cmaf.indexed_renditions import VERSION, IndexedRenditions, playlist_file
from media_workflows.media.packaging.contents import AddedTrack
from media_workflows.media.packaging.dash.package import encrypt_renditions
from media_workflows.media.packaging.hls.master_check import require_complete
from media_workflows.media.packaging.hls.rendition_playlists import RenditionPlaylists
from media_workflows.media.packaging.renditions import Layout, Rendition, relative_uri
from media_workflows.media.packaging.sample_encryption import SampleEncryption
from media_workflows.media.plan.planned import ItemPlan, PlannedFile
from media_workflows.settings import Settings


def late_audio(late: LateFile, number: int, key: bytes | None, settings: Settings, cancel: CancelToken) -> LateTrack:
    """The track of the item's add-on audio `number`, in each audio group. `key` is the published one of a
    ladder that has one.

    Raises MediaError when the file has no audio that can be decoded, or the ladder no audio group.
    """
    add_on, encode = late.item.add_on_audios[number], _Encode(late, number, key)
    if not late.contents.audio_groups:
        raise MediaError(
            "'{key}' cannot join the ladder, as no stream that was made of this source has audio, with whose settings "
            "it could be encoded: add audio to such a stream, and run the workflow again",
            key=add_on.key,
        )
    request = JobRequest(
        late.item.kind,
        [late.item],
        late.path,
        late.source_key,
        late.work_dir,
        {add_on.key: late.path},
        late.key_of,
        content_key=late.content_key,
    )
    (outcome,) = run_job(request, lambda _: None, settings, cancel, encode.build).items
    if outcome.error is not None:
        raise outcome.error
    (label,) = {one.label for one in encode.renditions}
    assert label is not None, "a track of a group has a label"
    return LateTrack(
        type="audio",
        add_on=add_on,
        label=label,
        numbers=frozenset(one.number for one in encode.renditions),
        files=outcome.files,
        notices=outcome.notices,
        added=encode.added,
    )


@dataclass
class _Encode:
    """The builder of the track, and the renditions with their entries of the manifests that it has made last."""

    late: LateFile
    number: int
    key: bytes | None
    renditions: Sequence[Rendition] = ()
    added: AddedTrack = field(default_factory=AddedTrack)

    def build(self, context: BuildContext, item: AdaptiveDynamicStreamingItem, index: int) -> ItemPlan:
        groups, until_s = self.late.contents.audio_groups, self.late.contents.duration_s
        outputs, self.renditions = add_on_audio(context, item, index, self.number, groups, until_s)
        settings = item.resolved_parameters.encryption
        own = context.content_key(settings) if settings and not settings.publishes_key else None
        encryption = SampleEncryption(settings, own, context.run_packager) if settings and own else None
        key = own.key if own else self.key
        files = [one.file for one in self.renditions]
        duration_s = max(context.info.duration_s, until_s)
        finish = _Finish(self, Layout(item, context.work_dir, index), self.renditions, duration_s, key, encryption)
        return ItemPlan(outputs, files, duration_s, finish)


@dataclass(frozen=True)
class _Finish:
    """`Finish` of the renditions of one try."""

    encode: _Encode
    layout: Layout
    renditions: Sequence[Rendition]
    duration_s: float
    key: bytes | None = field(repr=False)
    encryption: SampleEncryption | None

    def foreseen(self) -> Sequence[PlannedFile]:
        """The segments of HLS, one file for all of a rendition, or the playlists of CMAF."""
        made = self.layout.item.resolved_parameters
        if made.format == "dash":
            return ()
        if made.format == "cmaf":
            return [playlist_file(self.layout, one) for one in self.renditions]
        return [self.layout.series(one.number, made.container, self.duration_s) for one in self.renditions]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The segments of HLS, or the playlists of CMAF; the renditions are files of the plan."""
        if self.layout.item.resolved_parameters.indexed:
            return self._indexed(source_key)
        playlists = RenditionPlaylists(
            self.layout, self.renditions, self.layout.item.resolved_parameters.encryption, source_key
        )
        segments = playlists.rename()
        self._require_complete([one.file for one in self.renditions], segments, source_key)
        if self.key is not None:
            playlists.encrypt(self.key)
        self.encode.added = AddedTrack(audio=playlists.audio_entries(), version=playlists.version)
        return segments

    def _indexed(self, source_key: str) -> Sequence[PlannedFile]:
        indexed = IndexedRenditions(self.layout, self.renditions, source_key)
        is_cmaf = self.layout.item.resolved_parameters.format == "cmaf"
        if is_cmaf:
            self._require_complete(indexed.write_playlists(), [one.file for one in self.renditions], source_key)
        if self.encryption:
            encrypt_renditions(self.encryption, self.layout, self.renditions)
            indexed = IndexedRenditions(self.layout, self.renditions, source_key, self.encryption, indexed.stats)
        added = AddedTrack(representations=indexed.representations, segment_s=indexed.segment_s)
        if not is_cmaf:
            self.encode.added = added
            return ()
        playlists = indexed.write_playlists()
        self.encode.added = replace(added, audio=indexed.audio_entries(), version=VERSION)
        return playlists

    def _require_complete(
        self, playlists: Sequence[PlannedFile], segments: Sequence[PlannedFile], source_key: str
    ) -> None:
        files = {relative_uri(one, self.layout.manifest, source_key): one.path for one in (*segments, *playlists)}
        for one in playlists:
            uri = relative_uri(one, self.layout.manifest, source_key)
            require_complete(uri, files, Counter(audio=1), self.layout.local("check", "room"))
