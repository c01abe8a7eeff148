"""Chinese speech and a highlight through a real Airflow, of a recording: the model does not recognise eSpeak's Chinese.

It needs TEST_SPEECH_DIR, a directory with `fun_asr_example.wav` of FunASR's runtime examples (MIT).
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import av
import pytest

from airflow_product import Product, eventually
from media_workflows.demo.layout import OUTPUT_BUCKET
from product_scenarios import Scenario
from stub_engines import needs_speech_model

RECORDING = Path(os.environ.get("TEST_SPEECH_DIR", "")) / "fun_asr_example.wav"
WORD = "语音识别"  # of "欢迎大家来体验达摩院推出的语音识别模型", said from 1 s to 6.5 s: near the end
FROM_S, TO_S = 4.0, 6.8
CLIP_S = 5
JOBS: dict[str, Any] = {
    "content_review": [
        {
            "parameters": {
                "language": "zh",
                "prohibited": {"asr": {"block_confidence": 60, "review_confidence": 50}},
            }
        }
    ],
    "recognition": [{"parameters": {"language": "zh", "asr_full_text": {"subtitle_format": "vtt"}}}],
    "analysis": [{"parameters": {"highlight": {"count": 1, "clip_s": CLIP_S}}}],
}
# Without the recording nothing is uploaded: a scenario begins with all others of a run.
MANDARIN = (
    pytest.mark.scenario(
        "mandarin",
        {"clip.mp4": ("一切正常", RECORDING)},
        words={"words": [{"keyword": WORD, "usages": ["review.asr"]}], "tags": ["prohibited"]},
        parts={"jobs": JOBS},
    )
    if RECORDING.is_file()
    else pytest.mark.skip(reason="no recording of Chinese speech")
)


def output_of(event: dict[str, Any], results: str, task: str) -> dict[str, Any]:
    """The output of one task of an event's result set."""
    (found,) = (one[task] for one in event[results] if one.get(task))
    output: dict[str, Any] = found["Output"]
    return output


@pytest.mark.full
@needs_speech_model
@MANDARIN
def test_a_listed_word_blocks_and_the_highlight_plays(product: Product, scenario: Scenario) -> None:
    (run,) = product.finished(scenario.workflow)
    assert run["state"] == "success", run["jobs"]
    (received,) = eventually(lambda: product.events(scenario.workflow))
    event = received["event"]["WorkflowTaskEvent"]

    spoken = output_of(event, "AiContentReviewResultSet", "ProhibitedAsrTask")
    assert spoken["Suggestion"] == "block"
    (segment,) = spoken["SegmentSet"]
    assert segment["KeywordSet"] == [WORD]
    assert FROM_S < segment["StartTimeOffset"] < segment["EndTimeOffset"] < TO_S
    assert segment["EndTimeOffset"] - segment["StartTimeOffset"] < 2

    (highlight,) = output_of(event, "AiAnalysisResultSet", "HighlightTask")["HighlightSet"]
    data = product.s3.get_object(Bucket=OUTPUT_BUCKET, Key=highlight["HighlightPath"])["Body"].read()
    with av.open(io.BytesIO(data)) as clip:
        frames = len(list(clip.decode(video=0)))
    assert frames == pytest.approx(25 * highlight["Duration"], abs=3)
