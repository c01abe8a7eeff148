"""Text subtitle files converted to UTF-8 from any encoding, and to WebVTT from TTML and SCC."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from charset_normalizer import from_bytes
from charset_normalizer.models import CharsetMatch

from media_workflows.media.source.subtitles.code_pages import code_page, decoded, wide_encodings
from media_workflows.media.source.subtitles.cue_times import with_arrows

_MAX_BYTES = 32 * 1024**2  # far above any text; ASS scripts may contain fonts
_HEAD_BYTES = 4096
_WIDE_NULS = 0.2  # share of zero bytes in UTF-16, even of Chinese texts: the digits of times are half zeros
_SAMPLE_BYTES = 64 * 1024  # of lines that are not ASCII: enough to recognise an encoding
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings in use for subtitles. The Latin ones differ in few letters; the first is by far the most used.
_LATIN = ("cp1252", "cp1250", "cp1254")
_CANDIDATES = (*_LATIN, "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "cp1253", "cp1255", "cp1256")
_MARKUP_HEAD = re.compile(rb"\s*+(?:\xef\xbb\xbf)?+\s*+(?:<|Scenarist_SCC)")
_SAME_CHAOS, _SAME_COHERENCE = 0.01, 0.02


@dataclass(frozen=True)
class SubtitleText:
    """A text file in UTF-8. `encoding` is the original one; '' = unclear among `candidates`, `content` unchanged.

    `codec` is the format of a file that `content` holds as WebVTT, '' for others; `lost` are the features that it lost,
    and `language`, `repaired_s` and `unread` as in `TimedText`.
    """

    content: bytes
    encoding: str
    candidates: tuple[str, ...] = ()
    codec: str = ""
    lost: frozenset[str] = frozenset()
    language: str = ""
    repaired_s: tuple[float, ...] = ()
    unread: tuple[str, ...] = ()

    def opened(self, path: Path) -> io.BytesIO:
        """The content as a file object with the name of its path, by which demuxers recognise the format."""
        file = io.BytesIO(self.content)
        file.name = path.name
        return file


def subtitle_text(path: Path, language: str = "") -> SubtitleText | None:
    """The text of a file; None when it is binary or too large. Raises MediaError for TTML and SCC with errors.

    `language` (BCP 47, '' = unknown) decides among the encodings that fit.
    """
    stat = path.stat()
    return _read(path, stat.st_size, stat.st_mtime_ns, language) if stat.st_size <= _MAX_BYTES else None


@lru_cache(maxsize=4)
def _read(path: Path, _size: int, _changed: int, language: str) -> SubtitleText | None:
    text = _text(path.read_bytes(), language)
    return _as_webvtt(text) if text and text.encoding else text


def _as_webvtt(text: SubtitleText) -> SubtitleText:
    """The text of TTML and SCC as WebVTT."""
    if not _MARKUP_HEAD.match(text.content[:_HEAD_BYTES]):
        return text
    from media_workflows.media.source.subtitles.timed_text import timed_text  # 0.1 s of imports that few files need

    found = timed_text(text.content.decode())
    if found is None:
        return text
    return replace(
        text,
        content=found.webvtt.encode(),
        codec=found.codec,
        lost=found.lost,
        language=found.language,
        repaired_s=found.repaired_s,
        unread=found.unread,
    )


def _text(content: bytes, language: str) -> SubtitleText | None:
    if encoding := _by_bom(content) or _by_zeros(content[:_HEAD_BYTES]):
        return _decoded(content, [encoding])
    if b"\0" in content[:_HEAD_BYTES]:
        return None
    found = _decoded(content, ["utf-8"])
    return found if found.encoding else _decoded(content, _recognised(content, language))


def _by_bom(content: bytes) -> str:
    return next((encoding for bom, encoding in _BOMS if content.startswith(bom)), "")


def _by_zeros(head: bytes) -> str:
    """The encoding of UTF-16 without a byte order mark; '' = not UTF-16."""
    little, big = head[1::2].count(0), head[::2].count(0)
    if max(little, big) < _WIDE_NULS * len(head) or min(little, big) > max(little, big) / 10:
        return ""
    return "utf-16-le" if little > big else "utf-16-be"


def _decoded(content: bytes, encodings: Iterable[str]) -> SubtitleText:
    candidates = tuple(encodings)
    if len(candidates) == 1:
        try:
            text = content.decode(candidates[0])
        except UnicodeDecodeError:
            return SubtitleText(content, "", candidates)
        return SubtitleText(with_arrows(text).encode(), candidates[0].removesuffix("-sig"))
    return SubtitleText(content, "", candidates)


def _recognised(content: bytes, language: str) -> list[str]:
    """The most plausible encodings of the text: one, unless it is short."""
    lines = [line for line in content.splitlines(keepends=True) if not line.isascii()]
    sample = b"".join(lines)[:_SAMPLE_BYTES]
    wide = wide_encodings(language)
    if not wide and (page := code_page(sample, language)):
        return [page]
    matches = list(from_bytes(sample, cp_isolation=list(wide or _CANDIDATES)))
    if not matches:  # such as for rare signs: of a stated language, the most used encoding that has them
        return [one for one in wide if decoded(sample, one) is not None][:1]
    chaos = min(match.chaos for match in matches)
    calm = [match for match in matches if match.chaos <= chaos + _SAME_CHAOS]
    coherence = max(match.coherence for match in calm)
    return _chosen([match for match in calm if match.coherence >= coherence - _SAME_COHERENCE])


def _chosen(best: list[CharsetMatch]) -> list[str]:
    """The names of the best matches; of Latin ones only the first."""
    names = [_name(match) for match in best]
    if len(best) > 1 and all(name in _LATIN for name in names):
        return [min(names, key=_LATIN.index)]
    return names


def _name(match: CharsetMatch) -> str:
    return next((one for one in _CANDIDATES if one in match.could_be_from_charset), match.encoding)
