"""One row of the table: an output's tracks, levels and picture beside its source's, and flags where they disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
LEVEL_TOLERANCE_DB = 1.5  # lossy encodes at 64 kbit/s stay within 1 dB
QUIET_DB = -55.0  # below it lossy encoders write what they like
COLOUR_TOLERANCE = 12.0  # of 255, beyond the range of the source's frames within WINDOW_S
WINDOW_S = 0.3
DURATION_TOLERANCE_S, DURATION_TOLERANCE = 0.5, 0.02
_WHOLE = ("remux", "mp4", "ladder")  # outputs as long as their source, with its sound
_MAIN_KINDS = ("video", "audio")


@dataclass(frozen=True)
class Measured:
    """The answer of measure.py."""

    tracks: Sequence[Json]
    duration_s: float
    levels_db: Sequence[Sequence[list[float] | None]]
    pictures: Sequence[Json | None]

    @classmethod
    def of(cls, data: Json) -> Measured:
        return cls(data["tracks"], data["duration_s"], data["levels_db"], data["pictures"])

    @property
    def sounds(self) -> list[Json]:
        return [track for track in self.tracks if track["type"] == "audio"]

    @property
    def layouts(self) -> list[str]:
        """Of its sounds, each once."""
        return list(dict.fromkeys(sound["layout"] for sound in self.sounds if "layout" in sound))

    @property
    def picture_note(self) -> str:
        return next((track["note"] for track in self.tracks if track.get("note")), "")


def compared(output: str, source: Measured, found: Measured, notices: Sequence[str]) -> tuple[str, ...]:
    """The cells behind clip and output."""
    flags = [*_picture_flags(source, found), *_emptiness_flags(source, found)]
    if output in _WHOLE:
        flags += [
            *_track_flags(output, source, found),
            *_level_flags(output, source, found),
            *_length_flags(source, found),
        ]
    if flags and notices:
        flags.append(f"notices: {'; '.join(notices)}")
    elif notices:
        flags = [f"noticed: {'; '.join(notices)}"]
    return (
        _tracks(source),
        _tracks(found),
        _levels([levels[0] for levels in source.levels_db]) if output in _WHOLE else "",
        _levels([levels[0] for levels in found.levels_db]) if output in _WHOLE else "",
        _colour(source),
        _colour(found),
        f"{source.duration_s:.2f} → {found.duration_s:.2f}",
        " · ".join(flags),
    )


def _tracks(measured: Measured) -> str:
    """'video h264, audio aac eng stereo'; equal ones counted."""
    names = Counter(map(_track, measured.tracks))
    return ", ".join(name if count == 1 else f"{count}× {name}" for name, count in names.items())


def _track(track: Json) -> str:
    language = "" if track["language"] == "und" else track["language"]
    kind = "cover" if track["cover"] else track["type"]
    return " ".join(filter(None, (kind, track["codec"], language, track.get("layout", ""))))


def _levels(levels: Sequence[list[float] | None]) -> str:
    return "; ".join("—" if one is None else "/".join(f"{level:.0f}" for level in one) for one in levels)


def _colour(measured: Measured) -> str:
    (picture,) = measured.pictures
    return "—" if picture is None else "/".join(f"{value:.0f}" for value in picture["rgb"])


def _picture_flags(source: Measured, found: Measured) -> list[str]:
    """The output's colour against the source's frames around the same moment."""
    (theirs,), (ours,) = source.pictures, found.pictures
    if theirs is None or ours is None:
        return []
    off = [
        max(low - value, value - high, 0)
        for value, low, high in zip(ours["rgb"], theirs["least"], theirs["most"], strict=True)
    ]
    if max(off) <= COLOUR_TOLERANCE:
        return []
    why = f" ({source.picture_note})" if source.picture_note else ""
    return [f"COLOUR {max(off):.0f} off{why}"]


def _emptiness_flags(source: Measured, found: Measured) -> list[str]:
    (theirs,), (ours,) = source.pictures, found.pictures
    if theirs is None or ours is not None or not any(track["type"] == "video" for track in found.tracks):
        return []
    return ["NO PICTURE decodes"]


def _track_flags(output: str, source: Measured, found: Measured) -> list[str]:
    """Of a remux every track is expected, else one picture and one sound; the others are listed as left out."""
    theirs, ours = Counter(map(_kind, source.tracks)), Counter(map(_kind, found.tracks))
    if output == "remux":
        return _listed("MISSING", theirs - ours)
    expected = Counter({kind: 1 for kind in theirs if kind in _MAIN_KINDS})
    missing = Counter({kind: 1 for kind in expected if kind not in ours})
    return _listed("MISSING", missing) + _listed("LEFT OUT", theirs - expected)


def _listed(word: str, kinds: Counter[str]) -> list[str]:
    return [f"{word} {', '.join(f'{count}× {kind}' for kind, count in kinds.items())}"] if kinds else []


def _kind(track: Json) -> str:
    return "cover" if track["cover"] else str(track["type"])


def _level_flags(output: str, source: Measured, found: Measured) -> list[str]:
    """Each sound of the output against the source's, mixed by ffmpeg to the output's layout."""
    flags = []
    for number, (sound, (levels, *_)) in enumerate(zip(found.sounds, found.levels_db, strict=True)):
        expected = _expected(output, source, found, sound, number)
        if expected is None:
            continue
        if levels is None or len(levels) != len(expected):
            flags.append(f"SOUND {number} decodes to {len(levels or ())} channels of {len(expected)}")
        elif (off := _level_error_db(levels, expected)) > LEVEL_TOLERANCE_DB:
            flags.append(f"LEVEL of sound {number} {off:.1f} dB off")
    return flags


def _level_error_db(levels: Sequence[float], expected: Sequence[float]) -> float:
    """The largest, of the channels that are not quiet in both."""
    return max((abs(a - b) for a, b in zip(levels, expected, strict=True) if max(a, b) > QUIET_DB), default=0.0)


def _expected(output: str, source: Measured, found: Measured, sound: Json, number: int) -> list[float] | None:
    """The levels of the sound that this one is of: by place in a remux, else the default one that decodes."""
    decodable = [levels for levels in source.levels_db if levels[0] is not None]
    order = sorted(range(len(source.levels_db)), key=lambda index: not source.sounds[index]["default"])
    chosen = [source.levels_db[index] for index in order if source.levels_db[index][0] is not None]
    place = 1 + found.layouts.index(sound["layout"]) if sound.get("layout") in found.layouts else 0
    if output == "remux":
        return decodable[number][place] if number < len(decodable) else None
    return chosen[0][place] if chosen else None


def _length_flags(source: Measured, found: Measured) -> list[str]:
    off_s = abs(source.duration_s - found.duration_s)
    if off_s <= max(DURATION_TOLERANCE_S, DURATION_TOLERANCE * source.duration_s):
        return []
    return [f"LENGTH {off_s:.1f} s off"]
