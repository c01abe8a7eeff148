"""Reports: features as files, JSON lines for each feature and WebVTT of the transcript."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from media_workflows.domain.features import Features, Utterance
from media_workflows.errors import MediaError
from media_workflows.intelligence.features.subtitle_cues import cues

HEAD_FILE, SUBTITLES_FILE = "signals.json", "transcript.vtt"
# Features with many entries have a file each; single values are in the head file.
_LISTS = ("shots", "frames", "text", "speech", "transcript", "faces", "moderation", "labels")


def write_features(features: Features, directory: Path) -> tuple[Path, ...]:
    """Write the reports into `directory`, the head file last. A transcript is also written as subtitles."""
    directory.mkdir(parents=True, exist_ok=True)
    values = features.model_dump(mode="json")
    written = []
    for name in _LISTS:
        if name in features.engines or values[name]:
            written.append(_file(directory / f"{name}.jsonl", (_line(entry) for entry in values[name])))
        del values[name]
    if "transcript" in features.engines or features.transcript:
        written.append(_file(directory / SUBTITLES_FILE, [subtitles(features.transcript)]))
    return (*written, _file(directory / HEAD_FILE, [_line(values)]))


def read_features(directory: Path) -> Features:
    """Read the reports of `write_features`. Raises MediaError if a file is missing or damaged."""
    try:
        values: dict[str, Any] = json.loads((directory / HEAD_FILE).read_text(encoding="utf-8"))
        for name in _LISTS:
            if (file := directory / f"{name}.jsonl").exists():
                with file.open(encoding="utf-8", newline="\n") as lines:
                    values[name] = [json.loads(line) for line in lines]
        return Features.model_validate(values)
    except (OSError, ValueError) as error:
        raise MediaError(
            "the features in {directory} cannot be read: {error}; extract them again with `force`",
            directory=directory,
            error=error,
        ) from error


def subtitles(transcript: Iterable[Utterance]) -> str:
    """The transcript as WebVTT."""
    blocks = (
        f"{_clock(cue.start_s)} --> {_clock(cue.end_s)}\n" + "".join(f"{_escaped(line)}\n" for line in cue.lines)
        for cue in cues(transcript)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(time_s: float) -> str:
    millis = round(time_s * 1000)
    return f"{millis // 3_600_000:02d}:{millis // 60_000 % 60:02d}:{millis // 1000 % 60:02d}.{millis % 1000:03d}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _file(path: Path, parts: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)
    return path
