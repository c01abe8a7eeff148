"""`CutList`: the clips of a transcode's `cuts`, in one format, and what is drawn over all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from media_workflows.domain.jobs.burned_in_text import BurnedInText
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import AudioStream, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.media.encoders.codecs import pixel_format
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.channel_mix import channel_mixed
from media_workflows.media.filters.concat import Clip, TargetFormat, joined_layout, joined_sound, require_picture
from media_workflows.media.filters.cut_ranges import (
    CutRange,
    counts,
    cut_ranges,
    exact_sound,
    require_shown,
    shortened_notices,
)
from media_workflows.media.filters.frame_chain import FrameChain, encoded_frames
from media_workflows.media.filters.geometry import Fit
from media_workflows.media.filters.overlay.burned_in_text import Shot, draw_texts
from media_workflows.media.filters.overlay.mosaic import draw_mosaics
from media_workflows.media.filters.overlay.overlays import FrameFormat
from media_workflows.media.filters.overlay.watermark import Assets, draw_watermarks
from media_workflows.media.filters.source_picture import in_colours_of, source_picture, transfer_function
from media_workflows.media.filters.source_sound import in_language
from media_workflows.media.filters.video_frames import joined_rate
from media_workflows.media.plan.depiction import Shown
from media_workflows.media.plan.planned import Expectation
from media_workflows.media.source.sound_segment import SoundSegment

_EDGE_S = 0.002  # to which containers round the times of frames
_OF_THE_SOURCE = frozenset({"time_code", "file_name"})  # texts that are not true of other clips


@dataclass(frozen=True)
class CutSource:
    """What cuts show of the source: its `video`, drawn in `shape`, and its `track`; None = it has none."""

    video: VideoStream | None
    shape: Fit | None
    track: AudioStream | None


@dataclass(frozen=True)
class CutList:
    """The cuts of an item, in the format `target`; None = without a picture."""

    cuts: tuple[CutRange, ...]
    context: BuildContext
    item: TranscodeItem
    parameters: TranscodeParameters
    assets: Assets
    source: CutSource
    target: TargetFormat | None

    @property
    def duration_s(self) -> float:
        """How long all cuts last."""
        return sum(cut.trim.length_s for cut in self.cuts)

    @property
    def layout(self) -> str:
        """The channel layout of cuts of several files."""
        return joined_layout(self._track(cut) for cut in self.cuts)

    @property
    def inputs(self) -> int:
        """How many inputs are opened for all cuts."""
        return len({(cut.key, cut.window) for cut in self.cuts})

    @property
    def of_source(self) -> list[CutRange]:
        """The cuts of the source itself."""
        return [cut for cut in self.cuts if not cut.key]

    @property
    def source_end_s(self) -> float:
        """The latest moment of the source that is shown; 0 for none."""
        return max((cut.end_s for cut in self.of_source), default=0.0)

    @property
    def shown(self) -> tuple[Shown, ...]:
        """What of the source is shown, and where in the output: by whole frames, as one cut follows another."""
        if self.target is None:
            return ()
        rate = Fraction(self.target.fps)
        frames = counts(self.cuts, rate)
        starts = accumulate(frames, initial=0)
        return tuple(
            Shown(cut.trim.start_s, float(count / rate), float(start / rate) - _EDGE_S)
            for cut, count, start in zip(self.cuts, frames, starts, strict=False)
            if not cut.key
        )

    @property
    def seek(self) -> tuple[float, float]:
        """The value of `Output.seek`: a pass of its own, for all items with these cuts."""
        return self.cuts[0].trim.start_s, self.duration_s

    def clips(self) -> list[Clip]:
        """The cuts as clips to concatenate. Raises MediaError for a clip without a picture, and a cut without one."""
        pictures, sounds = self._pictures(), self._sounds()
        last = len(self.cuts)
        return [
            Clip(
                picture,
                sound,
                cut.trim.length_s,
                cut.sound_segment(track, cut.number == last) if (track := self._track(cut)) else None,
                is_exact=True,
            )
            for cut, picture, sound in zip(self.cuts, pictures, sounds, strict=True)
        ]

    def sound_segments(self, clips: list[Clip]) -> list[SoundSegment]:
        """What the sound is verified against."""
        return [clip.segment for clip in clips if clip.segment is not None]

    def expected(self, expects: Expectation) -> Expectation:
        """What the output must be, where it lasts as long as all cuts."""
        return replace(
            expects,
            # A source that ends early is no problem if the cuts lie before: it has to last to `source_end_s`.
            source_start_s=self.source_end_s - self.duration_s,
            shows_s=self.source_end_s or None,
            slack_s=float(1 / Fraction(self.target.fps)) if self.target else 0.0,
            audio_tracks=int(expects.audio),
            picture_s=self.duration_s if self.target else None,
        )

    def notices(self) -> list[Notice]:
        """What the cuts leave out: ranges beyond the end of their files, and the chapters of the source."""
        chapters = self.context.chapters()
        left_out = Notice(
            code="ChaptersLeftOut",
            message=f"the {chapters} chapters of the source are left out: its times are not those of the cuts",
            parameters={"count": chapters},
        )
        return [*shortened_notices(self.cuts, self.item.cuts), *([left_out] if chapters else [])]

    def drawn_over(self, picture: Stream) -> Stream:
        """The joined picture with what counts in its own time: mosaics, watermarks, texts and a clock."""
        parameters, video, shape = self.parameters.video, self.source.video, self.source.shape
        assert parameters is not None
        assert video is not None
        assert shape is not None
        frame = FrameFormat(shape.outer, self.duration_s, pixel_format(parameters))
        picture = draw_mosaics(picture, self.item.mosaics, frame)
        picture = draw_watermarks(picture, self.item.watermarks, frame, self.context, self.assets)
        shot = Shot(video, 0.0, transfer_function(video) if parameters.hdr == "keep" else "")
        picture = draw_texts(picture, self._texts(of_source=False), frame, shot, self.context, self.assets)
        return picture.filter("format", pixel_format(parameters))

    def _texts(self, *, of_source: bool) -> tuple[BurnedInText, ...]:
        edit = self.parameters.video.edit if self.parameters.video else None
        texts = edit.burned_in_texts if edit else ()
        return tuple(one for one in texts if (one.shows in _OF_THE_SOURCE) == of_source)

    def _pictures(self) -> list[Stream | None]:
        target = self.target
        if target is None:
            return [None] * len(self.cuts)
        frames = counts(self.cuts, Fraction(target.fps))
        return [self._picture(cut, count, target) for cut, count in zip(self.cuts, frames, strict=True)]

    def _picture(self, cut: CutRange, frames: int, target: TargetFormat) -> Stream:
        video = require_picture(cut.info, cut.key)
        require_shown(cut, video, frames)
        made = self._of_clip(cut, video, target) if cut.key else self._of_source(cut, video, target)
        return cut.exact_picture(made, video, frames)

    def _of_source(self, cut: CutRange, video: VideoStream, target: TargetFormat) -> Stream:
        parameters = self.parameters.video
        assert parameters is not None
        assert self.source.shape is not None
        if parameters.edit:
            edit = parameters.edit.model_copy(update={"burned_in_texts": self._texts(of_source=True)})
            parameters = parameters.model_copy(update={"edit": edit})
        chain = FrameChain(
            video,
            parameters,
            self.source.shape,
            cut.trim.length_s,
            cut.trim.start_s,
            burned_in_subtitles=self.item.burned_in_subtitles,
            fps=target.fps,
        )
        return encoded_frames(cut.picture(video), chain, self.context, self.assets)

    def _of_clip(self, cut: CutRange, video: VideoStream, target: TargetFormat) -> Stream:
        assert self.source.video is not None
        steady = source_picture(cut.picture(video), video).filter("fps", fps=target.fps, start_time=0)
        picture = in_colours_of(target.fitted(steady, video), video, self.source.video)
        return picture.filter("format", target.pixel_format)

    def _track(self, cut: CutRange) -> AudioStream | None:
        """The audio track of a cut: of another clip, the one in the language that is asked for."""
        if self.parameters.audio is None:
            return None
        if not cut.key:
            return self.source.track
        return in_language(self.parameters.audio.source_language, cut.info) or cut.info.main_audio

    def _sounds(self) -> list[Stream | None]:
        tracks = [self._track(cut) for cut in self.cuts]
        if not any(tracks):
            return [None] * len(self.cuts)
        form = self._sound_form()
        samples = counts(self.cuts, Fraction(form["sample_rates"]))
        return [
            exact_sound(self._sound(cut, track, form), count)
            for cut, track, count in zip(self.cuts, tracks, samples, strict=True)
        ]

    def _sound_form(self) -> dict[str, int | str]:
        """Ranges of the source alone keep its channels and sample rate."""
        if self.item.concatenates_files or self.source.track is None:
            return joined_sound(self.layout)
        return {"sample_rates": self.source.track.sample_rate_hz, "sample_fmts": "fltp"}

    def _sound(self, cut: CutRange, track: AudioStream | None, form: dict[str, int | str]) -> Stream:
        assert self.parameters.audio is not None
        if track is None:
            return cut.silence(int(form["sample_rates"])).filter("aformat", **form)
        sound = cut.sound(track)
        sound = sound if cut.key else channel_mixed(sound, self.parameters.audio, track)
        return sound.filter("aformat", **form)


def cut_list(
    context: BuildContext, item: TranscodeItem, parameters: TranscodeParameters, assets: Assets, source: CutSource
) -> CutList | None:
    """The cuts of an item; None = it has none. Raises MediaError for a missing clip or a range outside its file."""
    if not item.cuts:
        return None
    ranges, target, picture = cut_ranges(context, item.cuts), None, parameters.video
    if picture and source.video and source.shape:
        fps = joined_rate(picture, source.video, segmented=parameters.container == "hls")
        target = TargetFormat(source.shape.outer, picture.fill_type, fps, pixel_format(picture))
    return CutList(ranges, context, item, parameters, assets, source, target)
