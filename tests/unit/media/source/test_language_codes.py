"""Languages as containers write them."""

from __future__ import annotations

import pytest

from media_workflows.media.source.language_codes import language_notices, read_language, written_language


@pytest.mark.parametrize(
    ("language", "container", "written", "is_kept"),
    [
        ("de", "mp4", "deu", True),
        ("de", "m4a", "deu", True),
        ("de", "ts", "deu", True),
        ("de", "mov", "ger", True),
        ("fre", "mov", "fra", True),
        ("zh", "mov", "chi", True),
        ("ger", "mp4", "ger", True),
        ("en", "mkv", "en", True),
        ("zh-Hans", "mkv", "zh-Hans", True),
        ("zh-Hans", "mp4", "zho", False),
        ("zh-Hans", "mov", "chi", False),
        ("pt-BR", "ts", "por", False),
        ("sv", "mov", "sve", True),
        ("hr", "mov", "hr ", True),
        ("af", "mov", "und", False),  # a language that QuickTime has no number for
        ("af", "mp4", "afr", True),
        ("yue", "mp4", "yue", True),
        ("x-klingon", "mp4", "und", False),
        ("xx", "mp4", "und", False),
        ("", "mp4", "", True),
    ],
)
def test_written(language: str, container: str, written: str, is_kept: bool) -> None:
    assert written_language(language, container) == written
    notices = list(language_notices([language, language], container))
    assert [(one.code, one.parameters["language"]) for one in notices] == [("LanguageNotKept", language)] * (
        not is_kept
    )


def test_read() -> None:
    assert read_language("sve", "mov,mp4,m4a,3gp,3g2,mj2") == "swe"
    assert read_language("hr ", "mov,mp4,m4a,3gp,3g2,mj2") == "hrv"
    assert read_language("sve", "matroska,webm") == "sve"
    assert read_language("und", "matroska,webm") == ""
