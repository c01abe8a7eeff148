"""What the extraction of features reports beside them."""

from __future__ import annotations

from hand_features import features
from media_workflows.execution.features_step import _notices


def test_hot_words_that_were_not_taken_are_named() -> None:
    assert _notices(features(engines={"transcript": "sherpa-onnx 2.0.1, paraformer"})) == ()
    (notice,) = _notices(
        features(engines={"transcript": "sherpa-onnx 2.0.1, paraformer"}, unused_hot_words=("蛇油", "Ada"))
    )
    assert notice.code == "HotWordsLeftOut"
    assert notice.message == (
        "hot words that sherpa-onnx 2.0.1, paraformer does not take, or has no room for: 蛇油, Ada"
    )
