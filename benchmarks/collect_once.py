"""`python -m benchmarks.collect_once <film> <needs>`: collect features and print what it took, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName
from media_workflows.intelligence.features.collect import FeatureRequest, collect
from media_workflows.intelligence.features.cpu_shares import CpuShares
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.settings import Settings


def main() -> None:
    """CPU in seconds (`start_s` of them until here), memory in MB: the most of this process, and of any one ffmpeg."""
    film, *needs = sys.argv[1:]
    shares, start_s = CpuShares(), time.process_time()
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as name:
        request = FeatureRequest(Path(film), cast(list[FeatureName], needs), FeatureOptions(), Path(name))
        features = collect(request, Settings(), lambda _: None, CancelToken(), shares)
    ours, ffmpeg = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = {
        "cpu_s": ours.ru_utime + ours.ru_stime + ffmpeg.ru_utime + ffmpeg.ru_stime,
        "start_s": start_s,
        "peak_mb": ours.ru_maxrss / 1024,
        "ffmpeg_peak_mb": ffmpeg.ru_maxrss / 1024,
    }
    print(json.dumps({**features.counters, **spent, "shares": shares.rounded()}))


if __name__ == "__main__":
    main()
