"""As for transcodes: any valid parameters of the other kinds run, any others name a field."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips import Clips
from definitions import template_refusal
from media_workflows.domain.jobs import Jobs
from media_workflows.errors import SheetSizeError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

SIDES = st.sampled_from([0, 80, 128, 130, 201])
SIZE = {
    "width": SIDES,
    "height": SIDES,
    "resolution_adaptive": st.booleans(),
    "fill_type": st.sampled_from(["stretch", "black", "white", "gauss", "crop"]),
}
FORMAT = {"format": st.sampled_from(["jpg", "png", "webp"])}
STILL = {"format": st.sampled_from(["jpg", "png", "webp", "avif"])}
SAMPLING = {
    "sample_type": st.sampled_from(["percent", "time"]),
    "sample_interval": st.sampled_from([0.1, 0.5, 1, 7, 50, 100, 101]),
}


def some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def rung() -> st.SearchStrategy[dict[str, Any]]:
    rates = {"crf": st.integers(20, 40), "bitrate_kbps": st.integers(128, 900), "bit_depth": st.sampled_from([8, 10])}
    video = some({"codec": st.sampled_from(["h264", "h265"])}, {"height": st.sampled_from([0, 128, 160]), **rates})
    audio = some({}, {"bitrate_kbps": st.sampled_from([0, 64]), "codec": st.sampled_from(["aac", "ac3"])})
    return some({"video": video}, {"audio": audio})


KINDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "snapshot_by_time_offset": some({}, {**SIZE, **STILL}),
    "sample_snapshot": some(SAMPLING, {**SIZE, **FORMAT}),
    "image_sprite": some(
        {**SAMPLING, "row_count": st.integers(1, 11), "column_count": st.integers(1, 11)}, {**SIZE, **FORMAT}
    ),
    "animated_graphic": some(
        {},
        {
            **SIZE,
            "fps": st.integers(0, 31),
            "quality": st.sampled_from([1, 75, 100]),
            "format": st.sampled_from(["gif", "webp"]),
        },
    ),
    "adaptive_dynamic_streaming": some(
        {"format": st.sampled_from(["hls", "dash"]), "streams": st.lists(rung(), min_size=1, max_size=2)},
        {
            "segment_type": st.sampled_from(["ts-segment", "mp4-byterange", "ts-ts-segment", "mp4-mp4-byterange"]),
            "segment_s": st.sampled_from([0.2, 1, 10]),
            "disable_higher_video_resolution": st.booleans(),
        },
    ),
}
MORE: dict[str, dict[str, Any]] = {
    "snapshot_by_time_offset": {"time_offsets": ["0s", "50%", "100%"]},
    "animated_graphic": {"end_offset_s": 0.4},
}


@pytest.mark.timeout(1200)  # a `full` run has 400 examples, each an encode
@settings(max_examples=settings.default.max_examples * 5 // 8)  # each kind has few parameters
@given(chosen=st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_valid_ones_run_and_others_name_a_field(clips: Clips, chosen: tuple[str, dict[str, Any]]) -> None:
    kind, parameters = chosen
    if (refused := template_refusal({"kind": kind, "name": "t", "parameters": parameters})) is not None:
        assert all(problem.field.startswith("parameters") and problem.expected for problem in refused.problems)
        return
    jobs = Jobs.model_validate({kind: [{"parameters": parameters, **MORE.get(kind, {})}]})
    with tempfile.TemporaryDirectory() as work_dir:
        items = next(iter(jobs.by_kind()))[1]
        request = JobRequest(kind, items, clips.short, "a.mp4", Path(work_dir))
        (outcome,) = run_job(request, lambda _: None, Settings()).items
    if not isinstance(outcome.error, SheetSizeError):  # a sheet's size may follow from the source's
        assert outcome.error is None, (chosen, str(outcome.error))
