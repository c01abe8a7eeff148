"""`collect`: every signal that is asked for, from one decode of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import SignalName, Signals
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import IncompleteSourceError
from media_workflows.intelligence.features.available import Available, available
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import CancelToken, ffmpeg_binary
from media_workflows.media.source.clock_check import require_sane_clock
from media_workflows.media.source.probe import probe
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.settings import Settings

log = structlog.get_logger(__name__)

_DECODE_SHARE = 60.0  # per cent of the progress, where speech is recognised behind it


def collect(
    source: Path,
    needs: Iterable[SignalName],
    options: FeatureOptions,
    work_dir: Path,
    settings: Settings,
    on_progress: Callable[[Progress], None],
    cancellation: CancelToken,
) -> Signals:
    """See and hear the local file `source` once, for all of `needs`. Large files stay in `work_dir`, not in memory.

    What cannot be had (no such engine or model here, no sound, no picture) is in `missing` of the answer.
    Raises MediaError for a broken source, and JobCancelledError.
    """
    on_progress(Progress(percent=0.0, phase="probing"))
    info = probe(source)
    if (timeline := SourceTimeline(source, info)).is_cut:  # ffmpeg would see what is there and call it success
        raise IncompleteSourceError(timeline.cut_message)
    require_sane_clock(info, timeline)
    here = available(frozenset(needs), info, options, settings)
    work_dir.mkdir(parents=True, exist_ok=True)
    run = _Run(source, info, here, options, work_dir, ffmpeg_binary(settings.ffmpeg_path), on_progress, cancellation)
    video = info.video
    signals = Signals(
        duration_s=info.duration_s,
        width=video.display_width if video else 0,
        height=video.display_height if video else 0,
        engines=here.names,
        missing=here.missing,
        **(run.fields() if here.names else {}),
    )
    on_progress(Progress(percent=100.0, phase="analysing"))
    log.info("signals collected", source=source.name, **signals.counters, missing=signals.missing)
    return signals


class _Run:
    """One source. What needs numpy is imported when there is something to do."""

    def __init__(
        self,
        source: Path,
        info: MediaInfo,
        here: Available,
        options: FeatureOptions,
        work_dir: Path,
        binary: str,
        on_progress: Callable[[Progress], None],
        cancellation: CancelToken,
    ) -> None:
        self._source = source
        self._info = info
        self._here = here
        self._options = options
        self._work_dir = work_dir
        self._binary = binary
        self._on_progress = on_progress
        self._cancellation = cancellation
        self._decodes = 0

    def fields(self) -> dict[str, Any]:
        """The fields of `Signals` that tell what was seen and heard."""
        from media_workflows.intelligence.features.frame_analysis import Watch

        watch = Watch(self._here, self._info, self._options)
        self._decode(watch)
        heard = self._heard()
        counters = {"decodes": self._decodes, **watch.counters()}
        return {**watch.seen(self._info.duration_s), **heard, "counters": counters}

    def _decode(self, watch: Any) -> None:
        from media_workflows.intelligence.features.frames import Decode

        decode = Decode(self._source, self._info, watch.looks, self._work_dir)
        self._decodes += 1
        reported_s = 0.0
        for frame in decode.frames(self._binary, self._cancellation):
            self._cancellation.check()
            watch.feed(frame)
            if frame.time_s >= reported_s:
                self._report(0.0, self._decode_share, frame.time_s / max(self._info.duration_s, 0.001))
                reported_s = frame.time_s + 1.0

    @property
    def _decode_share(self) -> float:
        return _DECODE_SHARE if self._here.has("speech", "transcript") else 100.0

    def _report(self, base: float, share: float, done: float) -> None:
        self._cancellation.check()
        self._on_progress(Progress(percent=round(base + share * min(1.0, done), 1), phase="analysing"))

    def _heard(self) -> dict[str, Any]:
        from media_workflows.intelligence.features.frames import PICTURE_FILE, SOUND_FILE
        from media_workflows.intelligence.features.picture import faults
        from media_workflows.intelligence.features.sound import sound

        fields: dict[str, Any] = {}
        if self._here.has("picture"):
            fields["picture"] = faults(self._work_dir / PICTURE_FILE, self._info.duration_s)
        if self._here.has("sound"):
            fields["sound"] = sound(self._work_dir / SOUND_FILE, self._info.duration_s)
        if self._here.vad is not None:
            fields |= self._spoken()
        return fields

    def _spoken(self) -> dict[str, Any]:
        from media_workflows.intelligence.features.frames import SPEECH_FILE
        from media_workflows.intelligence.features.speech import speech, transcript

        file = self._work_dir / SPEECH_FILE
        assert self._here.vad is not None
        spans = speech(file, self._here.vad, self._cancellation.check)
        fields: dict[str, Any] = {"speech": spans, "transcript": ()}
        if self._here.asr is not None:
            fields["transcript"] = transcript(
                file,
                spans,
                self._here.asr,
                self._options.language,
                lambda done: self._report(_DECODE_SHARE, 100 - _DECODE_SHARE, done),
            )
        file.unlink()  # an hour of it has 115 MB
        return fields
