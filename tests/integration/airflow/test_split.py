"""Long renditions on the running product: two machines encode their chunks, and one of them dies."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import pytest

from airflow_product import Product, eventually
from clip_making import encode
from media_workflows.demo.layout import OUTPUT_BUCKET

POOL = "media_encode"
PARAMETERS = {"container": "mp4", "video": {"codec": "h264", "width": 1920, "height": 1080, "crf": 24}, "audio": {}}
LADDER_KIND = "adaptive_dynamic_streaming"
LADDER = {
    "format": "hls",
    "segment_s": 5,
    "streams": [{"video": {"height": height, "crf": 24}, "audio": {}} for height in (720, 1080)],
}
CHUNKS = 4
MOST_RUNS = 5


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


def at_work(product: Product) -> tuple[set[str], set[str]]:
    """The workers that encode a chunk at this moment: for the step's own task, and as helpers."""
    owners: set[str] = set()
    helpers: set[str] = set()
    for pid, directory in product.encoders().items():
        with suppress(OSError):
            cwd = (Path("/proc") / str(pid) / "cwd").readlink()
            is_helper = any(part.startswith("split-") for part in cwd.parts)
            (helpers if is_helper else owners).add(directory.name)
    return owners, helpers


def upload_another(product: Product, clip: Path, key: str, number: int) -> None:
    """The clip with bytes of its own, which nothing reuses: players skip a `free` box."""
    content = clip.with_name(f"{number}.mp4")
    content.write_bytes(clip.read_bytes() + struct.pack(">I4sQ", 16, b"free", number))
    product.upload(content, key)


def two_machines(product: Product, workflow: str, clip: Path, name: str = "long") -> tuple[str, int]:
    """A worker that only helps, and how many runs there were: Celery may give all tasks of one to one worker."""
    for number in range(1, MOST_RUNS + 1):
        upload_another(product, clip, f"{name}/{number}.mp4", number)
        owners, helpers = eventually(lambda: found if all(found := at_work(product)) else None, 600)
        if others := helpers - owners:
            return others.pop(), number
        product.finished(workflow, number)
    raise AssertionError(f"one worker had all tasks of {MOST_RUNS} runs")


def times(product: Product, key: str, path: Path) -> list[tuple[str, Any]]:
    """Presentation times, in their order. When a picture is decoded differs: B-frames are other ones at the edges."""
    product.s3.download_file(OUTPUT_BUCKET, key, str(path))
    with av.open(str(path)) as container:
        return sorted((packet.stream.type, packet.pts) for packet in container.demux() if packet.size)


@pytest.mark.full
@pytest.mark.kills
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("two_slots")
def test_two_machines_encode_one_file_and_one_of_them_dies(product: Product, long_clip: Path, tmp_path: Path) -> None:
    workflow = product.create("long", jobs={"transcode": [{"parameters": PARAMETERS, "split": "always"}]})
    product.enable(workflow)
    helper, runs = two_machines(product, workflow, long_clip)
    product.kill(helper)
    run = product.finished(workflow, runs, timeout_s=1200)[0]
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
    divided, once = product.outputs(f"long-out/{runs}_"), product.outputs("whole-out/")
    made = times(product, divided[0], tmp_path / "divided.mp4")
    assert made == times(product, once[0], tmp_path / "whole.mp4")
    assert sum(kind == "video" for kind, _ in made) == 245 * 5


def chunks_begun(product: Product, workflow: str, run_id: str) -> list[int]:
    """The chunks that the step's own task has begun, by its log."""
    place = f"/dags/{workflow}/dagRuns/{run_id}/taskInstances/{LADDER_KIND}/logs/1"
    return [int(number) for number in re.findall(r"encoding chunk (\d+) of", product.airflow.get(place).text)]


def workers(product: Product, workflow: str, run_id: str) -> dict[str, int]:
    """How many chunks of a run each worker has made: what a killed one had not finished is another's."""
    (job,) = product.run(workflow, run_id)["jobs"]
    (notice,) = job["items"][0]["notices"]
    assert notice["code"] == "EncodedInChunks"
    pairs = [shown.rpartition(" ") for shown in notice["parameters"]["workers"].split(", ")]
    return {worker: int(count) for worker, _, count in pairs}


def sizes(product: Product, prefix: str) -> dict[str, int]:
    """The bytes of each object below a prefix, by the rest of its key."""
    pages = product.s3.get_paginator("list_objects_v2").paginate(Bucket=OUTPUT_BUCKET, Prefix=prefix)
    objects = [one for page in pages for one in page.get("Contents", [])]
    return {one["Key"].removeprefix(prefix): one["Size"] for one in objects}


@pytest.mark.full
@pytest.mark.kills
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("two_slots")
def test_one_of_two_machines_dies_during_a_ladder(product: Product, long_clip: Path) -> None:
    """One chunk is made again, and the ladder has as many bytes as one whose helper lived."""
    workflow = product.create("rungs", jobs={LADDER_KIND: [{"parameters": LADDER, "split": "always"}]})
    product.enable(workflow)
    helper, runs = two_machines(product, workflow, long_clip, "rungs")
    product.kill(helper)
    run = product.finished(workflow, runs, timeout_s=1200)[0]
    assert run["state"] == "success"
    assert product.task_states(workflow, run["run_id"])[LADDER_KIND] == ("success", 1)
    begun = chunks_begun(product, workflow, run["run_id"])
    assert len(begun) == len(set(begun)), "no chunk of its own is made twice"
    made_by = workers(product, workflow, run["run_id"])
    assert len(begun) in made_by.values(), "and each of them is used"
    assert product.outputs("_unpublished/") == []

    upload_another(product, long_clip, "rungs/0.mp4", 0)
    other = product.finished(workflow, runs + 1, timeout_s=1200)[0]
    for one in (run, other):
        assert sum(workers(product, workflow, one["run_id"]).values()) == CHUNKS
    made = sizes(product, f"rungs-out/{runs}_")
    assert made == sizes(product, "rungs-out/0_")
    assert sum(name.endswith(".ts") for name in made) == 2 * 245 // 5
