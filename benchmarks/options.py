"""The options of a benchmark run on the command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Sample counts and bounds. `settle_cap_s` (seconds) bounds the wait for Airflow to parse the other workflows."""

    samples: int = 10
    repeats: int = 3
    clip_s: int = 30
    graph_lengths: str = "15,60,120"
    split_lengths: str = "120"
    split_chunk_s: float = 30
    split_workers: int = 2
    workflows: int = 1000
    settle_cap_s: float = 300
    definition_sizes: str = "1000,5000,10000"
    page_workflows: int = 10_000
    page_runs: int = 300_000
    page_data: str = ""
    run_interval_s: float = 20.0
    tabs: int = 20
    tabs_s: float = 30
    long_s: int = 0
    speech_dir: str = ""
    media_dir: str = ""
    clip_cap_s: float = 900
    vmaf_target: float = 93
    vmaf_codecs: str = "h264"
    uploads: int = 1000
    existing: int = 300
    queued: int = 10_000
    queued_s: int = 60
    calls: int = 200
