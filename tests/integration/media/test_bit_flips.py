"""Files with one byte in a thousand overwritten: each ends published or explained, none in a traceback, none hangs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from clip_making import encode
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import JobCancelledError, MediaError
from media_workflows.media.ffmpeg.cancel import cancelled_after
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

pytestmark = pytest.mark.isolates

CONTAINERS = ("mp4", "mkv", "webm", "flv", "ts", "avi")
USUAL_SEEDS, ALL_SEEDS = 1, 40  # of each container
BOUND_S = 60  # a whole file takes one second
LONGEST_S = 15  # of an output: a clock that may jump is trusted for steps of up to 10 s
MP4 = TranscodeItem.model_validate(
    {"parameters": {"container": "mp4", "video": {"codec": "h264", "height": 128}, "audio": {}}}
)
PICTURES = SnapshotByTimeOffsetItem.model_validate({"parameters": {"format": "jpg"}, "time_offsets": ["0%", "50%"]})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same 4 s in each container; WebM takes no H.264."""
    root = tmp_path_factory.mktemp("whole")
    first = root / "a.mp4"
    inputs = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4"]
    encode(*inputs, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(first))
    for name in CONTAINERS[1:]:
        codecs = ["-c:v", "libvpx", "-cpu-used", "8", "-c:a", "libopus"] if name == "webm" else ["-c", "copy"]
        encode("-i", str(first), *codecs, str(root / f"a.{name}"))
    return {name: (root / f"a.{name}").read_bytes() for name in CONTAINERS}


def damaged(data: bytes, container: str, seed: int) -> bytes:
    draw = random.Random(f"{container}{seed}")
    changed = bytearray(data)
    for _ in range(len(data) // 1000):
        value = draw.randrange(256)
        changed[draw.randrange(len(changed))] = value
    return bytes(changed)


def outcomes(source: Path, work_dir: Path) -> list[ItemOutcome | MediaError]:
    """Of both jobs. Raises whatever no error of this product explains."""
    found: list[ItemOutcome | MediaError] = []
    for item in (MP4, PICTURES):
        with cancelled_after(BOUND_S) as bound:
            try:
                done = run_job(
                    JobRequest(item.kind, [item], source, "in/a", work_dir / item.kind),
                    lambda _: None,
                    Settings(),
                    bound,
                )
                found += done.items
            except JobCancelledError:
                pytest.fail(f"{item.kind} did not end within {BOUND_S} s")
            except MediaError as error:
                found.append(error)
    return found


def check(data: bytes, container: str, seed: int, work_dir: Path) -> None:
    source = work_dir / f"{container}{seed}.{container}"
    source.write_bytes(damaged(data, container, seed))
    for found in outcomes(source, work_dir):
        error = found if isinstance(found, MediaError) else found.error
        if error is not None:
            assert str(error).strip(), f"{type(error).__name__} explains nothing"
            continue
        assert isinstance(found, ItemOutcome)
        for file in found.files:
            assert file.path.stat().st_size
            assert file.info is None or file.info.duration_s < LONGEST_S


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("seed", range(USUAL_SEEDS))
def test_some(whole: dict[str, bytes], tmp_path: Path, container: str, seed: int) -> None:
    check(whole[container], container, seed, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("seed", range(USUAL_SEEDS, ALL_SEEDS))
def test_all(whole: dict[str, bytes], tmp_path: Path, container: str, seed: int) -> None:
    check(whole[container], container, seed, tmp_path)
