"""Cut lists when they are saved: what fits together, and what is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.jobs.cuts import MAX_CUTS
from media_workflows.domain.jobs.transcode import TranscodeItem

CUTS = [{"start_offset_s": 5, "end_offset_s": 9}, {"key": "clips/{inputName}.mp4", "end_offset_s": 3}]
OWN = [CUTS[0], {"start_offset_s": 1, "end_offset_s": 6}, CUTS[0]]  # overlapping, and one of them twice


def item(parameters: dict[str, Any] | None = None, **fields: Any) -> TranscodeItem:
    streams = {"container": "mp4", "video": {"codec": "h264"}, "audio": {}}
    return TranscodeItem.model_validate({"parameters": streams | (parameters or {}), **fields})


def test_clips_of_cuts_are_inputs_of_the_run() -> None:
    assert item(cuts=[*CUTS, CUTS[1]]).extra_keys == ("clips/{inputName}.mp4",)
    assert item(cuts=OWN).extra_keys == ()


def test_an_item_without_cuts_is_stored_as_before() -> None:
    assert "cuts" not in item().model_dump()
    assert "cuts" in item(cuts=OWN).model_dump()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cuts": [{"start_offset_s": 9, "end_offset_s": 5}]}, "end_offset_s must be 0"),
        ({"cuts": [{"start_offset_s": 5, "end_offset_s": 5}]}, "end_offset_s must be 0"),
        ({"cuts": CUTS, "start_offset_s": 1}, "cuts name all that is shown"),
        ({"cuts": CUTS, "end_offset_s": 1}, "cuts name all that is shown"),
        ({"cuts": CUTS, "head": ["a.mp4"]}, "cuts name all that is shown"),
        ({"cuts": CUTS, "tail": ["a.mp4"]}, "cuts name all that is shown"),
        ({"cuts": OWN[:1] * (MAX_CUTS + 1)}, "at most 50 items"),
        ({"cuts": OWN, "on_larger": "fail"}, "compares whole files"),
        ({"cuts": OWN, "parameters": {"video": {"codec": "copy"}}}, "cannot concatenate clips"),
        ({"cuts": OWN, "parameters": {"audio": {"codec": "copy", "channels": 0}}}, "cannot concatenate clips"),
        ({"cuts": OWN, "parameters": {"subtitles": "source"}}, "keeps whole tracks"),
        ({"cuts": CUTS, "parameters": {"video": {"sar": "4:3"}}}, "square pixels"),
    ],
)
def test_what_does_not_fit(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        item(**fields)


HDR = {"codec": "h265", "bit_depth": 10, "hdr": "keep"}
MIX = {"channels": 2, "channel_mix": ["1 0", "0 1"]}


@pytest.mark.parametrize("parameters", [{"video": HDR}, {"audio": MIX}], ids=["hdr", "channel_mix"])
def test_what_other_clips_do_not_share_is_allowed_for_ranges_of_the_source(parameters: dict[str, Any]) -> None:
    assert item(parameters, cuts=OWN).cuts
    with pytest.raises(ValidationError, match="cannot be concatenated"):
        item(parameters, cuts=CUTS)
