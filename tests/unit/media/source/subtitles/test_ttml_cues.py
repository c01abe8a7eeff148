"""Times, regions and languages of TTML files, arrows of SRT files: what a file says, against the cues that are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_workflows.errors import CaptionsError
from media_workflows.media.source.probe import probe_extra
from media_workflows.media.source.subtitles.cues import Cues, read_cues

HEAD = '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="de">'
REGION = '<head><layout><region xml:id="top" tts:origin="10% 10%" tts:extent="80% 15%"/></layout></head>'
ROLLED = "1\n00:00:01,000 {} 00:00:02,000\nfirst\n\n2\n00:00:03,000 --> 00:00:04,000\na -> b\n1.5 -> 2.5\n1,5 → 2,5\n"


def ttml(directory: Path, body: str, head: str = "") -> Path:
    path = directory / "a.ttml"
    path.write_text(f"{HEAD}{head}<body>{body}</body></tt>", "utf-8")
    return path


def times(cues: Cues) -> list[tuple[float, float, str]]:
    return [(round(one.start_s, 3), round(one.end_s, 3), one.markup) for one in cues.cues]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<div><p begin="1s" end="3s">a</p></div><div begin="8s"><p dur="1s">b</p></div>', [(1, 3), (8, 9)]),
        ('<div begin="8s"><div begin="1s" end="3s"><p begin="1s">b</p></div></div>', [(10, 11)]),
        ('<div begin="1s" dur="2s"><p begin="1s" dur="9s">b</p></div>', [(2, 3)]),
        ('<div><p begin="00:00:04,500" end="00:00:05,000">b</p></div>', [(4.5, 5)]),
        ('<div begin="2s"><p begin="1s" end="4s"><span begin="1s" end="2s">b</span></p></div>', [(4, 5)]),
    ],
)  # fmt: skip
def test_times_of_containers_add_up(body: str, expected: list[tuple[float, float]], tmp_path: Path) -> None:
    found = read_cues(ttml(tmp_path, body), 0)
    assert [(start, end) for start, end, _ in times(found)] == expected
    assert not found.unread


def test_a_cue_that_ends_before_it_begins_is_repaired(tmp_path: Path) -> None:
    found = read_cues(ttml(tmp_path, '<div><p begin="6s" end="5s">a</p><p begin="9s" end="10s">b</p></div>'), 0)
    assert times(found) == [(6, 9, "a"), (9, 10, "b")]
    assert found.repaired_s == (6,)


def test_cues_without_readable_times_are_named(tmp_path: Path) -> None:
    body = '<div><p begin="1s" end="3s">a</p><p begin="abc" end="6s">b</p><p begin="7s" end="-8s">c</p></div>'
    late = '<div begin="x"><p>d</p></div><div end="2s"><p begin="4s" end="5s">e</p></div>'
    found = read_cues(ttml(tmp_path, body + late), 0)
    assert times(found) == [(1, 3, "a")]
    assert found.unread == ("abc-6s", "7s--8s", "x", "4s-5s")


def test_cues_without_a_region_of_the_file_are_shown_at_the_bottom(tmp_path: Path) -> None:
    body = '<div><p begin="1s" end="2s" region="top">a</p><p begin="3s" end="4s">b</p>'
    found = read_cues(ttml(tmp_path, f'{body}<p begin="5s" end="6s" region="none">c</p></div>', REGION), 0)
    assert [(one.markup, one.settings) for one in found.cues] == [
        ("a", "line:10%,start"),
        ("b", "line:90%,end"),
        ("c", "line:90%,end"),
    ]


def test_the_language_of_the_file_is_that_of_its_track(tmp_path: Path) -> None:
    info = probe_extra(ttml(tmp_path, '<div><p begin="1s" end="2s">a</p></div>'))
    assert [one.language for one in info.subtitles] == ["de"]


@pytest.mark.parametrize("arrow", ["->", "- ->", "–>", "—>", "=>", "→"])
def test_another_arrow_between_times_is_read(arrow: str, tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(ROLLED.format(arrow), "utf-8")
    found = read_cues(path, 0)
    assert [(one.start_s, one.end_s, one.rest.split(",", 6)[-1]) for one in found.cues] == [
        (1, 2, "first"),
        (3, 4, r"a -> b\N1.5 -> 2.5\N1,5 → 2,5"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.vtt", b"<html><body>404 Not found</body></html>", "holds no captions: save them as"),
        ("a.vtt", b"WEBVTT\n\n", "holds no captions: save them as"),
        ("a.srt", b'{"hello": "JSON"}', "holds no captions: save them as"),
        ("a.srt", bytes(range(256)) * 9, "holds no captions: save them as"),
        ("a.srt", b"", "holds no captions: save them as"),
        ("a.ttml", HEAD.encode() + b"\n<body><div><p>x</div></body></tt>", "mismatched tag: line 2, column 17"),
    ],
)
def test_a_file_without_captions_says_so(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CaptionsError, match=said):
        probe_extra(path)


@pytest.mark.parametrize(
    ("attributes", "times_of_cue", "said"),
    [
        ('ttp:timeBase="clock"', 'begin="1s" end="2s"', "is no valid TTML"),
        ('ttp:dropMode="dropPAL"', 'begin="1s" end="2s"', "is no valid TTML"),
        ('ttp:frameRateMultiplier="1 0"', 'begin="1s" end="2s"', "is no valid TTML"),
        ('ttp:frameRate="0"', 'begin="10f" end="20f"', r"no cue whose time can be read .*\('10f-20f'\)"),
        ('ttp:tickRate="0"', 'begin="9t"', r"no cue whose time can be read .*\('9t'\)"),
        ("", 'begin="" end=""', "no cue whose time can be read"),
        ("", f'begin="1{"0" * 400}s"', r"no cue whose time can be read .*\('10{39}'\)"),
    ],
)
def test_wrong_attributes_of_ttml_are_an_error_of_the_file(
    attributes: str, times_of_cue: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.ttml"
    head = HEAD.replace("<tt ", f'<tt xmlns:ttp="http://www.w3.org/ns/ttml#parameter" {attributes} ')
    path.write_text(f"{head}<body><div><p {times_of_cue}>a</p></div></body></tt>", "utf-8")
    with pytest.raises(CaptionsError, match=said):
        probe_extra(path)


def test_times_inside_a_cue_leave_no_cue_without_a_length(tmp_path: Path) -> None:
    """At 30 frames/s, the spans end 0.7 µs before their cue when only the times of the cue are rounded."""
    body = '<p begin="1f" end="41f">He said <span begin="10f" end="40f">hello</span></p>'
    late = '<p begin="3s" dur="2s"><span begin="1s">late</span></p>'
    assert times(read_cues(ttml(tmp_path, f"<div>{body}{late}</div>"), 0)) == [
        (0.033, 0.367, "He said"),
        (0.367, 1.367, "He said hello"),
        (4, 5, "late"),
    ]


def test_a_container_that_ends_at_once_shows_nothing(tmp_path: Path) -> None:
    body = tmp_path / "a.ttml"
    cues = '<div end="0s"><p begin="1s" end="2s">a</p></div><div><p begin="3s" end="4s">b</p></div>'
    body.write_text(f'{HEAD}<body end="9s">{cues}</body></tt>', "utf-8")
    found = read_cues(body, 0)
    assert times(found) == [(3, 4, "b")]
    assert found.unread == ("1s-2s",)


def test_a_region_of_a_part_of_a_cue_is_kept(tmp_path: Path) -> None:
    found = read_cues(ttml(tmp_path, '<div><p begin="1s" end="2s"><span region="top">a</span></p></div>', REGION), 0)
    assert [(one.markup, one.settings) for one in found.cues] == [("a", "line:10%,start")]
