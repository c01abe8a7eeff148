"""What of a .cube file is read, and what is refused with its line."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import MediaError
from media_workflows.media.filters.lut import MAX_LUT_BYTES, read_cube

ROWS = [f"{r} {g} {b}" for b, g, r in itertools.product((0, 1), repeat=3)]
TABLE = "\n".join(["LUT_3D_SIZE 2", *ROWS, ""])


def read(tmp_path: Path, text: str) -> str:
    path = tmp_path / "t.cube"
    path.write_text(text, "utf-8")
    return read_cube(path, "luts/t.cube").decode()


def test_only_numbers_are_kept(tmp_path: Path) -> None:
    head = '\ufeffTITLE "a\'b; file=/etc/passwd"\n# remark\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1.0 1.0 1.0\n'
    head += "LUT_3D_INPUT_RANGE 0.0 1.0\n\n"
    assert read(tmp_path, head + TABLE.replace("\n", " # end\r\n")) == TABLE
    assert "-0.25 1e-05 1.5" in read(tmp_path, TABLE.replace("0 0 0", "-.25 0.00001 1.5"))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no LUT_3D_SIZE"),
        ("\x00\x01 binary", "line 1 is neither"),
        (TABLE.replace("SIZE 2", "SIZE 1"), "line 1: LUT_3D_SIZE must be 2 to 65"),
        (TABLE.replace("SIZE 2", "SIZE 66"), "2 to 65"),
        (TABLE.replace("SIZE 2", "SIZE " + "9" * 5000), "2 to 65"),
        (TABLE.replace("SIZE 2", "SIZE 3"), "it has 8 rows, and size 3 requires 27"),
        (TABLE + "0 0 0\n", "line 10: it has more rows than the 8"),
        (TABLE.replace("1 1 1", "1 1"), "line 9: a row has three numbers"),
        (TABLE.replace("1 1 1", "1 nan 1"), "line 9 has a value that is no finite number"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n", "line 1 is neither"),
        ("DOMAIN_MAX 2 2 2\n" + TABLE, "line 1: only tables from 0 to 1"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(MediaError, match=part) as caught:
        read(tmp_path, text)
    assert "luts/t.cube" in str(caught.value)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "t.cube"
    with path.open("wb") as file:
        file.truncate(MAX_LUT_BYTES + 1)
    with pytest.raises(MediaError, match="more than"):
        read_cube(path, "t.cube")


def test_the_table_is_an_input_of_the_item_like_other_objects() -> None:
    video = {"edit": {"lut": "luts/{inputName}.cube"}}
    transcode = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video}})
    assert transcode.extra_keys == ("luts/{inputName}.cube",)
    parameters = {"format": "hls", "streams": [{"video": {**video, "height": height}} for height in (240, 360)]}
    ladder = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
    assert ladder.extra_keys == ("luts/{inputName}.cube",)
