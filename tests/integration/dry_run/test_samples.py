"""Samples on a real S3 server, a real database and real ffmpeg: what they show, and that they leave nothing."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

import pytest

from clips import Clips
from definitions import graph, workflow
from media_workflows.domain.samples import OutputId, Sample, SampleRange
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import InvalidRequestError, LimitExceededError, MediaError, NotFoundError
from media_workflows.media.ffmpeg.run import ffmpeg_binary, filter_names
from media_workflows.media.source.probe import probe
from media_workflows.services import samples as service
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage

KEY = "in/clip.mp4"
ONE_SECOND = SampleRange(length_s=1)
SMALL = {"container": "mkv", "video": {"codec": "h264", "height": 128, "vmaf_floor": 100}, "audio": {}}
STREAMS = [{"video": {"height": 128, "bitrate_kbps": 200}, "audio": {}}]


pytestmark = pytest.mark.usefixtures("own_data")


@pytest.fixture
def tried(bucket: str, storage: ObjectStorage, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    """A workflow whose trigger directory has a clip of two seconds."""
    monkeypatch.setattr(service, "storage", lambda: storage)
    storage.client.put_object(Bucket=bucket, Key=KEY, Body=clips.plain.read_bytes())
    jobs = {
        "transcode": [{"parameters": SMALL}, {"parameters": {"container": "mp3", "audio": {"codec": "mp3"}}}],
        "adaptive_dynamic_streaming": [{"parameters": {"format": "hls", "streams": STREAMS}}],
        "image_sprite": [{"template": 10}],
    }
    return workflow("w", bucket, "in/", jobs=jobs)


def _made(tried: Workflow, output: OutputId | None) -> Sample:
    return service.make(tried, KEY, ONE_SECOND, output)


def test_outputs_of_video_and_sound_can_be_tried(tried: Workflow) -> None:
    found = service.outputs_of(tried, KEY)
    assert [(one.step_id, one.item, one.rendition) for one in found.outputs] == [
        ("transcode", 0, None),
        ("transcode", 1, None),
        ("adaptive_dynamic_streaming", 0, 0),
    ]
    assert found.outputs[0].parameters.container == "mp4"
    assert found.skipped == ()


def test_an_automatic_ladder_is_named(bucket: str, tried: Workflow) -> None:
    parameters = {"format": "hls", "ladder": "auto", "streams": [{"video": {}}]}
    auto = workflow("w", bucket, "in/", jobs={"adaptive_dynamic_streaming": [{"parameters": parameters}]})
    (skipped,) = service.outputs_of(auto, KEY).skipped
    assert "chosen by probe encodes: a dry run shows them" in skipped.message
    with pytest.raises(NotFoundError):
        _made(auto, OutputId(step_id="adaptive_dynamic_streaming", item=0, rendition=0))


def test_a_step_that_reads_another_is_named(tried: Workflow) -> None:
    steps = [
        {"id": "first", "transcode": {"parameters": SMALL}},
        {"id": "second", "input": "first", "transcode": {"parameters": SMALL}, "output": {"directory": "b/"}},
    ]
    data = graph(*steps, trigger=tried.trigger.model_dump())
    found = service.outputs_of(parse_workflow(data), KEY)
    assert [one.step_id for one in found.outputs] == ["first"]
    assert [(one.step_id, one.reads) for one in found.skipped] == [("second", "first")]


@pytest.mark.full
def test_a_sample_is_a_part_of_the_output_with_its_quality(
    tried: Workflow, storage: ObjectStorage, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    made = _made(tried, OutputId(step_id="transcode", item=0))
    assert (made.at_s, made.length_s, made.content_type) == (0.5, 1, "video/mp4")
    assert made.vmaf is not None
    assert 20 < made.vmaf <= 100
    file = tmp_path / "sample.mp4"
    file.write_bytes(base64.b64decode(made.content))
    assert (file.stat().st_size, probe(file).duration_s) == (made.size_bytes, pytest.approx(1, abs=0.1))
    assert made.projected_bytes == pytest.approx(2 * made.size_bytes, rel=0.05)
    assert list(scratch.iterdir()) == []
    assert [one["Key"] for one in storage.client.list_objects_v2(Bucket=bucket)["Contents"]] == [KEY]


@pytest.mark.full
def test_source_sound_and_sub_streams_are_made(tried: Workflow) -> None:
    source = _made(tried, None)
    assert (source.content_type, source.vmaf, source.ssim) == ("video/mp4", None, None)
    sound = _made(tried, OutputId(step_id="transcode", item=1))
    assert (sound.content_type, sound.vmaf) == ("audio/mpeg", None)
    rung = _made(tried, OutputId(step_id="adaptive_dynamic_streaming", item=0, rendition=0))
    assert rung.info.video is not None
    assert rung.info.video.height == 128
    assert rung.vmaf is not None


@pytest.mark.full
def test_a_sample_has_the_crf_of_the_whole_output(tried: Workflow, bucket: str) -> None:
    parameters = {"container": "mp4", "video": {"target_vmaf": 80, "height": 128}}
    target = workflow("w", bucket, "in/", jobs={"transcode": [{"parameters": parameters}]})
    made = _made(target, OutputId(step_id="transcode", item=0))
    assert made.vmaf is not None
    assert {notice.code for notice in made.notices} <= {"CrfChosen", "TargetVmafMissed"}
    assert len(made.notices) == 1


@pytest.mark.full
def test_without_libvmaf_the_quality_is_ssim(tried: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "libvmaf" in filter_names(ffmpeg_binary(""))
    monkeypatch.setattr(service, "filter_names", lambda _: frozenset())
    made = _made(tried, OutputId(step_id="transcode", item=0))
    assert made.vmaf is None
    assert made.ssim is not None
    assert 0.5 < made.ssim <= 1


@pytest.mark.full
def test_time_and_bytes_are_limited(tried: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_SAMPLE_MAX_BYTES", "100")
    get_settings.cache_clear()
    made = _made(tried, OutputId(step_id="transcode", item=1))
    assert (made.content, made.size_bytes > 100) == ("", True)
    monkeypatch.setenv("MEDIA_WORKFLOWS_SAMPLE_TIMEOUT_S", "0.001")
    get_settings.cache_clear()
    with pytest.raises(LimitExceededError, match="could not be made within"):
        _made(tried, OutputId(step_id="transcode", item=0))


def test_what_cannot_be_tried_is_refused(tried: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRequestError, match="must be an object in the trigger directory 'in/'"):
        service.outputs_of(tried, "elsewhere/clip.mp4")
    with pytest.raises(NotFoundError, match="there is no object"):
        service.outputs_of(tried, "in/other.mp4")
    for output in (OutputId(step_id="image_sprite", item=0), OutputId(step_id="transcode", item=7)):
        with pytest.raises(NotFoundError, match="no output"):
            _made(tried, output)
    with pytest.raises(NotFoundError, match=r"transcode\[0\]\[3\]"):
        _made(tried, OutputId(step_id="transcode", item=0, rendition=3))
    monkeypatch.setenv("MEDIA_WORKFLOWS_DRY_RUN_MAX_BYTES", "10")
    get_settings.cache_clear()
    with pytest.raises(MediaError, match="dry_run_max_bytes"):
        service.outputs_of(tried, KEY)
