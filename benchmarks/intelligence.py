"""What our features miss and cost, beside the bare libraries run on everything."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import model_tables, one_decode, spoken_set, text_set
from benchmarks.error_rates import Score, character_error_rate, word_hits
from benchmarks.labelled_set import Boundary, shots_clip, text_clip
from benchmarks.options import Options
from benchmarks.report import Table, ratio, seconds
from media_workflows.intelligence.engines.asr import load_asr
from media_workflows.intelligence.engines.ocr import load_ocr
from media_workflows.intelligence.engines.vad import load_vad
from media_workflows.intelligence.features.frames import Decode, DecodePlan, Frame
from media_workflows.intelligence.features.ocr import FrameOcr
from media_workflows.intelligence.features.shots import ShotFinder
from media_workflows.intelligence.features.speech import speech, transcript
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings

SHOT_SEEDS = range(101, 105)  # others than those by which the thresholds were chosen
SHOTS_PER_CLIP = 25
INTERVAL_S = 0.5
SETTINGS = Settings(intelligence_threads=1)
OURS = "our features"
JOBS = {
    "content_review": ("text", "transcript", "moderation", "shots"),
    "recognition": ("text", "transcript", "faces"),
    "analysis": ("shots", "frames", "faces", "text", "sound", "picture", "speech"),
}


def run(options: Options) -> list[Table]:
    """Text, shots, speech, the three jobs together, and the memory of a long source."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as name:
        root = Path(name)
        clip = root / "text.mp4"
        text_clip(clip, text_set.SCENES, text_set.CAPTIONS, text_set.SIZE)
        tables = [*model_tables.run(options), _text(clip, root), _shots(root), _speech(root)]
        film = spoken_set.with_voice(clip, root)
        tables += [_jobs(film), one_decode.table(film, _needs())]
        return [*tables, _memory(film, options.long_s)] if options.long_s else tables


def _text(clip: Path, root: Path) -> Table:
    """CPU of text alone: both are handed the same decoded frames."""
    times: list[float] = []
    bare_lines, bare_cpu_s = _bare_ocr(clip, root, times)
    reader = FrameOcr(load_ocr(SETTINGS), 1.0)
    ours_cpu_s = _fed(reader.feed, _decoded(clip, root, DecodePlan(False, 1920, INTERVAL_S, False)))
    sightings = reader.sightings(probe(clip).duration_s)

    def standing(time_s: float) -> list[str]:
        now = [one for one in sightings if one.start_s - 1e-3 <= time_s < one.end_s - 1e-3]
        return [line.text for one in now for line in one.lines]

    rows = []
    for way, cpu_s, looks, reads, lines in (
        (OURS, ours_cpu_s, reader.searches, reader.reads, standing),
        ("rapidocr on every sampled frame (baseline)", bare_cpu_s, len(times), "all", bare_lines.__getitem__),
    ):
        wrong = character_error_rate(text_set.CAPTIONS, times, lines)
        rows.append([way, f"{100 * wrong:.2f} %", seconds(cpu_s), str(looks), str(reads), ratio(cpu_s, bare_cpu_s)])
    columns = ["way", "character error rate", "CPU s", "text detections", "lines recognised", "ratio"]
    notes = [
        f"{len(times)} frames of 1080p, one each {INTERVAL_S} s, over still and moving pictures; Chinese and English "
        "of 28 to 80 pixels, still and moving. One thread for both; decoding is in neither.",
        "At each frame's time a caption is compared with the nearest line; one that is not there is wrong altogether.",
    ]
    return Table("Text", columns, rows, notes)


def _bare_ocr(clip: Path, root: Path, times: list[float]) -> tuple[dict[float, list[str]], float]:
    from rapidocr import RapidOCR

    threads = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    engine: Any = RapidOCR(params=threads)  # what a call returns depends on its switches
    found: dict[float, list[str]] = {}

    def read(frame: Frame) -> None:
        times.append(frame.time_s)
        found[frame.time_s] = list(engine(frame.picture).txts or ())

    return found, _fed(read, _decoded(clip, root, DecodePlan(False, 1920, INTERVAL_S, False)))


def _decoded(clip: Path, root: Path, plan: DecodePlan) -> Iterator[Frame]:
    yield from Decode(clip, probe(clip), plan, root).frames(ffmpeg_binary(""), CancelToken())


def _fed(feed: Callable[[Frame], None], frames: Iterator[Frame]) -> float:
    """CPU seconds of this process in `feed`; ffmpeg's and the pipe's are not in it."""
    spent_s = 0.0
    for frame in frames:
        before_s = time.process_time()
        feed(frame)
        spent_s += time.process_time() - before_s
    return spent_s


def _shots(root: Path) -> Table:
    """CPU of everything, decoding too."""
    labels = {}
    for seed in SHOT_SEEDS:
        clip = root / f"shots{seed}.mp4"
        labels[clip] = shots_clip(clip, seed, SHOTS_PER_CLIP)
    ways = {OURS: lambda clip: _our_shots(clip, root), "PySceneDetect on every frame (baseline)": _scenedetect}
    found = {way: _scored(detect, labels) for way, detect in ways.items()}
    baseline_s = list(found.values())[-1][1]
    rows = [
        [way, f"{s.f1:.3f}", str(s.right), str(s.wrong), str(s.missed), seconds(cpu_s), ratio(cpu_s, baseline_s)]
        for way, (s, cpu_s) in found.items()
    ]
    columns = ["way", "F1", "right", "wrong", "missed", "CPU s", "ratio"]
    notes = [
        f"{len(labels)} clips of {SHOTS_PER_CLIP} shots, 640x360: cuts, fades through black, dissolves, inserted "
        "black, flashes, camera noise, pans and moving shapes; other seeds than those used to choose our thresholds.",
        "PySceneDetect: AdaptiveDetector for cuts, ThresholdDetector for fades, as they come; none for dissolves.",
    ]
    return Table("Shots", columns, rows, notes)


def _scored(detect: Callable[[Path], list[float]], labels: dict[Path, list[Boundary]]) -> tuple[Score, float]:
    score, before_s = Score(), _cpu_s()
    for clip, boundaries in labels.items():
        score.add(detect(clip), boundaries)
    return score, _cpu_s() - before_s


def _our_shots(clip: Path, root: Path) -> list[float]:
    finder = ShotFinder()
    for frame in _decoded(clip, root, DecodePlan(True, 0, INTERVAL_S, False)):
        finder.feed(frame)
    return [shot.start_s for shot in finder.shots(probe(clip).duration_s)[1:]]


def _scenedetect(clip: Path) -> list[float]:
    from scenedetect import AdaptiveDetector, SceneManager, ThresholdDetector, open_video

    video, manager = open_video(str(clip)), SceneManager()
    manager.add_detector(AdaptiveDetector())
    manager.add_detector(ThresholdDetector())
    manager.detect_scenes(video)
    return [float(start.get_seconds()) for start, _ in manager.get_scene_list()[1:]]


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _speech(root: Path) -> Table:
    """Both hear the same sentences with pauses between them."""
    file, length_s = spoken_set.sentences_wav(root), spoken_set.length_s()
    before_s = time.process_time()
    spans = speech(file, load_vad(SETTINGS))
    asr = load_asr(SETTINGS, "en")
    ours = _bare(" ".join(one.text for one in transcript(file, spans, asr, "en", lambda _: None).utterances))
    ours_s = time.process_time() - before_s
    before_s = time.process_time()
    whole = spoken_set.samples(file)
    bare = _bare(" ".join(one.text for one in load_asr(SETTINGS, "en").transcribe(whole, "en")))
    bare_s = time.process_time() - before_s
    rows = []
    for way, said, cpu_s in ((OURS, ours, ours_s), ("the engine on the whole (baseline)", bare, bare_s)):
        hits, words = word_hits(spoken_set.SENTENCES, said)
        rows.append([way, f"{hits} of {words}", seconds(cpu_s), ratio(cpu_s, bare_s)])
    notes = [
        f"{len(spoken_set.SENTENCES)} sentences by eSpeak NG in {length_s:.0f} s, with pauses. A synthetic voice is no "
        "easy one for a recogniser.",
    ]
    return Table("Speech of a synthetic voice", ["way", "words recognised", "CPU s", "ratio"], rows, notes)


def _bare(text: str) -> str:
    """Words as the known ones are written."""
    return "".join(char for char in text.lower() if char.isalnum() or char in " '")


def _needs() -> list[str]:
    """The features of the three jobs."""
    return sorted({need for needs in JOBS.values() for need in needs})


def _jobs(film: Path) -> Table:
    """Each in a process of its own, so that none profits from what another has loaded."""
    alone = [_collected(film, list(needs)) for needs in JOBS.values()]
    sums = {name: sum(one[name] for one in alone) for name in ("decodes", "ocr_looks", "face_looks", "cpu_s")}
    one = _collected(film, _needs())
    rows = [
        [
            way,
            *(str(spent[name]) for name in ("decodes", "ocr_looks", "face_looks")),
            seconds(spent["cpu_s"]),
            ratio(spent["cpu_s"], sums["cpu_s"]),
        ]
        for way, spent in (("one collection for the three jobs", one), ("one for each job (baseline)", sums))
    ]
    columns = ["way", "decodes of the source", "text detections", "face detections", "CPU s", "ratio"]
    return Table("Review, recognition and analysis of one source", columns, rows, [f"{', '.join(JOBS)}: {JOBS}"])


def _memory(film: Path, long_s: int) -> Table:
    long = film.with_name("long.mp4")
    spoken_set.repeated(film, long, long_s)
    spent = _collected(long, _needs())
    row = [f"{long_s}", f"{spent['peak_mb']:.0f}", f"{spent['ffmpeg_peak_mb']:.0f}", seconds(spent["cpu_s"])]
    columns = ["seconds of 1080p", "peak MB of the task", "of its ffmpeg", "CPU s"]
    return Table("Memory of a long source", columns, [row], ["All features of the three jobs in one collection."])


def _collected(film: Path, needs: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.collect_once", str(film), *needs]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"ocr_looks": 0, "face_looks": 0, **answer}
