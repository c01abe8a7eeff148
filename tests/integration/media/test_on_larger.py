"""`on_larger`: what is made of a rendition that has more bytes than its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import encode
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a still picture, in some hundred bytes per frame."""
    path = tmp_path_factory.mktemp("larger") / "small.mp4"
    encode("-f", "lavfi", "-i", "testsrc2=s=160x120:r=5:d=1", "-c:v", "libx264", "-crf", "51", str(path))
    return path


def made(source: Path, work_dir: Path, on_larger: str, container: str = "mp4", **parameters: Any) -> ItemOutcome:
    asked = {"container": container, "video": {"crf": 1}, "audio": {"codec": "aac"}, **parameters}
    item = TranscodeItem.model_validate({"parameters": asked, "on_larger": on_larger})
    request = JobRequest(item.kind, [item], source, f"in/{source.name}", work_dir)
    return run_job(request, lambda _: None, Settings()).items[0]


def packets(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_a_larger_output_is_published_unless_asked(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "publish")
    assert outcome.error is None
    assert outcome.files[0].path.stat().st_size > small.stat().st_size
    assert "SourceKept" not in [notice.code for notice in outcome.notices]


def test_the_source_is_kept_byte_for_byte(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "keep_source")
    (file,) = outcome.files
    assert file.path.read_bytes() == small.read_bytes()
    (notice,) = outcome.notices
    assert notice.code == "SourceKept"
    assert notice.parameters["source"] == small.stat().st_size < int(notice.parameters["made"])


def test_in_another_container_its_streams_are_kept(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "keep_source", "mkv")
    (file,) = outcome.files
    assert file.path.suffix == ".mkv"
    assert packets(file.path) == packets(small)
    assert "SourceKept" in [notice.code for notice in outcome.notices]


def test_a_codec_that_the_container_does_not_have_fails(small: Path, tmp_path: Path) -> None:
    parameters = {"video": {"codec": "vp9", "crf": 1}, "audio": {"codec": "opus"}}
    outcome = made(small, tmp_path, "keep_source", "webm", **parameters)
    assert "the source cannot take its place" in str(outcome.error)


def test_it_fails_where_that_is_asked(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "fail")
    assert str(outcome.error).startswith(f"the output has {outcome.error and outcome.error.parameters['made']} bytes")
    assert outcome.files == ()
