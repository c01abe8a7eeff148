"""One clip in which everything is to be found, and its features; both made once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.labelled_set import FPS, Caption, Scene, captioned, drawn_face, encode, wav
from benchmarks.voice import RATE_HZ, silence, spoken

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName, Features
from media_workflows.intelligence.features.collect import FeatureRequest, collect
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.settings import Settings

SIZE = 640, 360
SAID = "the meeting will begin at three o'clock"
# 0 to 3 s a quiet picture, to 4 s black, to 7 s a camera's pan, to 10 s a face that stands still.
SCENES = [Scene("noise", 3, 3), Scene("motion", 3, 4)]
CAPTIONS = [
    Caption("今天的会议三点开始", 0.6, 2.6, 32, (150, 300)),
    Caption("Please be on time", 4.4, 6.8, 30, (40, 40)),
]


def frames() -> Any:
    made = list(captioned(SCENES[:1], CAPTIONS[:1], SIZE))
    yield from made
    yield from (np.zeros((SIZE[1], SIZE[0], 3), np.uint8) for _ in range(FPS))
    yield from captioned(SCENES[1:], CAPTIONS[1:], SIZE, start_s=4.0)
    face = drawn_face()
    last = np.full((SIZE[1], SIZE[0], 3), (90, 110, 130), np.uint8)
    last[20 : 20 + face.shape[0], 200 : 200 + face.shape[1]] = face
    yield from (last for _ in range(3 * FPS))


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10 s: text in two languages, two cuts and a black second, a sentence at 4 s, a face, silence."""
    root = tmp_path_factory.mktemp("everything")
    said = np.concatenate([silence(4), spoken(SAID), silence(10)])[: 10 * RATE_HZ]
    wav(root / "said.wav", said, RATE_HZ)
    encode(root / "everything.mp4", frames(), SIZE, root / "said.wav")
    return root / "everything.mp4"


@pytest.fixture
def collected(tmp_path: Path) -> Callable[..., Features]:
    """`collect` with what a test does not care about filled in."""

    def call(source: Path, *needs: FeatureName, cancellation: CancelToken | None = None, **options: Any) -> Features:
        on_progress = options.pop("on_progress", lambda _: None)
        settings = options.pop("settings", Settings())
        request = FeatureRequest(source, needs, FeatureOptions(**options), tmp_path)
        return collect(request, settings, on_progress, cancellation or CancelToken())

    return call
