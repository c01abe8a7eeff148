"""An engine that is not here says what is missing, why, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.image_moderation import load_image_moderator
from media_workflows.intelligence.engines.labels import load_labeller
from media_workflows.intelligence.extras import load
from media_workflows.settings import Settings


def test_a_module_that_is_not_installed() -> None:
    with pytest.raises(EngineUnavailableError) as caught:
        load("no_such_module", "a missing engine", extra="sherpa")
    assert caught.value.engine == "a missing engine"
    assert "no_such_module" in caught.value.why
    assert caught.value.remedy == "install it: pip install 'media-workflows[sherpa]'"


def test_no_model_is_set() -> None:
    with pytest.raises(EngineUnavailableError, match="point the setting image_moderation_model_path"):
        load_image_moderator(Settings(image_moderation_engine="onnx"))
    with pytest.raises(EngineUnavailableError, match="point the setting label_model_path"):
        load_labeller(Settings(), ("cat",))


NO_TELEMETRY = """
from pathlib import Path
from media_workflows.intelligence.extras import load
ort = load("onnxruntime", "any")
models = (Path(load("rapidocr", "any").__file__).parent / "models").glob("*.onnx")
ort.InferenceSession(str(min(models, key=lambda file: file.stat().st_size)), providers=["CPUExecutionProvider"])
"""


def test_onnxruntime_sends_nothing_to_its_vendor(tmp_path: Path) -> None:
    """Its telemetry keeps a file `.ses`; it is off by itself where CI is set."""
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    subprocess.run([sys.executable, "-c", NO_TELEMETRY], env=environment | {"TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
