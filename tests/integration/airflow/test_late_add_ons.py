"""Add-ons that arrive after the upload of their source, in the running product."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser

from airflow_product import Product, eventually
from clip_making import encode, tone
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET

STREAMS = [{"video": {"width": 128, "crf": 40}, "audio": {"codec": "aac"}}]
LADDERS = [
    {"format": "hls", "segment_type": "ts-ts-segment", "streams": STREAMS},
    {"format": "dash", "streams": STREAMS},
]
SUBTITLE = b"1\n00:00:00,100 --> 00:00:01,000\nGood morning\n"


def ladders(name: str, **fields: Any) -> dict[str, Any]:
    """The jobs: an HLS and a DASH ladder with a subtitle and a dubbed sound, both of which may be missing."""
    add_ons = {
        "add_on_subtitles": [{"key": f"{name}-add/{{inputName}}.srt", "language": "en", "optional": True}],
        "add_on_audios": [{"key": f"{name}-add/{{inputName}}.m4a", "language": "fr", "optional": True}],
    }
    items = [{"parameters": one, "output_path": "{inputName}.{format}", **add_ons, **fields} for one in LADDERS]
    return {"jobs": {"adaptive_dynamic_streaming": items}}


def body(product: Product, key: str) -> bytes:
    content: bytes = product.s3.get_object(Bucket=OUTPUT_BUCKET, Key=key)["Body"].read()
    return content


def checksums(product: Product, name: str) -> dict[str, str]:
    """Of all outputs but the manifests."""
    keys = [key for key in product.outputs(f"{name}-out/") if key not in manifests(name)]
    return {key: hashlib.sha256(body(product, key)).hexdigest() for key in keys}


def manifests(name: str) -> tuple[str, str]:
    return f"{name}-out/a.m3u8", f"{name}-out/a.mpd"


def listed(product: Product, name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Type and language of the HLS and the DASH tracks that have a language."""
    hls, dash = manifests(name)
    media = m3u8.loads(body(product, hls).decode()).media
    (period,) = MPEGDASHParser.parse(body(product, dash).decode()).periods
    found = sorted((one.type.lower(), one.language) for one in media if one.language)
    return found, sorted((one.content_type, one.lang) for one in period.adaptation_sets if one.lang)


def tracks(product: Product, workflow: str) -> list[tuple[str, str, str]]:
    """Type and language of the tracks that events report, with the ladder's manifest."""
    found = [one["event"]["WorkflowTrackEvent"] for one in product.events(workflow) if is_track(one)]
    return sorted((one["Type"], one["Language"], one["Outputs"][-1]["Key"]) for one in found)


def is_track(event: dict[str, Any]) -> bool:
    return bool(event["event"]["EventType"] == "WorkflowTrack")


def decided(product: Product, workflow: str) -> list[tuple[str, str | None]]:
    """The rule of each upload, and the state of its join."""
    return sorted((one["rule"], one["join_state"]) for one in product.decisions(workflow))


@pytest.mark.full
def test_a_subtitle_and_audio_join_the_published_ladders(product: Product, clip: Path, tmp_path: Path) -> None:
    """Each by one run of media_sidecars; every file but the manifests stays. What is no subtitle fails, visibly."""
    name = "late-add-ons"
    workflow = product.create(name, **ladders(name))
    product.enable(workflow)
    product.upload(clip, f"{name}/a.mp4")
    (run,) = product.finished(workflow)
    assert run["state"] == "success", run
    first = checksums(product, name)
    assert listed(product, name) == ([], [])

    product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{name}-add/a.srt", Body=SUBTITLE)
    eventually(lambda: len(tracks(product, workflow)) == 2, 300)
    assert tracks(product, workflow) == [("subtitle", "en", key) for key in manifests(name)]
    assert listed(product, name) == ([("subtitles", "en")], [("text", "en")])

    dub = tmp_path / "dub.m4a"
    encode(*tone(2), "-c:a", "aac", str(dub))
    product.upload(dub, f"{name}-add/a.m4a")
    eventually(lambda: len(tracks(product, workflow)) == 4, 300)
    assert tracks(product, workflow)[:2] == [("audio", "fr", key) for key in manifests(name)]
    hls, dash = listed(product, name)
    assert (hls, dash) == ([("audio", "fr"), ("subtitles", "en")], [("audio", "fr"), ("text", "en")])

    assert first.items() <= checksums(product, name).items()
    reported = product.run(workflow, run["run_id"])["jobs"][0]["items"]
    assert {notice["code"] for item in reported for notice in item["notices"]} == set()
    assert decided(product, workflow) == [("matched", None), ("sidecar", "success"), ("sidecar", "success")]
    assert len(product.runs(workflow)) == 1

    product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{name}-add/a.srt", Body=b"\0\1\2 nothing")
    eventually(lambda: ("sidecar", "failed") in decided(product, workflow), 300)
    assert listed(product, name) == (hls, dash)


@pytest.mark.full
@pytest.mark.parametrize("arrives", [True, False])
def test_a_run_waits_for_its_add_ons(product: Product, clip: Path, arrives: bool) -> None:
    """Until they are there, or until the time is over; what is missing then is in the report, and joins later."""
    name = f"waits-{arrives}".lower()
    wait = {"timeout_s": 600 if arrives else 10, "on_timeout": "continue"}
    parts = ladders(name, wait_for=wait)
    for item in parts["jobs"]["adaptive_dynamic_streaming"]:
        del item["add_on_audios"]
    workflow = product.create(name, **parts)
    product.enable(workflow)
    product.upload(clip, f"{name}/a.mp4")
    (run,) = eventually(lambda: product.runs(workflow), 120)
    eventually(lambda: product.task_states(workflow, run["run_id"])["upload"][0] == "deferred", 120)
    if arrives:
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{name}-add/a.srt", Body=SUBTITLE)
    (run,) = product.finished(workflow)
    assert run["state"] == "success", run
    items = product.run(workflow, run["run_id"])["jobs"][0]["items"]
    codes = {notice["code"] for item in items for notice in item["notices"]}
    assert ("AddOnMissing" in codes) is not arrives
    with_subtitle = ([("subtitles", "en")], [("text", "en")])
    assert listed(product, name) == (with_subtitle if arrives else ([], []))
    if not arrives:
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{name}-add/a.srt", Body=SUBTITLE)
        eventually(lambda: len(tracks(product, workflow)) == 2, 300)
        assert listed(product, name) == with_subtitle
