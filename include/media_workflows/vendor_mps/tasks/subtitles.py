"""SubtitleTemplate, AddOnSubtitles and AddOnAudios of a task. Pure."""

from __future__ import annotations

import re
from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.add_ons import AddOnAudio, AddOnSubtitle
from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles
from media_workflows.vendor_mps.reading import Constant, Field, Findings, Json, Part, Table, no_form
from media_workflows.vendor_mps.tasks.files import FILE, NO_KEY

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_STYLE = invalid("is a style that is not supported: put it into an ASS file, which keeps its own styles")
_FONT = invalid(
    "fonts of the commercial service are not included: leave it out, and set watermark_font to use your own"
)


def _read_track(index: Any) -> Any:
    """The vendor's two descriptions of the index agree for no other track than the first one."""
    if index != 0 or isinstance(index, bool):
        raise invalid("must be 0, the first subtitle track: name another one as a file")
    return index


def _write_track(track: int) -> int:
    if track:
        raise no_form()
    return track


def _read_size(size: Any) -> float:
    found = _PERCENT.fullmatch(size) if isinstance(size, str) else None
    if found is None:
        raise invalid("must be a percentage of the picture's height, as in '5%'")
    return float(found[1])


class _BurnedIn(Table):
    """Subtitles that are burned in. A file has priority over a track."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        found = super().read(data, place, findings)
        path = found.pop("path", "")
        if not isinstance(path, str) or "://" in path:
            findings.refuse(NO_KEY, f"{place}.Path", path)
        elif path:
            found["key"] = path.removeprefix("/")
        if "key" in found:
            found.pop("track", None)
        return found


BURNED_IN = _BurnedIn(
    Field("Path", "path"),
    Field("StreamIndex", "track", _read_track, _write_track),
    Part("SubtitleFileInput", "key", FILE),
    Field("FontSize", "font_size_percent", _read_size, lambda size: f"{size:g}%"),
    Field("FontColor", "font_color"),
    Field("FontAlpha", "font_alpha"),
    unsupported={
        **dict.fromkeys(("FontType", "FontFileInput"), _FONT),
        **dict.fromkeys(
            (
                *("YPos", "BoardY", "BoardWidth", "BoardHeight", "BoardColor", "BoardAlpha", "OutlineWidth"),
                *("OutlineColor", "OutlineAlpha", "ShadowWidth", "ShadowColor", "ShadowAlpha", "LineSpacing"),
                *("Alignment", "BoardWidthUnit", "BoardHeightUnit", "OutlineWidthUnit", "ShadowWidthUnit"),
                "LineSpacingUnit",
            ),
            _STYLE,
        ),
    },
    model=BurnedInSubtitles,
)
ADD_ON_SUBTITLE = Table(
    Constant("Type", "subtitle-stream"),
    Part("Subtitle", "key", FILE),
    Field("SubtitleName", "name"),
    Field("SubtitleLanguage", "language"),
    Constant("OutputFormat", "WebVTT"),
    Field("DefaultTrack", "default"),
    model=AddOnSubtitle,
    stays=("optional",),
)
ADD_ON_AUDIO = Table(
    Part("InputInfo", "key", FILE),
    Field("AudioName", "name"),
    Field("AudioLanguage", "language"),
    Field("DefaultTrack", "default"),
    model=AddOnAudio,
    stays=("optional",),
)
