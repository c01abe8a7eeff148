"""Languages of tracks: BCP 47 tags, the codes that containers write, and what a container does not keep. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import langcodes
from langcodes.tag_parser import LanguageTagError

from media_workflows.domain.notice import Notice

UNKNOWN = "und"  # ISO 639-2's code for a language that is not stated
# They write codes of three letters: ISO/IEC 14496-12, 8.4.2.3 and ISO/IEC 13818-1, 2.6.18. ffmpeg's muxers write others
# as an unknown language, or leave them out.
_THREE_LETTERS = frozenset({"mp4", "m4a", "ts", "mov"})
# The names that ffmpeg has for the numbers of QuickTime's languages (libavformat/isom.c) where they are no code of ISO
# 639-2. Read from a file, they are these languages.
_QUICKTIME_NAMES = {"swe": "sve", "hrv": "hr ", "fao": "fo ", "srp": "sr ", "pan": "pa ", "gle": "iri"}
_OF_QUICKTIME = {name: code for code, name in _QUICKTIME_NAMES.items()}
# The others that have a number there: of those with two codes, ffmpeg knows one.
_NAMED_ALIKE = (
    "alb amh ara arm asm aym aze baq bel ben bul bur cat ces chi dan dut dzo eng epo est fin fra geo ger gre grn "
    "guj heb hin hun ice ind ita jav jpn kan kas kaz khm kin kir kor kur lao lat lav lit mac mal mar may mlg mlt "
    "mol mon nep nor nya ori orm per pol por pus que ron run rus san sin slk slv snd som spa swa tam tat tel tgk "
    "tgl tha tib tir tuk tur uig ukr urd uzb vie wel yid"
)
_QUICKTIME_CODES = frozenset(_NAMED_ALIKE.split())


def language_tag(language: str) -> str:
    """The shortest BCP 47 tag of a language: 'ger' and 'deu' are 'de'; '' for none and for an invalid tag."""
    try:
        return langcodes.standardize_tag(language) if language else ""
    except LanguageTagError:
        return ""


def read_language(language: str, format_name: str) -> str:
    """A language as a file of this format states it; '' = unknown. MOV has names of its own."""
    if language == UNKNOWN:
        return ""
    return _OF_QUICKTIME.get(language, language) if format_name.startswith("mov") else language


def written_language(language: str, container: str) -> str:
    """A language as a container writes it: 'de' is 'deu' in MP4. '' for none, 'und' where the container has no code."""
    if not language or container not in _THREE_LETTERS:
        return language
    code = _three_letters(language)
    return _quicktime(code) if container == "mov" else code


def language_notices(languages: Iterable[str], container: str) -> Iterator[Notice]:
    """A notice for each language of which a container does not keep everything, as the script of 'zh-Hans'."""
    for language in dict.fromkeys(languages):
        written = written_language(language, container)
        kept = _OF_QUICKTIME.get(written, written)
        if written == language or (language_tag(kept) == language_tag(language) and kept != UNKNOWN):
            continue
        yield Notice(
            code="LanguageNotKept",
            message=f"{container} has codes of three letters only: the language '{language}' is written as '{kept}'",
            parameters={"language": language, "kept": kept, "container": container},
        )


def _three_letters(language: str) -> str:
    """The code of ISO 639-2/T, as MP4 requires it; a code of three letters stays, as that of a rare language."""
    primary = language.partition("-")[0].lower()
    if len(primary) == 3 and primary.isascii() and primary.isalpha():
        return primary
    try:
        return langcodes.get(language).to_alpha3()
    except (LookupError, LanguageTagError):
        return UNKNOWN


def _quicktime(code: str) -> str:
    """The name of a language that ffmpeg writes into MOV; 'und' = the format has no number for it."""
    try:
        language = langcodes.get(code)
        codes = [code, language.to_alpha3(), language.to_alpha3(variant="B")]
    except (LookupError, LanguageTagError):
        codes = [code]
    named = (_QUICKTIME_NAMES.get(one, one if one in _QUICKTIME_CODES else "") for one in codes)
    return next(filter(None, named), UNKNOWN)
