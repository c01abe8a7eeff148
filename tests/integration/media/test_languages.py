"""Languages of tracks in files, as FFmpeg's own probe reads them."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from clip_making import encode
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings

LANGUAGES = ("de", "sv", "zh-Hans")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short tracks of sound."""
    path = tmp_path_factory.mktemp("languages") / "tracks.mka"
    labels = [one for number, tag in enumerate(LANGUAGES) for one in (f"-metadata:s:a:{number}", f"language={tag}")]
    encode("-f", "lavfi", "-i", "sine=d=0.5", *(["-map", "0:a"] * len(LANGUAGES)), *labels, "-c:a", "flac", str(path))
    return path


@pytest.mark.parametrize(
    ("container", "raw"),
    [("mp4", ["deu", "swe", "zho"]), ("ts", ["deu", "swe", "zho"]), ("mov", ["ger", "sve", "chi"])],
)
def test_codes_of_three_letters(source: Path, tmp_path: Path, container: str, raw: list[str]) -> None:
    parameters = {"container": container, "video": None, "audio": {"codec": "aac", "tracks": "all"}}
    item = TranscodeItem.model_validate({"parameters": parameters})
    (outcome,) = run_job(JobRequest(item.kind, [item], source, "in/a.mka", tmp_path), lambda _: None, Settings()).items
    assert outcome.error is None
    path = outcome.files[0].path
    with av.open(str(path)) as made:
        assert [stream.metadata.get("language") for stream in made.streams.audio] == raw
    assert [track.language for track in probe(path).audio][1] == "swe"
    assert [one.parameters["language"] for one in outcome.notices if one.code == "LanguageNotKept"] == ["zh-Hans"]
