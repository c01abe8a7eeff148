"""`collect`: all requested features from one decode of the source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName, Features, Span
from media_workflows.domain.media_info import MediaInfo
from media_workflows.intelligence.engines.asr import Asr
from media_workflows.intelligence.features.available import Available, available
from media_workflows.intelligence.features.cpu_shares import FFMPEG, LOADING, CpuShares
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.source.clock_check import require_sane_clock
from media_workflows.media.source.probe import probe
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.settings import Settings

log = structlog.get_logger(__name__)

_DECODE_SHARE = 60.0  # per cent of the progress if speech recognition follows


@dataclass(frozen=True)
class FeatureRequest:
    """The features of the local file `source` that are needed. Large files stay in `work_dir`, not in memory."""

    source: Path
    needs: Collection[FeatureName]
    options: FeatureOptions
    work_dir: Path


def collect(
    request: FeatureRequest,
    settings: Settings,
    on_progress: Callable[[Progress], None],
    cancellation: CancelToken,
    shares: CpuShares | None = None,
) -> Features:
    """Extract all features of a request.

    Features that are not available (no engine or model, no audio, no video) are in `missing` of the result. `shares`
    receives the processor time of each consumer, which is logged, too. Raises MediaError for a damaged source, and
    JobCancelledError.
    """
    source, shares = request.source, shares or CpuShares()
    on_progress(Progress(percent=0.0, phase="probing"))
    info = probe(source)
    if (timeline := SourceTimeline(source, info)).is_cut:  # ffmpeg would see what is there and call it success
        raise timeline.cut_error()
    require_sane_clock(info, timeline)
    with shares.of(LOADING):
        here = available(frozenset(request.needs), info, request.options, settings).timed(shares)
    request.work_dir.mkdir(parents=True, exist_ok=True)
    run = _Run(request, info, here, settings, _Watch(on_progress, cancellation, shares))
    video = info.video
    features = Features(
        duration_s=info.duration_s,
        width=video.display_width if video else 0,
        height=video.display_height if video else 0,
        engines=here.names,
        missing=here.missing,
        **(run.fields() if here.names else {}),
    )
    on_progress(Progress(percent=100.0, phase="analysing"))
    log.info("features collected", source=source.name, **features.counters, missing=features.missing)
    log.info("processor time of the features", source=source.name, cpu_s=shares.rounded())
    return features


@dataclass(frozen=True)
class _Watch:
    """What follows an extraction while it runs."""

    on_progress: Callable[[Progress], None]
    cancellation: CancelToken
    shares: CpuShares


class _Run:
    """The extraction from one source. Modules that need numpy are imported only here."""

    def __init__(
        self,
        request: FeatureRequest,
        info: MediaInfo,
        here: Available,
        settings: Settings,
        watch: _Watch,
    ) -> None:
        self._source, self._options, self._work_dir = request.source, request.options, request.work_dir
        self._info = info
        self._here = here
        self._settings = settings
        self._on_progress, self._cancellation, self._shares = watch.on_progress, watch.cancellation, watch.shares
        self._decodes = 0

    def fields(self) -> dict[str, Any]:
        """The fields of `Features`."""
        from media_workflows.intelligence.features.frame_analysis import FrameAnalysis

        analysis = FrameAnalysis(self._here, self._info, self._options, self._shares)
        with self._shares.of("reading of frames"):
            self._decode(analysis)
        others = self._sound_and_picture()
        counters = {"decodes": self._decodes, **analysis.counters()}
        if self._here.asr is not None:
            counters["asr_rejected"] = self._here.asr.rejected
        return {**analysis.features(self._info.duration_s), **others, "counters": counters}

    def _decode(self, analysis: Any) -> None:
        from media_workflows.intelligence.features.frames import Decode

        decode = Decode(self._source, self._info, analysis.plan, self._work_dir)
        self._decodes += 1
        reported_s = 0.0
        for frame in decode.frames(ffmpeg_binary(self._settings.ffmpeg_path), self._cancellation):
            self._cancellation.check()
            analysis.feed(frame)
            if frame.time_s >= reported_s:
                self._report(0.0, self._decode_share, frame.time_s / max(self._info.duration_s, 0.001))
                reported_s = frame.time_s + 1.0
        self._shares.seconds[FFMPEG] += decode.cpu_s

    @property
    def _decode_share(self) -> float:
        return _DECODE_SHARE if self._here.has("speech", "transcript") else 100.0

    def _report(self, base: float, share: float, done: float) -> None:
        self._cancellation.check()
        self._on_progress(Progress(percent=round(base + share * min(1.0, done), 1), phase="analysing"))

    def _report_transcript(self, done: float) -> None:
        self._report(_DECODE_SHARE, 100 - _DECODE_SHARE, done)

    def _sound_and_picture(self) -> dict[str, Any]:
        from media_workflows.intelligence.features.frames import PICTURE_FILE, SOUND_FILE
        from media_workflows.intelligence.features.picture import picture_problems
        from media_workflows.intelligence.features.sound import sound

        fields: dict[str, Any] = {}
        if self._here.has("picture"):
            fields["picture"] = picture_problems(self._work_dir / PICTURE_FILE, self._info.duration_s)
        if self._here.has("sound"):
            fields["sound"] = sound(self._work_dir / SOUND_FILE, self._info.duration_s)
        if self._here.vad is not None:
            fields |= self._speech()
        return fields

    def _speech(self) -> dict[str, Any]:
        from media_workflows.intelligence.features.frames import SPEECH_FILE
        from media_workflows.intelligence.features.speech import speech

        file = self._work_dir / SPEECH_FILE
        assert self._here.vad is not None
        with self._shares.of("speech"):
            spans = speech(file, self._here.vad, self._cancellation.check)
        fields = {"speech": spans, **(self._transcript(file, spans, self._here.asr) if self._here.asr else {})}
        file.unlink()  # an hour has 115 MB
        return fields

    def _transcript(self, file: Path, spans: Sequence[Span], asr: Asr) -> dict[str, Any]:
        from media_workflows.intelligence.features.chinese_script import in_script
        from media_workflows.intelligence.features.speech import transcript

        with self._shares.of("transcript"):
            language, utterances = transcript(file, spans, asr, self._options.language, self._report_transcript)
        script = self._settings.chinese_script
        return {
            "speech_language": language,
            "transcript": in_script(utterances, script, language),
            "unused_hot_words": asr.unused_hot_words,
        }
