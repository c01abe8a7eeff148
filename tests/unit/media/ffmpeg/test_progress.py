"""The `-progress` parser on text as ffmpeg writes it."""

from __future__ import annotations

from media_workflows.media.ffmpeg.progress import Progress, ProgressParser

BLOCK = "frame=50\nfps=25.00\nbitrate= 100.0kbits/s\nout_time_us={us}\nspeed={speed}\nprogress={state}"


def reports(text: str, expected_s: float = 10) -> list[Progress]:
    parser = ProgressParser(expected_s)
    return [report for line in text.splitlines() if (report := parser.feed(line))]


def test_a_block_makes_one_report() -> None:
    (report,) = reports(BLOCK.format(us=2_500_000, speed="2.5x", state="continue"))
    assert report == Progress(percent=25.0, speed=2.5, eta_s=3.0, fps=25.0, out_time_s=2.5)


def test_nothing_known_yet() -> None:
    (report,) = reports(BLOCK.format(us="N/A", speed="N/A", state="continue"))
    assert (report.percent, report.speed, report.eta_s) == (0.0, None, None)


def test_time_never_runs_backwards_and_never_passes_the_end() -> None:
    text = "\n".join(BLOCK.format(us=us, speed="1x", state="continue") for us in (3_000_000, -1, 99_000_000))
    assert [report.percent for report in reports(text)] == [30.0, 30.0, 100.0]


def test_the_end_is_the_end() -> None:
    (report,) = reports(BLOCK.format(us=1, speed="1x", state="end"))
    assert (report.percent, report.eta_s) == (100.0, 0.0)


def test_unknown_duration_and_noise() -> None:
    assert reports("garbage\n\n=\n") == []
    (report,) = reports(BLOCK.format(us=1_000_000, speed="1x", state="continue"), expected_s=0)
    assert (report.percent, report.eta_s) == (0.0, None)
