"""What players show of a track: language and name, once for each track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import langcodes
from langcodes.tag_parser import LanguageTagError


@dataclass(frozen=True)
class Label:
    """`language` is BCP 47, '' = unknown. `default` is what plays when nobody chooses."""

    language: str
    name: str
    default: bool = False


def bcp47(language: str) -> str:
    """A file's language tag as manifests want it: 'eng' -> 'en'. '' for none and for what is no tag."""
    try:
        tag = langcodes.standardize_tag(language)
    except LanguageTagError:
        return ""
    return "" if tag in ("und", "mis", "zxx") else tag


def label(language: str, name: str, kind: str, default: bool = False) -> Label:
    """`kind` is what a track with neither language nor name is called: 'Audio', 'Subtitles'."""
    tag = bcp47(language)
    return Label(tag, _printable(name) or tag or kind, default)


def _printable(name: str) -> str:
    """Without what a quoted string in a playlist cannot hold."""
    return "".join(char if char.isprintable() else " " for char in name).replace('"', "'").strip()


def distinct(labels: Sequence[Label]) -> list[Label]:
    """The labels with a number behind a name that occurs again: names are unique within a group."""
    seen: dict[str, int] = {}
    found = []
    for one in labels:
        seen[one.name] = seen.get(one.name, 0) + 1
        found.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name} ({seen[one.name]})"))
    return found
