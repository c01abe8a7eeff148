"""Parameters of a ladder that do not go together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters

VIDEO, AAC = {"height": 240}, {"codec": "aac"}
STREAM = {"video": VIDEO, "audio": AAC}


def audio(**asked: Any) -> dict[str, Any]:
    return {"video": VIDEO, "audio": {**AAC, **asked}}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"streams": [{"audio": AAC}]}, "pure_audio"),
        ({"pure_audio": True}, "pure_audio"),
        ({"streams": [{"video": {"fps": 24}}, {"video": {"fps": 25}}]}, "the same fps"),
        (
            {"streams": [audio(tracks="all"), STREAM], "segment_type": "ts-ts-segment"},
            "the same audio.tracks",
        ),
        ({"streams": [audio(tracks="all")]}, "'all' requires a segment_type that separates audio"),
        (
            {"streams": [{"video": {"codec": "av1"}}], "segment_type": "ts-segment"},
            "streams[0].video.codec must be one of: h264, h265 in ts segments",
        ),
        (
            {"streams": [{"video": {"codec": "vp9"}}], "format": "dash"},
            "must be one of: h264, h265, av1 in mp4 segments",
        ),
        (
            {"streams": [STREAM, audio(codec="opus")]},
            "streams[1].audio.codec must be one of: aac, he-aac, mp3, ac3, eac3",
        ),
        ({"streams": [audio(codec="mp3")], "segment_type": "mp4-segment"}, "aac, ac3, eac3, flac, opus"),
        (
            {"format": "dash", "segment_type": "ts-segment"},
            "dash must be one of: mp4-byterange, mp4-mp4-byterange",
        ),
        (
            {"format": "cmaf", "segment_type": "mp4-segment"},
            "cmaf must be one of: mp4-byterange, mp4-mp4-byterange",
        ),
        ({"format": "dash", "encryption": {}}, "AES-128 is an HLS method"),
        ({"format": "cmaf", "encryption": {}}, "AES-128 is an HLS method"),
        ({"format": "dash", "i_frame_playlists": True}, "i_frame_playlists are an option of HLS"),
        ({"encryption": {}, "i_frame_playlists": True}, "which AES-128 encrypts as a whole"),
        (
            {"streams": [{"audio": AAC}], "pure_audio": True, "i_frame_playlists": True},
            "no picture: leave out i_frame_playlists",
        ),
        (
            {"streams": [{"audio": AAC}], "pure_audio": True, "thumbnails": {}},
            "no picture: leave out thumbnails",
        ),
    ],
)
def test_refusals(asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AdaptiveDynamicStreamingParameters.model_validate({"format": "hls", "streams": [STREAM], **asked})
    (problem,) = problems_of(caught.value)
    assert problem.field == "(whole definition)"
    assert expected in problem.expected
