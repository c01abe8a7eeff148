"""The code page of a text of single bytes: by the language that is stated, else by letters and words of many languages.

Statistics of bytes alone cannot distinguish `é` of French from `é` of Polish in a file of a few cues: the same byte
means a letter in each page, and only some of them are letters of one language together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import langcodes
from langcodes.tag_parser import LanguageTagError

# Punctuation that texts of any language have; a sign like ¹ or ³ is a letter of another page.
_COMMON = frozenset("–—‘’‚“”„…«»‹›€°•·©®™§\u00a0\u00ad")
_WORD = re.compile(r"[^\W\d_]++")
# In a word, these are letters of another page: £ is Ł of Polish, and ¾ is ľ of Slovak.
_IN_WORD = re.compile(r"[^\W\d_][£¢¥¼½¾]|[£¢¥¼½¾][^\W\d_]")
_MIN_SHARE = 0.9  # of the signs that are not ASCII: those that the language has
_MAX_DENSITY = 0.5  # of high bytes among letters in Latin script: Czech and Turkish have below 0.3
_FREQUENT = frozenset("оеаинтсрвл")  # 60 % of the letters of Russian, and as many of Ukrainian, Bulgarian and Serbian
_MIN_FREQUENT = 0.45
_WEST, _CENTRE, _TURKISH, _BALTIC = ("cp1252",), ("cp1250", "iso8859_2"), ("cp1254",), ("cp1257",)
_CYRILLIC = ("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866")


@dataclass(frozen=True)
class _Language:
    """Its pages, the best known first, its letters beside ASCII, and words that most texts have."""

    pages: tuple[str, ...]
    letters: str
    words: str = ""

    def share(self, text: str) -> float:
        if _IN_WORD.search(text):
            return 0.0
        signs = [char for char in text if not char.isascii()]
        known = {*self.letters, *self.letters.upper(), *_COMMON}
        return sum(char in known for char in signs) / max(1, len(signs))

    def familiar(self, text: str) -> float:
        """The share of the text's words that are frequent ones."""
        found, known = _WORD.findall(text.lower()), {*self.words.split()}
        return sum(word in known for word in found) / max(1, len(found))


# In the order of how often a file of theirs is met: the first one wins a tie.
_LATIN = {
    "en": _Language(
        _WEST,
        "éèêëàâçñïîôöüûä£¢¥¼½¾",
        "the to of and a in is you that it i we he for do not on what this are be my me have was with they no so go by "
        "at as can will just get all there your out up from her him his she if or know right",
    ),
    "fr": _Language(_WEST, "àâæçéèêëîïôœùûüÿ", "le la les de des je ne pas est et un une que qui à où il elle vous tu"),
    "es": _Language(_WEST, "áéíóúüñ¿¡ªº", "el la los de que no y en un una es por con se lo está qué me mi para"),
    "de": _Language(_WEST, "äöüßéà", "der die das ich ist nicht und ein eine zu wir sie du es mir mit auf für den"),
    "pt": _Language(_WEST, "áâãàçéêíóôõúüªº", "o a os de que não é um uma e eu você está para com se por mas"),
    "it": _Language(_WEST, "àèéìíîòóùú", "il la di che non è e un una per mi ti sono ho ma lo con sei perché più"),
    "nl": _Language(_WEST, "áéèëêíïóöúü", "de het een ik je niet en van is dat we wat hij te met zijn maar voor"),
    "sv": _Language(_WEST, "åäöéàü", "jag är det och att inte du en som på vi har för med den kan vad"),
    "da": _Language(_WEST, "åæøéöä", "jeg er det og at ikke du en som på vi har for med den kan hvad til"),
    "pl": _Language(
        _CENTRE, "ąćęłńóśźż", "nie się to jest w na że co jak już za tak do mnie on ona czy ale gdzie jesteś"
    ),
    "tr": _Language(_TURKISH, "çğıöşüâîûİ", "bir bu ne ve için çok mi değil var ben sen o da de gibi şimdi neden ama"),
    "cs": _Language(_CENTRE, "áčďéěíňóřšťúůýž", "je se to na že v jsem ne co tak a ale jak si jsi už by mi tady"),
    "hu": _Language(_CENTRE, "áéíóöőúüű", "a az nem hogy és egy van ez de mi te csak meg ha itt már most el"),
    "ro": _Language(_CENTRE, "ăâîşţ", "nu să şi de o un la ce e am pe mai te mă în că este cu"),
    "hr": _Language(_CENTRE, "čćđšž", "je da se ne u i to na sam što li si za mi su ti nije ali"),
    "sk": _Language(_CENTRE, "áäčďéíĺľňóôŕšťúýž", "je sa to na že v som nie čo tak a ale ako si už by tu"),
    "sl": _Language(_CENTRE, "čšž", "je da se ne v in to na sem kaj za si so ni pa bi ti mi"),
    "is": _Language(_WEST, "áðéíóúýþæö", "ég er að og ekki það þú í á við en hann um með til"),
}
_BALTIC_LANGUAGES = {
    "lt": _Language(_BALTIC, "ąčęėįšųūž"),
    "lv": _Language(_BALTIC, "āčēģīķļņšūž"),
    "et": _Language((*_BALTIC, *_WEST), "äõöüšž"),
}
_OTHERS = {
    "el": _Language(("cp1253", "iso8859_7"), "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"),
    "he": _Language(("cp1255", "iso8859_8"), "".join(map(chr, range(0x05B0, 0x05EB)))),
    "ar": _Language(("cp1256", "iso8859_6"), "".join(map(chr, range(0x060C, 0x0653)))),
    "fa": _Language(("cp1256",), "".join(map(chr, range(0x060C, 0x06D0)))),
}
_SAME = {"no": "da", "nb": "da", "nn": "da", "fi": "sv", "ca": "fr", "sq": "fr", "bs": "hr"}
_CYRILLIC_LANGUAGES = frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "mn"})
# Of several bytes: which encodings texts of a language have. Those of Windows contain Shift JIS and EUC-KR.
_WIDE = {
    "zh": ("gb18030", "big5", "big5hkscs"),
    "yue": ("big5", "big5hkscs", "gb18030"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
}


def code_page(content: bytes, language: str = "") -> str:
    """The code page of lines that hold signs beside ASCII; '' = not clear by this. `language` is BCP 47."""
    stated = _primary(language)
    stated = _SAME.get(stated, stated)
    known = {**_LATIN, **_BALTIC_LANGUAGES, **_OTHERS}
    if stated in known and (found := _best(content, [known[stated]])):
        return found
    if stated not in known and (found := _cyrillic(content, stated in _CYRILLIC_LANGUAGES)):
        return found
    if _is_latin(content) and (found := _best(content, _LATIN.values())):
        return found
    return _cyrillic(content, is_stated=False) if stated in known else ""  # the stated language may be wrong


def wide_encodings(language: str) -> tuple[str, ...]:
    """The encodings of several bytes that texts of the language have; () = the language is written in others."""
    return _WIDE.get(_primary(language), ())


def _primary(language: str) -> str:
    """'de' for 'de-AT', 'deu' and 'ger'; '' = unknown."""
    try:
        return langcodes.get(language).language or "" if language else ""
    except LanguageTagError:
        return ""


def _best(content: bytes, languages: Iterable[_Language]) -> str:
    best, best_score = "", 0.0
    for one in languages:
        for page in one.pages:
            text = decoded(content, page)
            if text is None or (share := one.share(text)) < _MIN_SHARE:
                continue
            if share + one.familiar(text) > best_score:
                best, best_score = page, share + one.familiar(text)
    return best


def _cyrillic(content: bytes, is_stated: bool) -> str:
    """The page in which the text has the letters that are frequent in Cyrillic script, and no capital inside a word.

    Unless the language is stated, it must have capitals and small letters: Hebrew and Arabic have one kind.
    """
    best, best_score = "", 0.0
    for page in _CYRILLIC:
        text = decoded(content, page)
        if text is None:
            continue
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        letters = "".join(words)
        signs = sum(not char.isascii() for char in text)
        if not (is_stated or (letters.lower() != letters != letters.upper())):
            continue
        if not letters or not all("\u0400" <= char <= "\u04ff" for char in letters if not char.isascii()):
            continue
        regular = sum(len(word) for word in words if word[1:].islower() or word.isupper() or len(word) == 1)
        frequent = sum(char in _FREQUENT for char in letters.lower()) / len(letters)
        is_text = regular >= _MIN_SHARE * len(letters) and len(letters) >= _MIN_SHARE * signs
        score = regular / len(letters) + frequent + len(letters) / signs
        if is_text and frequent >= _MIN_FREQUENT and score > best_score:
            best, best_score = page, score
    return best


def _is_latin(content: bytes) -> bool:
    high = sum(byte >= 0x80 for byte in content)
    letters = sum(bytes([byte]).isalpha() for byte in content)
    return high <= _MAX_DENSITY * (high + letters)


def decoded(content: bytes, page: str) -> str | None:
    """The text in an encoding; None = the bytes are no text in it."""
    try:
        return content.decode(page)
    except UnicodeDecodeError:
        return None
