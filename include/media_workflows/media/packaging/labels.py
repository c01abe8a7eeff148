"""Labels of tracks in players: language, name and purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import langcodes
from babel import Locale, UnknownLocaleError
from langcodes.tag_parser import LanguageTagError


@dataclass(frozen=True)
class Purpose:
    """The audience of a track; none set = everyone.

    `forced`: subtitles of speech that is foreign to viewers of the original language too. `hearing_impaired`: subtitles
    that describe sounds, or audio that is easier to understand. `visual_impaired`: audio description.
    """

    forced: bool = False
    hearing_impaired: bool = False
    visual_impaired: bool = False
    commentary: bool = False

    def __or__(self, other: Purpose) -> Purpose:
        return Purpose(
            self.forced or other.forced,
            self.hearing_impaired or other.hearing_impaired,
            self.visual_impaired or other.visual_impaired,
            self.commentary or other.commentary,
        )


EVERYONE = Purpose()


@dataclass(frozen=True)
class Label:
    """The label of a track. `language` is BCP 47, '' = unknown; `default`: plays unless the viewer chooses another.

    `autoselect`: players may choose it by the viewer's language and accessibility settings. `preferred`: its file marks
    it as the one that plays, which counts where no track is `default`.
    """

    language: str
    name: str
    default: bool = False
    purpose: Purpose = EVERYONE
    autoselect: bool = True
    preferred: bool = False


def bcp47(language: str) -> str:
    """A file's language tag as manifests require it: 'eng' -> 'en'. '' for none, 'und-Latn' and an invalid tag."""
    try:
        tag = langcodes.standardize_tag(language)
    except LanguageTagError:
        return ""
    return "" if tag.partition("-")[0] in ("und", "mis", "zxx") else tag


def language_name(tag: str) -> str:
    """The language's own name ('Deutsch', '中文 (简体)'), as its speakers look for it; '' where none is known.

    Names come from Unicode's CLDR; the English name where CLDR lacks the own one.
    """
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = Locale("en").languages.get(tag.partition("-")[0])
    return name[:1].upper() + name[1:] if name else ""


def label(
    language: str,
    name: str,
    kind: str,
    default: bool = False,
    purpose: Purpose = EVERYONE,
    preferred: bool = False,
) -> Label:
    """The label of a track; `kind` ('Audio', 'Subtitles') is its name when language and name are missing."""
    tag = bcp47(language)
    shown = _printable(name) or (language_name(tag) or tag or kind) + _suffix(purpose)
    return Label(tag, shown, default, purpose, preferred=preferred)


def _suffix(purpose: Purpose) -> str:
    """The suffix that distinguishes tracks of one language in a player's menu."""
    words = {
        "forced": purpose.forced,
        "SDH": purpose.hearing_impaired,
        "audio description": purpose.visual_impaired,
        "commentary": purpose.commentary,
    }
    found = [word for word, applies in words.items() if applies]
    return f" ({', '.join(found)})" if found else ""


def _printable(name: str) -> str:
    """The name without characters that a quoted string in a playlist cannot hold."""
    return "".join(char if char.isprintable() else " " for char in name).replace('"', "'").strip()


def distinct(labels: Sequence[Label]) -> list[Label]:
    """The labels with a number after a repeated name: names are unique within a group."""
    seen: dict[str, int] = {}
    found = []
    for one in labels:
        seen[one.name] = seen.get(one.name, 0) + 1
        found.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name} ({seen[one.name]})"))
    return found


def group_labels(labels: Sequence[Label], needs_default: bool) -> list[Label]:
    """The labels with distinct names and at most one default: the first that is marked so, else that of the file, else
    the first, of those for everyone.

    Players choose by language and purpose, so only one track of each combination has autoselect (RFC 8216bis,
    section 4.4.6.1.1), the default one first; commentary never has.
    """
    for_everyone = [number for number, one in enumerate(labels) if one.purpose == EVERYONE]
    of_file = [number for number in for_everyone if labels[number].preferred]
    fallback = next(iter([*of_file, *for_everyone]), 0) if needs_default else -1
    chosen = next((number for number, one in enumerate(labels) if one.default), fallback)
    taken: set[tuple[str, Purpose]] = set()
    found: dict[int, Label] = {}
    for number, one in sorted(enumerate(distinct(labels)), key=lambda pair: pair[0] != chosen):
        is_default, key = number == chosen, (one.language, one.purpose)
        selectable = is_default or (key not in taken and not one.purpose.commentary)
        taken.add(key)
        found[number] = replace(one, default=is_default, autoselect=selectable)
    return [found[number] for number in range(len(labels))]
