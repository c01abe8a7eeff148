"""Seconds from the end of put_object to the start of the first task that handles the upload."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.media_commands import ffmpeg
from benchmarks.options import Options
from benchmarks.product import Product, definition, log, running_product, wait_for
from benchmarks.report import Table, median, p90, ratio, seconds
from media_workflows.demo.layout import INPUT_BUCKET

STOCK_DAG, STOCK_BUCKET = "stock_s3_sensor", "stock-input"
POLL_S = 5
EVENTS = {"MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": "0"}
POLLING = {"MEDIA_WORKFLOWS_UPLOAD_QUEUE_URLS": "[]", "MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": str(POLL_S)}
Measured = tuple[list[float], list[float]]  # ours, stock


def run(options: Options) -> list[Table]:
    """One table; the stack is started once for each of our two ways."""
    clip = tiny_clip()
    events, polling = (_measure(settings, options.samples, clip) for settings in (EVENTS, POLLING))
    rows = [
        *_rows("events (SQS queue), polling off", events),
        *_rows(f"polling every {POLL_S} s (the default), no queue", polling),
    ]
    columns = ["way", "N", "median s", "p90 s", "ratio to the stock sensor (medians)"]
    return [Table("Upload latency: put_object answered → first task begins", columns, rows, _notes())]


def _rows(way: str, measured: Measured) -> list[list[str]]:
    ours, stock = measured
    return [
        [f"ours, {way}", *_numbers(ours), ratio(median(ours), median(stock))],
        [f"S3KeySensor, poke_interval {POLL_S} s, same Airflow", *_numbers(stock), "1 (baseline)"],
    ]


def _numbers(values: list[float]) -> list[str]:
    return [str(len(values)), seconds(median(values)), seconds(p90(values))]


def _notes() -> list[str]:
    """How the stock sensor waited, and what each way had ready before the upload."""
    how = "`deferrable=True`"
    if importlib.util.find_spec("aiobotocore") is None:
        how = "`mode='poke'`: its deferrable mode imports aiobotocore, which the pinned environment does not have"
    return [
        f"The stock sensor runs with {how}.",
        "For the stock sensor a run was triggered and waiting before each upload, which the product does not need; "
        "its sensor detects that a key exists and not which one is new, so its bucket was emptied after each.",
        f"Ours and stock take turns on one idle Airflow; each upload comes at a random moment of a {POLL_S} s period.",
    ]


def tiny_clip() -> bytes:
    """A second of video."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "clip.mp4"
        source = ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=1", "-pix_fmt", "yuv420p"]
        subprocess.run(ffmpeg(*source, str(path)), check=True)
        return path.read_bytes()


def _measure(settings: dict[str, str], samples: int, clip: bytes) -> Measured:
    """Latencies in seconds. The first upload of each way is not counted: it waits for a freshly started Airflow."""
    with running_product([STOCK_DAG], settings) as product:
        workflow_id = _workflow(product)
        product.s3.create_bucket(Bucket=STOCK_BUCKET)
        product.wait_until_listed(STOCK_DAG, STOCK_DAG)
        ours, stock = [], []
        for number in range(samples + 1):
            ours.append(_our_upload(product, workflow_id, number, clip))
            stock.append(_stock_upload(product, clip))
            log(f"{number}/{samples}: ours {ours[-1]:.2f} s, stock {stock[-1]:.2f} s")
        return ours[1:], stock[1:]


def _workflow(product: Product) -> str:
    """An enabled workflow's id."""
    workflow_id = str(product.ours("POST", "", definition("latency"))["id"])
    product.wait_until_listed(workflow_id, "latency")
    product.ours("POST", f"/{workflow_id}/enable", {})
    return workflow_id


def _put(product: Product, bucket: str, key: str, clip: bytes) -> float:
    """Upload after a random part of a polling period; when put_object returned, in Unix seconds."""
    time.sleep(random.uniform(0, POLL_S))
    product.s3.put_object(Bucket=bucket, Key=key, Body=clip)
    return time.time()


def _our_upload(product: Product, workflow_id: str, number: int, clip: bytes) -> float:
    before = product.newest_run_id(workflow_id)
    put_at = _put(product, INPUT_BUCKET, f"in/clip{number}.mp4", clip)

    def started() -> str | None:
        newest = product.newest_run_id(workflow_id)
        return None if newest == before else newest

    run_id = wait_for(started, 120, "a run of the uploaded clip")
    began_at = product.wait_for_start(workflow_id, run_id, "upload")
    product.wait_for_end(workflow_id, run_id)
    return began_at - put_at


def _stock_upload(product: Product, clip: bytes) -> float:
    run_id = product.trigger(STOCK_DAG)
    waiting = ("running", "deferred")
    wait_for(lambda: product.task(STOCK_DAG, run_id, "wait").get("state") in waiting, 120, "the waiting sensor")
    time.sleep(1)  # its first look is over
    put_at = _put(product, STOCK_BUCKET, "in/clip.mp4", clip)
    began_at = product.wait_for_start(STOCK_DAG, run_id, "handle")
    product.wait_for_end(STOCK_DAG, run_id)
    product.s3.delete_object(Bucket=STOCK_BUCKET, Key="in/clip.mp4")
    return began_at - put_at
