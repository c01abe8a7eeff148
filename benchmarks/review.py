"""Listed words found and verdicts given, beside the bare library and a plain search."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.intelligence import SETTINGS
from benchmarks.labelled_set import Caption, Scene, text_clip
from benchmarks.options import Options
from benchmarks.report import Table, ratio, seconds
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import Features
from media_workflows.domain.jobs.content_review import WordCheck
from media_workflows.domain.words import WordSample
from media_workflows.intelligence.decisions.found_words import found_words
from media_workflows.intelligence.decisions.review import review_words
from media_workflows.intelligence.features.collect import FeatureRequest, collect
from media_workflows.intelligence.features.frames import Decode, DecodePlan
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.source.probe import probe

SIZE = 1280, 720
EACH_S, GAP_S, INTERVAL_S = 2.0, 0.4, 0.5
WORDS = tuple(WordSample(keyword=keyword, tags=("prohibited",)) for keyword in ("违禁物品", "赌博", "snake oil", "ass"))
CHECK = WordCheck(block_confidence=90, review_confidence=60)
# What stands in the picture, and which listed word that is; None = none, though it may look like one.
LISTED: tuple[tuple[str, str | None], ...] = (
    ("这里出售违禁物品", "违禁物品"),
    ("這裡出售違禁物品", "违禁物品"),
    ("违 禁 物 品", "违禁物品"),
    ("禁止赌博", "赌博"),
    ("線上賭博網站", "赌博"),
    ("赌-博", "赌博"),
    ("Buy our Snake Oil now", "snake oil"),
    ("SNAKE OIL", "snake oil"),
    ("ｓｎａｋｅ ｏｉｌ", "snake oil"),
    ("s.n.a.k.e oil", "snake oil"),
)
CLEAN: tuple[tuple[str, str | None], ...] = (
    ("今天天气很好", None),
    ("First class passengers", None),
    ("禁止携带物品", None),
    ("博物馆开放时间", None),
    ("Olive oil and snakes", None),
)


class _Found(NamedTuple):
    """Words by the number of the caption at whose time they were found."""

    words: list[tuple[int, str]]
    cpu_s: float
    verdict: str


def run(_options: Options) -> list[Table]:
    """A clip with listed words and one without, by both ways."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as name:
        root = Path(name)
        rows = []
        for title, lines in (("with listed words", LISTED), ("without", CLEAN)):
            clip = root / f"{title}.mp4"
            captions = _captions(text for text, _ in lines)
            length_s = captions[-1].end_s + 0.5
            text_clip(clip, [Scene("noise", length_s / 2, 21), Scene("motion", length_s / 2, 22)], captions, SIZE)
            ours, bare = _ours(clip, root, captions), _bare(clip, root, captions)
            rows += [
                _row(title, "our review", lines, ours, bare.cpu_s),
                _row(title, "rapidocr on every sampled frame and a plain search (baseline)", lines, bare, bare.cpu_s),
            ]
    columns = ["clip", "way", "captions with the right word", "wrong finds", "verdict", "CPU s", "ratio"]
    notes = [
        f"{len(LISTED)} captions hold one of {len(WORDS)} listed words, in simplified and traditional characters, full "
        f"width, capitals, with spaces and punctuation inside; {len(CLEAN)} only look like it. 720p, 36 pixels high.",
        "The plain search ignores case and nothing else. CPU of ours is that of the whole task, decoding too.",
    ]
    return [Table("Listed words", columns, rows, notes)]


def _captions(texts: Iterable[str]) -> list[Caption]:
    step_s = EACH_S + GAP_S
    return [
        Caption(text, 0.3 + n * step_s, 0.3 + n * step_s + EACH_S, 36, (200 + 40 * (n % 5), 560))
        for n, text in enumerate(texts)
    ]


def _ours(clip: Path, root: Path, captions: Sequence[Caption]) -> _Found:
    before_s = time.process_time() + _children_s()
    request = FeatureRequest(clip, ["text"], FeatureOptions(sample_interval_s=INTERVAL_S), root / "work")
    features: Features = collect(request, SETTINGS, lambda _: None, CancelToken())
    cpu_s = time.process_time() + _children_s() - before_s
    hits = found_words(features, "ocr", WORDS)
    words = [(_at(captions, (hit.span.start_s + hit.span.end_s) / 2), hit.word.keyword) for hit in hits]
    return _Found(words, cpu_s, review_words(features, "prohibited", "ocr", CHECK, WORDS).suggestion)


def _children_s() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bare(clip: Path, root: Path, captions: Sequence[Caption]) -> _Found:
    from rapidocr import RapidOCR

    threads = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    engine: Any = RapidOCR(params=threads)  # what a call returns depends on its switches
    plan, words, spent_s = DecodePlan(False, 1920, INTERVAL_S, False), [], 0.0
    for frame in Decode(clip, probe(clip), plan, root).frames(ffmpeg_binary(""), CancelToken()):
        before_s = time.process_time()
        text = "\n".join(engine(frame.picture).txts or ()).casefold()
        words += [(_at(captions, frame.time_s), word.keyword) for word in WORDS if word.keyword in text]
        spent_s += time.process_time() - before_s
    return _Found(words, spent_s, "block" if words else "pass")


def _at(captions: Sequence[Caption], time_s: float) -> int:
    return min(range(len(captions)), key=lambda n: abs((captions[n].start_s + captions[n].end_s) / 2 - time_s))


def _row(title: str, way: str, lines: Sequence[tuple[str, str | None]], found: _Found, baseline_s: float) -> list[str]:
    right = {number for number, word in found.words if lines[number][1] == word}
    wrong = {(number, word) for number, word in found.words if lines[number][1] != word}
    asked = sum(word is not None for _, word in lines)
    return [
        title,
        way,
        f"{len(right)} of {asked}",
        str(len(wrong)),
        found.verdict,
        seconds(found.cpu_s),
        ratio(found.cpu_s, baseline_s),
    ]
