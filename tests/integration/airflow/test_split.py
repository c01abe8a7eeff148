"""A long rendition on the running product: two machines encode its chunks, and one of them dies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from airflow_product import Product, eventually
from clip_making import encode
from media_workflows.demo.layout import OUTPUT_BUCKET

POOL = "media_encode"
PARAMETERS = {"container": "mp4", "video": {"codec": "h264", "width": 1920, "height": 1080, "crf": 24}, "audio": {}}
CHUNKS = 4


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four minutes and some seconds at 5 frames per second: four chunks, each with some seconds of encoding."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    inputs = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=5:d=245", "-f", "lavfi", "-i", "sine=d=245"]
    encode(*inputs, "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", "-b:a", "32k", str(path))
    return path


@pytest.fixture
def two_slots(product: Product) -> Iterator[None]:
    """A slot for each machine."""

    def set_slots(count: int) -> None:
        body = {"pool": POOL, "slots": count, "include_deferred": False}
        answer = product.airflow.patch(f"/pools/{POOL}", params={"update_mask": "slots"}, json=body)
        assert answer.status_code == 200, answer.text

    set_slots(2)
    yield
    set_slots(1)


def working_directories(product: Product) -> dict[str, Path]:
    """Where a helper and a step's own task encode a chunk at this moment: 'helper', 'owner' -> the data directory."""
    found = {}
    for pid, directory in product.encoders().items():
        try:
            cwd = (Path("/proc") / str(pid) / "cwd").readlink()
        except OSError:
            continue
        if cwd.name.startswith("chunk"):
            is_helper = any(part.startswith("split-") for part in cwd.parts)
            found["helper" if is_helper else "owner"] = directory
    return found


def times(product: Product, key: str, path: Path) -> list[tuple[str, Any, Any]]:
    product.s3.download_file(OUTPUT_BUCKET, key, str(path))
    with av.open(str(path)) as container:
        return [(packet.stream.type, packet.pts, packet.dts) for packet in container.demux() if packet.size]


@pytest.mark.full
@pytest.mark.kills
@pytest.mark.usefixtures("two_slots")
def test_two_machines_encode_one_file_and_one_of_them_dies(product: Product, long_clip: Path, tmp_path: Path) -> None:
    workflow = product.create("long", jobs={"transcode": [{"parameters": PARAMETERS, "split": "always"}]})
    product.enable(workflow)
    product.upload(long_clip, "long/a.mp4")
    at_work = eventually(lambda: found if len(found := working_directories(product)) == 2 else None, 300)
    assert at_work["helper"] != at_work["owner"]
    product.kill(at_work["helper"].name)
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    assert product.task_states(workflow, run["run_id"])["transcode"] == ("success", 1)
    (job,) = product.run(workflow, run["run_id"])["jobs"]
    (notice,) = job["items"][0]["notices"]
    assert (notice["code"], notice["parameters"]["chunks"]) == ("EncodedInChunks", CHUNKS)
    assert product.outputs("_unpublished/") == []

    whole = product.create("whole", jobs={"transcode": [{"parameters": {**PARAMETERS, "audio": {"bitrate_kbps": 96}}}]})
    product.enable(whole)
    product.upload(long_clip, "whole/a.mp4")
    (other,) = product.finished(whole)
    assert product.run(whole, other["run_id"])["jobs"][0]["items"][0]["notices"] == []
    divided, once = product.outputs("long-out/"), product.outputs("whole-out/")
    made = sorted(times(product, divided[0], tmp_path / "divided.mp4"))
    assert made == sorted(times(product, once[0], tmp_path / "whole.mp4"))
    assert sum(kind == "video" for kind, _, _ in made) == 245 * 5
