"""`Progress`: the phase of a job, and ffmpeg's `-progress` lines as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.domain.progress import Phase


@dataclass(frozen=True)
class Progress:
    """One report. `percent` is 0 to 100 of the encode, `speed` media seconds per second; None = not known (yet)."""

    percent: float
    speed: float | None = None
    eta_s: float | None = None
    fps: float | None = None
    out_time_s: float = 0.0
    phase: Phase = "encoding"


class ProgressParser:
    """Collects key=value lines; each block ends with `progress=continue` or `progress=end`."""

    def __init__(self, expected_duration_s: float) -> None:
        self._expected_s = expected_duration_s
        self._block: dict[str, str] = {}
        self._out_time_s = 0.0

    def feed(self, line: str) -> Progress | None:
        """A report when `line` completes a block, else None. Lines of another form are ignored."""
        key, separator, value = line.strip().partition("=")
        if not separator:
            return None
        self._block[key] = value.strip()
        if key != "progress":
            return None
        block, self._block = self._block, {}
        return self._report(block)

    def _report(self, block: dict[str, str]) -> Progress:
        micros = _number(block.get("out_time_us", ""))
        if micros is not None:  # 'N/A' before the first packet; time never runs backwards
            self._out_time_s = max(self._out_time_s, micros / 1_000_000)
        speed = _number(block.get("speed", "").removesuffix("x"))
        ended = block["progress"] == "end"
        return Progress(
            percent=100.0 if ended else self._percent(),
            speed=speed,
            eta_s=0.0 if ended else self._eta_s(speed),
            fps=_number(block.get("fps", "")),
            out_time_s=self._out_time_s,
        )

    def _percent(self) -> float:
        if self._expected_s <= 0:
            return 0.0
        return round(min(100.0, 100 * self._out_time_s / self._expected_s), 1)

    def _eta_s(self, speed: float | None) -> float | None:
        if not speed or self._expected_s <= 0:
            return None
        return round(max(0.0, self._expected_s - self._out_time_s) / speed, 1)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
