"""When features may be used again."""

from __future__ import annotations

import json
from pathlib import Path

from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.intelligence.features.feature_settings import feature_settings
from media_workflows.settings import Settings


def test_what_makes_a_difference(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"1")
    settings = Settings(image_moderation_model_path=str(model))
    usual = feature_settings(["text", "moderation"], FeatureOptions(), settings)
    assert usual == feature_settings(["moderation", "text", "text"], FeatureOptions(), settings)
    assert json.loads(json.dumps(usual)) == usual
    assert usual["packages"]["rapidocr"]
    assert usual != feature_settings(["text"], FeatureOptions(), settings)
    assert usual != feature_settings(["text", "moderation"], FeatureOptions(sample_interval_s=1), settings)
    assert usual != feature_settings(["text", "moderation"], FeatureOptions(hot_words=("Ada",)), settings)
    model.with_suffix(".json").write_text("{}")
    assert usual != feature_settings(["text", "moderation"], FeatureOptions(), settings)


def test_settings_of_other_features_have_no_effect() -> None:
    other = Settings(asr_engine="sherpa_onnx", chinese_script="traditional")
    assert feature_settings(["text"], FeatureOptions(), Settings()) == feature_settings(
        ["text"], FeatureOptions(), other
    )
