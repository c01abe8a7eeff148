"""Availability of the requested features: whether the source has the stream, and an engine is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import AUDIO, VISUAL, FeatureName
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.asr import Asr, load_asr, require_asr
from media_workflows.intelligence.engines.faces import FaceDetector, load_faces, require_faces
from media_workflows.intelligence.engines.image_moderation import (
    ImageModerator,
    load_image_moderator,
    require_image_moderator,
)
from media_workflows.intelligence.engines.labels import Labeller, load_labeller, require_labeller
from media_workflows.intelligence.engines.ocr import Ocr, load_ocr, require_ocr
from media_workflows.intelligence.engines.vad import Vad, load_vad, require_vad
from media_workflows.intelligence.extras import load, require
from media_workflows.intelligence.features.cpu_shares import CpuShares
from media_workflows.media.source.undecodable import why_none
from media_workflows.settings import Settings

_ANALYSIS = "visual and audio analysis"
_NO_PICTURE = "the source has no video; leave this out, or upload a video"
_NO_SOUND = "the source has no audio that can be decoded; leave this out, or upload it with an audio track"
_BUILT_IN: dict[FeatureName, str] = {
    "shots": "built-in detection of cuts, fades and dissolves",
    "frames": "built-in measurements",
    "sound": "ffmpeg ebur128 and silencedetect",
    "picture": "ffmpeg blackdetect and freezedetect",
}


class _Named(Protocol):
    name: str


_Engine = TypeVar("_Engine", bound=_Named)

# The fields of `Available` with engines, and the feature that names each engine's share of the processor time.
_ENGINES = {
    "ocr": "text",
    "faces": "faces",
    "moderator": "moderation",
    "labeller": "labels",
    "vad": "speech",
    "asr": "transcript",
}


@dataclass
class Available:
    """The loaded engines. `names` has an entry for each available feature, `missing` for each other one."""

    ocr: Ocr | None = None
    faces: FaceDetector | None = None
    moderator: ImageModerator | None = None
    labeller: Labeller | None = None
    vad: Vad | None = None
    asr: Asr | None = None
    names: dict[FeatureName, str] = field(default_factory=dict)
    missing: dict[FeatureName, str] = field(default_factory=dict)

    def has(self, *features: FeatureName) -> bool:
        """Whether any of these features is available."""
        return any(feature in self.names for feature in features)

    def timed(self, shares: CpuShares) -> Available:
        """The same, with the processor time of each engine counted."""
        loaded = {field: getattr(self, field) for field in _ENGINES if getattr(self, field) is not None}
        return replace(self, **{field: shares.timed(engine, _ENGINES[field]) for field, engine in loaded.items()})

    def lacks(self, features: Iterable[FeatureName], why: str) -> None:
        """Mark these features as not available."""
        self.missing.update(dict.fromkeys(sorted(features), why))


def available(needs: frozenset[FeatureName], info: MediaInfo, options: FeatureOptions, settings: Settings) -> Available:
    """Load the engines of the needed features. An engine that is not installed is no error, but in `missing`."""
    found = Available()
    if info.video is None:
        found.lacks(needs & VISUAL, why_none("video", info) or _NO_PICTURE)
    if info.main_audio is None:
        found.lacks(needs & AUDIO, why_none("audio", info) or _NO_SOUND)
    left = needs - found.missing.keys()
    try:
        load("numpy", _ANALYSIS)
        load("cv2", _ANALYSIS)
    except EngineUnavailableError as error:
        found.lacks(left, str(error))
        return found
    found.names.update({feature: _BUILT_IN[feature] for feature in _BUILT_IN if feature in left})
    _load_visual(found, left, options, settings)
    _load_audio(found, left, options, settings)
    return found


def engine_error(feature: FeatureName, options: FeatureOptions, settings: Settings) -> EngineUnavailableError | None:
    """Why a feature cannot be extracted of any source here, by packages and model files; nothing is loaded."""
    try:
        for module in ("numpy", "cv2"):
            require(module, _ANALYSIS)
        if feature in _BUILT_IN:
            return None
        _REQUIRE[feature](options, settings)
    except EngineUnavailableError as error:
        return error
    return None


def _require_transcript(settings: Settings) -> None:
    require_vad(settings)
    require_asr(settings)


_REQUIRE: dict[FeatureName, Callable[[FeatureOptions, Settings], None]] = {
    "text": lambda _, settings: require_ocr(settings),
    "faces": lambda _, settings: require_faces(settings),
    "moderation": lambda _, settings: require_image_moderator(settings),
    "labels": lambda options, settings: require_labeller(settings, options.labels),
    "speech": lambda _, settings: require_vad(settings),
    "transcript": lambda _, settings: _require_transcript(settings),
}


def _load_visual(found: Available, needs: frozenset[FeatureName], options: FeatureOptions, settings: Settings) -> None:
    if "text" in needs:
        found.ocr = _loaded(found, "text", lambda: load_ocr(settings))
    if "faces" in needs:
        found.faces = _loaded(found, "faces", lambda: load_faces(settings))
    if "moderation" in needs:
        found.moderator = _loaded(found, "moderation", lambda: load_image_moderator(settings))
    if "labels" in needs:
        found.labeller = _loaded(found, "labels", lambda: load_labeller(settings, options.labels))


def _load_audio(found: Available, needs: frozenset[FeatureName], options: FeatureOptions, settings: Settings) -> None:
    """Load the engines for speech. Speech recognition requires voice activity detection."""
    if needs & {"speech", "transcript"}:
        found.vad = _loaded(found, "speech", lambda: load_vad(settings))
    if "transcript" in needs and found.vad is None:
        found.lacks({"transcript"}, found.missing["speech"])
    elif "transcript" in needs:
        found.asr = _loaded(found, "transcript", lambda: load_asr(settings, options.language, options.hot_words))


def _loaded(found: Available, feature: FeatureName, make: Callable[[], _Engine]) -> _Engine | None:
    try:
        engine = make()
    except EngineUnavailableError as error:
        found.lacks({feature}, str(error))
        return None
    found.names[feature] = engine.name
    return engine
