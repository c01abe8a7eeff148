"""Ranges of a cut list: their frames and samples add up to the sum of their lengths, and bad ones are named."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.cuts import Cut
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.errors import InvalidOffsetError, MediaError
from media_workflows.media.ffmpeg.graph import merged
from media_workflows.media.ffmpeg.run import command_line
from media_workflows.media.filters.build_context import BuildContext, ExtraInput
from media_workflows.media.filters.cut_ranges import counts, cut_ranges, require_shown, shortened_notices
from media_workflows.media.filters.cut_windows import MOST_INPUTS
from media_workflows.media.jobs.transcode import build
from media_workflows.media.plan.planned import SEEKS_PER_PASS, ItemPlan, build_plan

VIDEO = VideoStream(
    index=0,
    codec="h264",
    width=160,
    height=120,
    display_width=160,
    display_height=120,
    rotation=0,
    fps=25,
    frame_rate=Fraction(25),
    nominal_rate=Fraction(25),
    is_vfr=False,
    pixel_format="yuv420p",
    duration_s=100,
)
SOUND = AudioStream(index=1, codec="aac", sample_rate_hz=44_100, channels=2, duration_s=100)
INFO = MediaInfo(
    container="mov,mp4,m4a,3gp,3g2,mj2", duration_s=100, size_bytes=1, bitrate_bps=1, video=VIDEO, audio=(SOUND,)
)
OTHER = ExtraInput(
    Path("/other"),
    INFO.model_copy(update={"duration_s": 10, "video": VIDEO.model_copy(update={"duration_s": 10, "fps": 30})}),
)
CONTEXT = BuildContext(Path("/source"), INFO, Path("/work"), Path("/font"), extra={"other": OTHER})


Range = tuple[float, float] | tuple[float, float, str]


def cuts(*ranges: Range) -> list[Cut]:
    return [Cut(start_offset_s=one[0], end_offset_s=one[1], key=one[2] if len(one) > 2 else "") for one in ranges]


def planned(*ranges: Range, context: BuildContext = CONTEXT) -> ItemPlan:
    parameters = {"container": "mp4", "video": {"codec": "h264"}, "audio": {}}
    item = TranscodeItem.model_validate({"parameters": parameters, "cuts": cuts(*ranges)})
    return build(context, item, 0)


def command(*ranges: Range, context: BuildContext = CONTEXT) -> str:
    return " ".join(command_line(planned(*ranges, context=context).outputs[0].node, "ffmpeg"))


LENGTHS = st.lists(st.integers(1, 2_000_000).map(lambda us: us / 1_000_000), min_size=1, max_size=50)


@given(LENGTHS, st.sampled_from([Fraction(25), Fraction(30_000, 1001), Fraction(44_100)]))
def test_nothing_adds_up(lengths_s: list[float], rate: Fraction) -> None:
    """After any number of cuts, the output is as long as they are together, to half a frame or sample."""
    found = counts(cut_ranges(CONTEXT, cuts(*((1, 1 + length_s) for length_s in lengths_s))), rate)
    for number in range(1, len(found) + 1):
        assert abs(sum(found[:number]) - rate * Fraction(str(round(sum(lengths_s[:number]), 6)))) <= Fraction(51, 100)


def test_where_cuts_begin_in_the_output() -> None:
    found = cut_ranges(CONTEXT, cuts((5, 9), (-10, 0), (0, 2, "other"), (5, 9)))
    assert [(cut.trim.start_s, cut.end_s, cut.output_s) for cut in found] == [
        (5, 9, 0),
        (90, 100, 4),
        (0, 2, 14),
        (5, 9, 16),
    ]


def test_a_range_behind_the_end() -> None:
    with pytest.raises(InvalidOffsetError, match=r"cut 2: the range from 12 to 14 is empty in a file of 10\.000 s"):
        cut_ranges(CONTEXT, cuts((12, 14), (12, 14, "other")))


def test_a_clip_that_is_missing() -> None:
    with pytest.raises(MediaError, match="'none', which this job names"):
        cut_ranges(CONTEXT, cuts((0, 1, "none")))


def test_a_range_that_ends_behind_the_end_is_shortened_and_named() -> None:
    asked = cuts((95, 120), (-200, 5), (0, 20, "other"), (1, 2))
    found = shortened_notices(cut_ranges(CONTEXT, asked), asked)
    assert [(notice.code, *notice.parameters.values()) for notice in found] == [
        ("CutShortened", 1, 95, 100),
        ("CutShortened", 2, 0, 5),
        ("CutShortened", 3, 0, 10),
    ]


def test_a_range_without_a_picture() -> None:
    late = VIDEO.model_copy(update={"start_s": 10, "duration_s": 20})
    for start_s, end_s in ((0, 10), (30, 40)):
        (cut,) = cut_ranges(CONTEXT, cuts((start_s, end_s)))
        with pytest.raises(InvalidOffsetError, match=r"a picture from 10\.000 to 30\.000 s only"):
            require_shown(cut, late, 1)
    (cut,) = cut_ranges(CONTEXT, cuts((9, 11)))
    require_shown(cut, late, 1)


def test_a_cut_of_less_than_a_frame() -> None:
    with pytest.raises(InvalidOffsetError, match="cut 2 is shorter than a frame"):
        planned((1, 2), (3, 3.01))


def test_many_cuts_are_joined_in_their_order() -> None:
    """Also where ffmpeg-python's graph is rebuilt with splits: 2 comes before 10."""
    plan = planned(*((second, second + 1) for second in range(12)))
    made = " ".join(command_line(merged([plan.outputs[0].node]), "ffmpeg"))
    frames = re.search(r"((\[s\d+\])+)concat=a=0", made)
    assert frames
    numbers = [int(one) for one in re.findall(r"\d+", frames[1])]
    assert numbers == sorted(numbers)
    assert made.count("-i file:/source") == 1


def test_fifty_cuts_open_few_inputs() -> None:
    """Where they are near each other, one."""
    info = INFO.model_copy(update={"duration_s": 10_000, "video": VIDEO.model_copy(update={"duration_s": 10_000})})
    context = replace(CONTEXT, info=info)
    near, apart = (
        command(*((number * step, number * step + 1) for number in range(50)), context=context) for step in (5, 60)
    )
    assert near.count("-i file:/source") == 1
    assert near.count("]trim=end=") == 50  # and each drops the frames of the others at once
    assert 1 < apart.count("-i file:/source") <= MOST_INPUTS
    assert planned((0, 1), (2, 3), (50, 51)).outputs[0].inputs == 2


def test_equal_ranges_are_inputs_of_their_own() -> None:
    """Else the frames of the second one would wait in memory for the first one to end."""
    assert command((1, 2), (1, 2), (1, 2)).count(" -i file:/source") == 3
    assert command((1, 2), (1, 2), context=replace(CONTEXT, seek=False)).count("-i file:/source") == 2


def test_picture_and_sound_are_of_exact_lengths_and_joined_alone() -> None:
    """25 frames each, and the samples of 0.501 s and then of 0.502 s."""
    made = command((1, 1.501), (3, 3.501))
    assert "end_frame=13" in made  # 12.525 frames end at 13
    assert "end_frame=12" in made  # and 25.05 at 25
    assert "end_sample=22094" in made
    assert "concat=a=0:n=2:v=1" in made
    assert "concat=a=1:n=2:v=0" in made
    assert "-map_chapters -1" in made


def test_ranges_of_the_source_keep_its_sound_format_and_clips_are_brought_to_one() -> None:
    assert "sample_rates=44100" in command((1, 2), (3, 4))
    mixed = command((1, 2), (3, 4, "other"))
    assert "channel_layouts=stereo:sample_fmts=fltp:sample_rates=48000" in mixed
    assert "sample_rates=44100" not in mixed


@pytest.mark.parametrize(
    ("layouts", "joined"),
    [
        (("5.1", "5.1(side)"), "5.1"),
        (("5.1", "stereo"), "stereo"),
        (("stereo", "5.1"), "stereo"),
        (("5.1", None), "5.1"),  # a clip without sound is silent in any layout
    ],
)
@pytest.mark.parametrize("by", ["cuts", "tail"])
def test_the_layout_of_joined_files(by: str, layouts: tuple[str, str | None], joined: str) -> None:
    """5.1 is kept where all have it."""
    files = [
        INFO.model_copy(
            update={
                "audio": (SOUND.model_copy(update={"channels": 6 if "5" in one else 2, "channel_layout": one}),)
                if one
                else ()
            }
        )
        for one in layouts
    ]
    context = replace(CONTEXT, info=files[0], extra={"other": replace(OTHER, info=files[1])})
    clips = {"cuts": cuts((1, 2), (3, 4, "other"))} if by == "cuts" else {"tail": ["other"]}
    parameters = {"container": "mp4", "video": {"codec": "h264"}, "audio": {"channels": 0}}
    plan = build(context, TranscodeItem.model_validate({"parameters": parameters, **clips}), 0)
    made = " ".join(command_line(plan.outputs[0].node, "ffmpeg"))
    assert set(re.findall(r"channel_layouts=([^:\[]+)", made)) == {joined}
    expects = plan.files[0].expects
    assert expects is not None
    assert expects.sounds[0].premix_layout == joined


def test_colours_of_a_clip_become_those_of_the_source() -> None:
    video = VIDEO.model_copy(update={"color_matrix": "bt709", "color_primaries": "bt709", "color_transfer": "bt709"})
    same = {"other": OTHER}
    hd = {"other": replace(OTHER, info=OTHER.info.model_copy(update={"video": video}))}
    made = [command((1, 2), (1, 2, "other"), context=replace(CONTEXT, extra=extra)) for extra in (same, hd)]
    assert [one.count("zscale=matrix=smpte170m:primaries=smpte170m") for one in made] == [0, 1]


def test_chapters_are_named_as_left_out() -> None:
    plan = planned((1, 2), (3, 4), context=replace(CONTEXT, chapters=lambda: 3))
    assert [(notice.code, notice.parameters) for notice in plan.notices] == [("ChaptersLeftOut", {"count": 3})]
    assert planned((1, 2), (3, 4)).notices == []


def test_a_long_list_has_a_pass_of_its_own() -> None:
    """Each cut has a decoder: no other inputs are opened beside many of them."""
    parameters = {"container": "mp4", "video": {"codec": "h264"}, "audio": {}}
    long = cuts(*((number * 16, number * 16 + 1) for number in range(SEEKS_PER_PASS)))
    lists = [long, cuts((50, 51)), cuts((60, 61)), long]
    items = {
        index: TranscodeItem.model_validate({"parameters": parameters, "cuts": one, "output_path": f"{index}"})
        for index, one in enumerate(lists)
    }
    passes = build_plan(build, CONTEXT, items).passes
    assert sorted(len(outputs) for outputs in passes) == [2, 2]  # equal lists share one
