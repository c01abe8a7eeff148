"""Encodings of short subtitle files, by language and code page."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from media_workflows.media.source.subtitles.text_files import subtitle_text


class Row(NamedTuple):
    """Sentences of a language, divided by |, each a file of its own, then all in one. `right` is how many of these are
    read right when no language is stated, others are refused; statistics of bytes alone read `before` right."""

    language: str
    encoding: str
    before: int
    right: int
    sentences: str


ROWS = [
    Row("en", "cp1252", 0, 5, "It costs £50.|I want to do the jalapeño thing.|Crème brûlée à la carte|Use ¾ of a cup."),
    Row("fr", "cp1252", 5, 5, "Cœur brisé – âme perdue.|Où sont les clés ?|Voilà, c'est terminé.|Noël approche."),
    Row("de", "cp1252", 4, 4, "Ich weiß nicht, wo er ist.|Können Sie mir helfen?|Schöne Grüße aus München!"),
    Row("es", "cp1252", 3, 4, "¿Dónde está la biblioteca?|No sé qué decirte, señor.|¡Cállate ya!"),
    Row("pt", "cp1252", 4, 4, "Não sei o que você está dizendo.|A situação é complicada.|Até logo, mãe!"),
    Row("it", "cp1252", 4, 4, "Perché non è venuto?|Sì, però più tardi.|La città è bella."),
    Row("sv", "cp1252", 2, 4, "Jag förstår inte.|Var är nycklarna på bordet?|Åh, vad är det här?"),
    Row("pl", "cp1250", 2, 5, "Nie wiem, gdzie są klucze.|Dziękuję bardzo za pomoc.|Co się stało?|Muszę już iść."),
    Row("cs", "cp1250", 1, 4, "Nevím, kde je můj klíč.|Děkuji, že jste přišli.|Co se tady děje?"),
    Row("hu", "cp1250", 1, 4, "Nem tudom, hol van ő.|Köszönöm, jól vagyok.|Mi történt az erdőben?"),
    Row("pl", "iso8859_2", 0, 3, "Nie wiem, gdzie są klucze.|Zażółć gęślą jaźń.|Muszę już iść, właśnie teraz."),
    Row("tr", "cp1254", 0, 5, "Nerede olduğunu bilmiyorum.|Şimdi gitmemiz gerekiyor.|Işık söndü.|Günaydın, nasılsın?"),
    Row("ru", "cp1251", 1, 4, "Я не знаю, где он сейчас.|Доброе утро, как дела?|Что ты здесь делаешь?"),
    Row("ru", "koi8_r", 0, 4, "Я не знаю, где он сейчас.|Доброе утро, как дела?|Что ты здесь делаешь?"),
    Row("uk", "cp1251", 3, 4, "Я не знаю, де він зараз.|Доброго ранку, як справи?|Що ти тут робиш?"),
    Row("uk", "koi8_u", 0, 4, "Я не знаю, де він зараз.|Доброго ранку, як справи?|Що ти тут робиш?"),
    Row("el", "cp1253", 4, 4, "Δεν ξέρω πού είναι.|Καλημέρα, τι κάνεις;|Πρέπει να φύγουμε τώρα."),
    Row("he", "cp1255", 1, 1, "אני לא יודע איפה הוא.|בוקר טוב, מה שלומך?|זה מאוד חשוב לי."),
    Row("ar", "cp1256", 3, 3, "لا أعرف أين هو الآن.|صباح الخير، كيف حالك؟|هذا مهم جدا بالنسبة لي."),
    Row("lt", "cp1257", 0, 0, "Aš nežinau, kur jis yra.|Labas rytas, kaip sekasi šiąnakt?|Ačiū už pagalbą."),
    Row("zh-Hans", "gb18030", 3, 3, "我不知道他在哪里。|早上好，你好吗？|这对我来说非常重要。"),
    Row("zh-Hant", "big5", 3, 3, "我不知道他在哪裡。|早安，你好嗎？|這對我來說非常重要。"),
    Row("ja", "shift_jis", 4, 4, "彼がどこにいるのか分かりません。|おはようございます。|ここで何をしているの？"),
    Row("ko", "euc_kr", 4, 4, "나는 그가 어디에 있는지 모른다.|안녕히 주무세요 친구들.|여기서 뭐 하고 있어?"),
]  # fmt: skip


def files(row: Row, directory: Path) -> list[tuple[Path, str]]:
    """The files of a row, each with its text."""
    sentences = row.sentences.split("|")
    made = []
    for number, lines in enumerate([*([one] for one in sentences), sentences]):
        times = (
            f"{at + 1}\n00:00:0{2 * at},000 --> 00:00:0{2 * at + 1},000\n{one}\n\n" for at, one in enumerate(lines)
        )
        text, path = "".join(times), directory / f"{number}.srt"
        path.write_bytes(text.encode(row.encoding))
        made.append((path, text))
    return made


def is_right(path: Path, text: str, language: str) -> bool:
    found = subtitle_text(path, language)
    return bool(found and found.encoding) and found is not None and found.content.decode() == text


def is_decoded(path: Path) -> bool:
    found = subtitle_text(path)
    return bool(found and found.encoding)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.language}-{row.encoding}")
def test_short_files_in_each_language(row: Row, tmp_path: Path) -> None:
    made = files(row, tmp_path)
    assert [text for path, text in made if not is_right(path, text, row.language)] == []
    right = sum(is_right(path, text, "") for path, text in made)
    assert right == row.right >= row.before
    if row.language not in ("lt", "pl"):  # each other file is refused, not read wrong
        assert [path for path, text in made if not is_right(path, text, "") and is_decoded(path)] == []


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        ("ja", "cp932", "彼①髙がどこにいるのか分かりません。"),
        ("ko", "cp949", "나는 똠양꿍 그가 어디에 있는지 모른다."),
        ("yue", "big5hkscs", "我不知道佢喺邊度，嘅咗。"),
        ("zh-Hant", "big5hkscs", "我不知道佢喺邊度，嘅咗。"),
    ],
)
def test_signs_beside_the_standard_of_a_stated_language(
    language: str, encoding: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.srt"
    whole = f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n"
    path.write_bytes(whole.encode(encoding))
    assert is_right(path, whole, language)


def test_a_wrong_language_is_not_believed(tmp_path: Path) -> None:
    for stated, row in (("fr", ROWS[7]), ("pl", ROWS[1]), ("ru", ROWS[1]), ("xx", ROWS[1])):
        path, text = files(row, tmp_path)[-1]
        assert is_right(path, text, stated), stated


@pytest.mark.parametrize("row", [row for row in ROWS if row.language in ("ru", "uk")], ids=lambda row: row.encoding)
def test_cyrillic_letters_are_read_where_english_is_stated(row: Row, tmp_path: Path) -> None:
    path, text = files(row, tmp_path)[-1]
    assert is_right(path, text, "en")
