"""Any template that is valid makes a command ffmpeg takes; any that is not names the field at fault."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips import Clips
from definitions import definition, template_refusal, workflow_refusal
from media_workflows.domain.jobs.containers import AUDIO_CODECS, VIDEO_CODECS
from media_workflows.domain.jobs.stream_limits import H264_LEVELS
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

SLOW_CODECS = {"h266"}  # a second of it takes as long as all the others; test_job tries it once
SIDES = st.sampled_from([0, 128, 130, 160, 256])
CAPS = {"max_bitrate_kbps": st.sampled_from([0, 128, 1000, 200_000]), "buffer_s": st.sampled_from([0.1, 1, 10, 30])}


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields, none required."""
    return st.fixed_dictionaries({}, optional=fields)


def video(container: str) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly valid settings; what contradicts itself is left in, for the model to refuse."""
    codecs = sorted(VIDEO_CODECS[container] - SLOW_CODECS)
    rate: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.just({}),
        st.fixed_dictionaries({"crf": st.integers(0, 51)}, optional=CAPS),
        st.fixed_dictionaries({"target_vmaf": st.sampled_from([50, 95])}, optional=CAPS),
        st.fixed_dictionaries(
            {"bitrate_kbps": st.integers(128, 3000), "mode": st.sampled_from(["vbr", "abr", "cbr", None])}
        ),
    )
    gop = st.one_of(st.just({}), maybe(gop_frames=st.integers(0, 300)), maybe(gop_s=st.floats(0.1, 10)))
    rest = maybe(
        width=SIDES,
        height=SIDES,
        resolution_adaptive=st.booleans(),
        fill_type=st.sampled_from(["stretch", "black", "white", "gauss", "crop"]),
        fps=st.sampled_from([0, 1, 10, 23.976, 25, 29.97, 60, 120]),
        no_scene_cut=st.booleans(),
        b_frames=st.integers(0, 4),
        bit_depth=st.sampled_from([8, 10]),
        profile=st.sampled_from(["default", "baseline", "main", "high", "proxy", "hq"]),
        level=st.sampled_from(["", *H264_LEVELS[8:]]),
        sar=st.sampled_from(["1:1", "4:3", "8:9"]),
        hdr=st.sampled_from(["sdr", "sdr", "sdr", "keep"]),  # which few others go with
        deinterlace=st.sampled_from(["auto", "off"]),
        edit=edit(),
    )
    codec = st.sampled_from(codecs)
    return st.tuples(codec, rate, gop, rest).map(lambda parts: {"codec": parts[0], **parts[1], **parts[2], **parts[3]})


def edit() -> st.SearchStrategy[dict[str, Any]]:
    strengths, cuts = st.sampled_from(["off", "light", "medium", "strong"]), st.sampled_from(["0px", "7px", "12.5%"])
    return maybe(
        black_bars=st.sampled_from(["keep", "crop"]),
        crop=maybe(left=cuts, right=cuts, top=cuts, bottom=cuts),
        rotate_degrees=st.sampled_from([0, 90, 180, 270]),
        flip=st.sampled_from(["none", "horizontal", "vertical"]),
        denoise=strengths,
        deband=st.booleans(),
        sharpen=strengths,
        burned_in_texts=st.lists(burned_in_text(), max_size=2),
        lut=st.sampled_from(["", "lut"]),
    )


def burned_in_text() -> st.SearchStrategy[dict[str, Any]]:
    shows = st.sampled_from(["text", "file_name", "time_code", "clock"])
    rest = maybe(
        text=st.sampled_from(["", "a:%'\\%{n}[x],;中文"]),
        origin=st.sampled_from(["top_left", "top_right", "bottom_left", "bottom_right"]),
        x_pos=st.sampled_from(["0px", "9px", "50%"]),
        font_size_percent=st.sampled_from([1, 5, 30]),
        box_alpha=st.sampled_from([0, 0.5, 1]),
    )
    return st.tuples(shows, rest).map(lambda parts: {"shows": parts[0], **parts[1]})


def audio(container: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(
        st.sampled_from(sorted(AUDIO_CODECS[container] - {"he-aac"})),  # which the included ffmpeg does not have
        maybe(
            bitrate_kbps=st.sampled_from([0, 24, 48, 96, 128, 320]),
            sample_rate_hz=st.sampled_from([0, 8000, 22050, 32000, 44100, 48000, 96000]),
            channels=st.sampled_from([0, 1, 2, 6, 8]),
            tracks=st.sampled_from(["main", "all"]),
            channel_mix=st.sampled_from([[], ["0.5"], ["1", "-0.5"], ["0.25"] * 6]),
            language=st.sampled_from(["", "zho", "en-US"]),
            source_language=st.sampled_from(["", "de"]),
            name=st.text(max_size=20),
        ),
        st.one_of(
            st.just({}),
            st.fixed_dictionaries(
                {"loudness_lufs": st.sampled_from([-40, -23, -5])},
                optional={
                    "true_peak_dbtp": st.sampled_from([-9, -1, 0]),
                    "loudness_range_lu": st.sampled_from([1, 20]),
                },
            ),
        ),
    ).map(lambda parts: {"codec": parts[0], **parts[1], **parts[2]})


def parameters() -> st.SearchStrategy[dict[str, Any]]:
    def of(container: str) -> st.SearchStrategy[dict[str, Any]]:
        streams: dict[str, Any] = {"audio": audio(container)}
        if container in VIDEO_CODECS:
            streams["video"] = video(container)
        segments = maybe(segment_s=st.floats(0.5, 10)) if container == "hls" else st.just({})
        return st.tuples(maybe(**streams), segments).map(lambda parts: {"container": container, **parts[0], **parts[1]})

    return st.sampled_from(sorted(AUDIO_CODECS)).flatmap(of)


def item_fields() -> st.SearchStrategy[dict[str, Any]]:
    """What a template does not have: half a second of source, and itself as a clip."""
    cut = maybe(
        start_offset_s=st.sampled_from([0, 0.1, -0.3]), end_offset_s=st.sampled_from([0, 0.4, 9]), key=st.just("c")
    )
    return maybe(
        on_larger=st.sampled_from(["publish", "keep_source", "fail"]),
        cuts=st.lists(cut, max_size=3),
    )


def template(given_parameters: Any) -> dict[str, Any]:
    return {"kind": "transcode", "name": "t", "parameters": given_parameters}


@pytest.mark.timeout(1200)  # a `full` run has 400 examples, each an encode
@given(given_parameters=parameters(), fields=item_fields())
def test_valid_ones_run_and_others_name_a_field(
    clips: Clips, given_parameters: dict[str, Any], fields: dict[str, Any]
) -> None:
    error = template_refusal(template(given_parameters))
    if error is not None:
        assert all(problem.field.startswith("parameters") and problem.expected for problem in error.problems)
        return
    if (
        given_parameters.get("video", {}).get("codec") == "copy"
        or given_parameters.get("audio", {}).get("codec") == "copy"
    ):
        return  # whether a copy fits is the source's matter
    if given_parameters.get("video", {}).get("codec") == "dnxhd":
        # Its least size is the source's matter, too.
        given_parameters["video"] |= {"width": 256, "height": 0, "resolution_adaptive": False}
    burned_in = {"burned_in_subtitles": {"key": "s"}} if "video" in given_parameters else {}
    given_item = {"parameters": given_parameters, **burned_in, **fields}
    if (refused := workflow_refusal(definition(jobs={"transcode": [given_item]}))) is not None:
        assert all(problem.field.startswith("jobs.transcode[0]") and problem.expected for problem in refused.problems)
        return
    item = TranscodeItem.model_validate(given_item)
    with tempfile.TemporaryDirectory() as work_dir:
        lut = Path(work_dir) / "any.cube"
        lut.write_text("LUT_3D_SIZE 2\n" + "0.2 0.4 0.6\n" * 8)
        extra = {"s": clips.subtitles, "lut": lut, "c": clips.short}
        (outcome,) = run_job(
            JobRequest("transcode", [item], clips.short, "a.mp4", Path(work_dir), extra),
            lambda _: None,
            Settings(),
        ).items
        is_larger = item.on_larger != "publish" and "bytes and its source" in str(outcome.error)
        assert outcome.error is None or is_larger, (given_parameters, fields, str(outcome.error))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)  # no encode: cheap
@given(field=st.sampled_from(sorted(VideoParameters.model_fields)), value=JSON)
def test_any_value_of_any_field_is_taken_or_refused_by_name(field: str, value: Any) -> None:
    error = template_refusal(template({"container": "mkv", "video": {field: value}}))
    if error is not None:
        assert all(problem.field.startswith("parameters.video") for problem in error.problems), error


@settings(max_examples=200)
@given(data=JSON)
def test_nonsense_is_refused_as_a_definition(data: Any) -> None:
    assert template_refusal(data) is not None
    assert template_refusal(template(data)) is not None
