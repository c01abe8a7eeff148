"""`adaptive_dynamic_streaming`: the whole ladder from one decode, packaged as HLS, DASH or CMAF after the encode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.add_ons import AddOn
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import ContentKeyError, MediaError
from media_workflows.media.encoders.audio import channel_notices
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.picture_edit import bar_notices
from media_workflows.media.filters.source_sound import kept_audio, language_notices
from media_workflows.media.filters.subtitles import burned_in
from media_workflows.media.jobs.ladder_encodes import LadderEncodes
from media_workflows.media.jobs.ladder_thumbnails import LadderThumbnails
from media_workflows.media.jobs.track_selection import ladder_notices
from media_workflows.media.packaging.audio_group import AudioGroup
from media_workflows.media.packaging.cmaf.package import CmafPackage
from media_workflows.media.packaging.dash.package import DashPackage
from media_workflows.media.packaging.hls.early_ladder import EarlyLadder
from media_workflows.media.packaging.hls.package import HlsPackage
from media_workflows.media.packaging.ladder import Picture, Rung, ladder
from media_workflows.media.packaging.renditions import Contents, Layout, Rendition, Subtitle, Variant
from media_workflows.media.packaging.sample_encryption import SampleEncryption
from media_workflows.media.packaging.stream_notices import stream_notices
from media_workflows.media.packaging.thumbnail_entry import ThumbnailSheets
from media_workflows.media.packaging.tracks import (
    TextTrack,
    Track,
    add_on_sound,
    missing_add_ons,
    sound_tracks,
    source_texts,
    text_tracks,
)
from media_workflows.media.packaging.webvtt_file import vtt_file
from media_workflows.media.plan.planned import Finish, ItemPlan, Output
from media_workflows.media.plan.rendition_encode import EncodedStream
from media_workflows.media.source.subtitles.notices import cue_notices

_RUNS_ON_S = 0.2  # tracks may differ from the manifest by less: roundings of headers (docs/conformance.md)


def build(context: BuildContext, item: AdaptiveDynamicStreamingItem, index: int) -> ItemPlan:
    """The plan of one ladder. Raises NoVideoError or MediaError when the source lacks its streams."""
    parameters = parameters_of(item)
    if problem := item.misfit(parameters):
        raise MediaError(problem.template, **problem.parameters)
    return _Ladder(context, item.model_copy(update={"parameters": parameters}), index).plan()


def add_on_audio(
    context: BuildContext,
    item: AdaptiveDynamicStreamingItem,
    index: int,
    number: int,
    groups: Sequence[AudioGroup],
    until_s: float,
) -> tuple[Sequence[Output], Sequence[Rendition]]:
    """The encodes of a resolved item's add-on audio `number` alone, as a track of each group.

    It is at least `until_s` seconds long, as the ladder. Raises MediaError.
    """
    made = _Ladder(context, item, index, end_s=until_s)
    track = add_on_sound(context, item.add_on_audios[number], number, until_s)
    renditions = []
    for group in groups:
        setting = made.parameters.streams[group.stream].audio
        renditions.append(made.rendition(group.add_on_number + number, None, setting, track, group.name))
    return made.outputs, renditions


def picture_encodes(
    context: BuildContext, item: AdaptiveDynamicStreamingItem, from_s: float
) -> tuple[Sequence[EncodedStream], Mapping[Path, bytes]]:
    """The pictures of a ladder alone, in the order of its outputs, and the files that their filters read.

    `from_s` is where in the ladder the frames of the context begin. Raises MediaError.
    """
    made = _Ladder(context, item.model_copy(update={"parameters": parameters_of(item)}), 0, from_s)
    return made.pictures(), made.assets.files


class _Ladder:
    """Collects the outputs of one item while its renditions are laid out."""

    def __init__(
        self,
        context: BuildContext,
        item: AdaptiveDynamicStreamingItem,
        index: int,
        from_s: float = 0.0,
        end_s: float | None = None,
    ) -> None:
        self.context, self.item, self.parameters = context, item, item.resolved_parameters
        self.layout = Layout(item, context.work_dir, index)
        self.assets = Assets(context.work_dir)
        self.outputs: list[Output] = []
        self.notices: list[Notice] = []
        settings = self.parameters.encryption
        self.key = context.content_key(settings) if settings and not settings.publishes_key else None
        self.end_s = _end_s(context, item) if end_s is None else end_s
        self.duration_s = _duration_s(context.info, self.end_s)
        self.encodes = LadderEncodes(context, item, self.assets, from_s, self.end_s)
        self.number = len(self.parameters.streams)  # of the next playlist beside the template's streams

    def plan(self) -> ItemPlan:
        rungs = self._rungs()
        contents = self._separate_audio(rungs) if self.parameters.separate_audio else self._muxed(rungs)
        sheets = contents.thumbnails.files if contents.thumbnails else ()
        files = [*(rendition.file for rendition in contents.renditions), *sheets]
        duration_s = self.context.info.duration_s
        return ItemPlan(
            self.outputs,
            files,
            duration_s,
            self._finish(contents),
            self.assets.files,
            notices=list({one.message: one for one in self._notices(rungs)}.values()),
            early=EarlyLadder(self.layout, contents) if self.item.early_playlist else None,
        )

    def pictures(self) -> list[EncodedStream]:
        """The encodes of all pictures."""
        return [self.encodes.picture(rung.picture) for rung in self._rungs() if rung.picture]

    def _rungs(self) -> list[Rung]:
        return ladder(self.parameters, self.context.info, bool(self.item.add_on_audios), self.context.black_bars)

    def _notices(self, rungs: list[Rung]) -> Iterator[Notice]:
        """All notices, with repetitions for several rungs."""
        yield from ladder_notices(self.item, self.context.info)
        for rung in rungs:
            yield from language_notices(rung.audio if self.context.info.audio else None, self.context.info)
        yield from (_missing(add_on) for add_on in missing_add_ons(self.context, self.item))
        yield from self.notices
        yield from burned_in.notices(self.item.burned_in_subtitles, self.context)
        segments = self.parameters.container if self.parameters.format == "hls" else None
        for rung in rungs:
            asked = self.parameters.streams[rung.number].video
            if asked and rung.picture:
                yield from stream_notices(asked, rung.picture.parameters, self.encodes.video, segments)
                yield from bar_notices(asked.edit, self.encodes.video, self.context.black_bars)

    def _finish(self, contents: Contents) -> Finish:
        duration_s = self.duration_s
        if self.parameters.format == "dash":
            return DashPackage(self.layout, contents, duration_s, self._sample_encryption())
        if self.parameters.format == "cmaf":
            return CmafPackage(self.layout, contents, duration_s, self._sample_encryption())
        return HlsPackage(self.layout, self.parameters, contents, duration_s, self.key.key if self.key else None)

    def _sample_encryption(self) -> SampleEncryption | None:
        settings = self.parameters.encryption
        if settings is None or self.key is None:
            return None
        made = SampleEncryption(settings, self.key, self.context.run_packager)
        if self.parameters.format == "cmaf" and not made.key_tags:
            raise ContentKeyError(
                "the key server answered no HLSSignalingData, without which no player opens the HLS playlists of cmaf: "
                "choose `systems` that have one, or format 'dash'"
            )
        return made

    def _muxed(self, rungs: list[Rung]) -> Contents:
        """Renditions with sound and picture in the same segments."""
        made = [self.rendition(one.number, one.picture, one.audio, self._muxed_track(one)) for one in rungs]
        return self._contents([Variant(one) for one in made], (), ())

    def _muxed_track(self, rung: Rung) -> Track | None:
        """The sound in the same segments as the picture."""
        if self.parameters.separate_audio or not rung.audio:
            return None
        return next(iter(self._sounds(rung.audio)), None)

    def _separate_audio(self, rungs: list[Rung]) -> Contents:
        """Renditions with separate sound: a group for each distinct audio setting, encoded once for all pictures."""
        streams: dict[AudioParameters, int] = {}  # the first that has the setting
        for rung in rungs:
            if rung.audio:
                streams.setdefault(rung.audio, rung.number)
        pictures = {r.number: self.rendition(r.number, r.picture, None, None) for r in rungs if r.picture}
        groups = {setting: self._group(f"audio{n}", stream) for n, (setting, stream) in enumerate(streams.items())}
        audio = [one for setting, group in groups.items() for one in self._tracks(setting, group)]
        variants = []
        for rung in rungs:
            group = groups[rung.audio].name if rung.audio else ""
            first = next((one for one in audio if one.group == group), None)
            rendition = pictures.get(rung.number) or first
            assert rendition is not None  # a rung has picture or sound
            variants.append(Variant(rendition, group))
        return self._contents(variants, audio, list(groups.values()))

    def _contents(
        self, variants: Sequence[Variant], audio: Sequence[Rendition], groups: Sequence[AudioGroup]
    ) -> Contents:
        """With the thumbnails, and the subtitles, whose numbers follow those of all other sub-streams."""
        tracks = text_tracks(self.context, self.item)
        subtitles = [self._subtitle(self.number + track.place, track) for track in tracks]
        add_on_number = self.number + len(source_texts(self.context, self.item))
        return Contents(variants, audio, groups, subtitles, add_on_number, self._thumbnails())

    def _thumbnails(self) -> ThumbnailSheets | None:
        """The sheets of thumbnails, if they are asked for; added to the outputs."""
        if self.parameters.thumbnails is None:
            return None
        edit = next((stream.video.edit for stream in self.parameters.streams if stream.video), None)
        made = LadderThumbnails(self.context, self.layout, self.parameters.thumbnails, edit, self.duration_s)
        output, sheets = made.made()
        self.outputs.append(output)
        return sheets

    def _group(self, name: str, stream: int) -> AudioGroup:
        """The group of a stream's audio setting; numbers are kept for add-ons that are missing."""
        add_on_number = self.number + len(kept_audio(self.parameters.streams[stream].audio, self.context.info))
        self.number = add_on_number + len(self.item.add_on_audios)
        return AudioGroup(name, stream, add_on_number)

    def _tracks(self, setting: AudioParameters, group: AudioGroup) -> Iterator[Rendition]:
        first = group.add_on_number - len(kept_audio(setting, self.context.info))
        for track in self._sounds(setting):
            yield self.rendition(first + track.place, None, setting, track, group.name)

    def _sounds(self, setting: AudioParameters) -> list[Track]:
        return sound_tracks(self.context, self.item, setting, self.end_s)

    def rendition(
        self,
        number: int,
        picture: Picture | None,
        audio: AudioParameters | None,
        track: Track | None,
        group: str = "",
    ) -> Rendition:
        """A rendition; its encode is added to the outputs."""
        is_indexed = self.parameters.indexed
        extension = ("mp4" if picture else "m4a") if is_indexed else "m3u8"
        path = self.layout.local(str(number), extension)
        if track:
            self.notices += channel_notices(audio, [track.info], self.parameters.container)
        output, expects = self.encodes.rendition(path, picture, audio, track)
        self.outputs.append(output)
        file = self.layout.sub_stream(number, path, "segment" if is_indexed else "playlist", expects)
        file = replace(file, depicts=self.encodes.depiction(picture))
        return Rendition(number, file, group, track.label if group and track else None)

    def _subtitle(self, number: int, track: TextTrack) -> Subtitle:
        path = self.layout.local(str(number), "vtt")
        made = vtt_file(track.cues)
        self.assets.files[path] = made.text.encode()
        self.notices += cue_notices(track.name, track.cues, made.lost, made.left_out_s)
        return Subtitle(number, path, track.label)


def _end_s(context: BuildContext, item: AdaptiveDynamicStreamingItem) -> float:
    """Seconds until the last of the source's tracks that the ladder shows ends: all are padded up to then."""
    info, settings = context.info, [stream.audio for stream in item.resolved_parameters.streams if stream.audio]
    # Without sound in the ladder, too, the picture lasts as long as the source.
    sounds = kept_audio(settings[0], info) if settings and info.main_audio else info.audio[:1]
    tracks: list[VideoStream | AudioStream] = [*sounds, *([info.video] if info.video else [])]
    return max((track.start_s + track.duration_s for track in tracks), default=0.0)


def _duration_s(info: MediaInfo, end_s: float) -> float:
    """Seconds that manifests state: headers count subtitles, too, which may run on after sound and picture."""
    return end_s if 0 < end_s < info.duration_s - _RUNS_ON_S else info.duration_s


def _missing(add_on: AddOn) -> Notice:
    return Notice(
        code="AddOnMissing",
        message=f"the add-on '{add_on.key}' is missing or cannot be read: it joins the ladder when it is uploaded",
        parameters={"key": add_on.key},
    )
