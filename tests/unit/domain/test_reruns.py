"""Which steps run again when a run is retried."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.domain.action_result import ActionOutput, ActionResult
from media_workflows.domain.removed_source import removed_source
from media_workflows.domain.reruns import EndedRun, steps_to_rerun, steps_to_retry
from media_workflows.domain.result import SourceObject, now
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import ConflictError, NotFoundError


def step(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    item = {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}
    return {"id": id_, "after": list(after), "sample_snapshot": item} | parts


# check → hd → covers → last, check → sd → last, hd → sorry (after failures), alone
GRAPH = parse_workflow(
    graph(
        {"id": "check", "quality_control": {"template": 10}},
        step("hd", "check"),
        step("sd", "check"),
        step("covers", "hd"),
        step("last", "covers", "sd"),
        step("sorry", "hd", when='steps.hd.status == "failed"'),
        step("alone"),
    )
)
# hd → moved → report
MOVING = parse_workflow(
    graph(
        step("hd"),
        {"id": "moved", "move_source": {"directory": "done/"}, "after": ["hd"]},
        {"id": "report", "notify": {"type": "http", "url": "https://cms.example.com"}, "after": ["moved"]},
    )
)
ALL = ["upload", "check", "hd", "sd", "covers", "last", "sorry", "alone", "notify"]
FLAT = parse_workflow(definition(jobs={"transcode": [{"template": 100010}], "sample_snapshot": [{"template": 10}]}))


def ended(*, failed_results: Any = (), decided: Any = (), **states: str) -> EndedRun:
    return EndedRun("r1", GRAPH, dict.fromkeys(ALL, "success") | states, failed_results, decided)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (ended(), []),
        # conditions that are false, and a step all of whose upstream steps were skipped
        (ended(hd="skipped", covers="skipped", sorry="skipped", decided=["hd", "sorry"]), []),
        (ended(sd="failed", last="upstream_failed", notify="failed"), ["sd", "last", "notify"]),
        # what ran because of the failure runs again, too
        (
            ended(hd="failed", covers="upstream_failed", last="upstream_failed", notify="failed"),
            ["hd", "covers", "last", "sorry", "notify"],
        ),
        # a failed step that let the run go on
        (ended(covers="success", failed_results=["covers"]), ["covers", "last", "notify"]),
        # marked failed: Airflow skipped what waited
        (ended(covers="skipped", last="skipped", decided=["sorry"], sorry="skipped"), ["covers", "last", "notify"]),
        (ended(upload="failed", **dict.fromkeys(ALL[1:-1], "upstream_failed")), ALL),
        (ended(notify="failed"), ["notify"]),
        (ended(alone="failed", notify="failed"), ["alone", "notify"]),
        (ended(failed_results=["sd"], sd="skipped", decided=["sd"]), []),  # the result is of an earlier try
    ],
)
def test_retry_of_a_graph(run: EndedRun, expected: list[str]) -> None:
    assert steps_to_retry(run) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"upload": "success", "transcode": "success", "sample_snapshot": "success", "notify": "success"}, []),
        ({"transcode": "failed", "sample_snapshot": "success"}, ["transcode"]),
        ({"transcode": "skipped", "sample_snapshot": "upstream_failed"}, ["transcode", "sample_snapshot"]),
    ],
)
def test_retry_of_jobs(states: dict[str, str | None], expected: list[str]) -> None:
    assert steps_to_retry(EndedRun("r1", FLAT, states)) == expected


@pytest.mark.parametrize(
    ("step_id", "expected"),
    [
        ("hd", ["hd", "covers", "last", "sorry", "notify"]),
        ("sd", ["sd", "last", "notify"]),
        ("alone", ["alone", "notify"]),
        ("notify", ["notify"]),
        ("upload", ALL),
    ],
)
def test_rerun_of_one_step(step_id: str, expected: list[str]) -> None:
    assert steps_to_rerun(ended(), step_id) == expected
    assert steps_to_rerun(ended(alone="failed", notify="failed"), step_id) == expected


def test_a_step_that_cannot_run() -> None:
    run = ended(hd="failed", covers="upstream_failed", last="upstream_failed")
    with pytest.raises(ConflictError, match="step 'covers' cannot run, as step 'hd' before it failed"):
        steps_to_rerun(run, "covers")
    assert steps_to_rerun(run, "sorry") == ["sorry", "notify"]


def test_an_unknown_step() -> None:
    with pytest.raises(NotFoundError, match="run 'r1' has no step 'cover': choose covers"):
        steps_to_rerun(ended(), "cover")
    with pytest.raises(NotFoundError, match="choose upload, check, hd"):
        steps_to_rerun(ended(), "zzz")


def test_rerun_of_one_job() -> None:
    run = EndedRun("r1", FLAT, dict.fromkeys(["upload", "transcode", "sample_snapshot", "notify"], "success"))
    assert steps_to_rerun(run, "transcode") == ["transcode", "notify"]


def test_a_step_does_not_run_alone_where_the_outputs_of_others_were_removed() -> None:
    run = EndedRun("r1", GRAPH, dict.fromkeys(ALL, "success"), removed=["sd", "last"])
    with pytest.raises(ConflictError, match="as the outputs of step 'sd' were removed with the failed run"):
        steps_to_rerun(run, "covers")
    assert steps_to_rerun(run, "sd") == ["sd", "last", "notify"]


def moving(*, place: bool, version_id: str | None = None, **states: str) -> EndedRun:
    """A run whose step `moved` has moved the source, or deleted it."""
    output = ActionOutput(bucket="media", key="done/a.mp4", size_bytes=1, etag="e")
    times = {"begun_at": now(), "finished_at": now()}
    result = ActionResult(step_id="moved", kind="move_source", outputs=(output,) if place else (), **times)
    source = SourceObject(
        bucket="media", key="in/a.mp4", etag="e", size_bytes=1, last_modified=now(), version_id=version_id
    )
    ids = dict.fromkeys(["upload", "hd", "moved", "report", "notify"], "success")
    return EndedRun("r1", MOVING, ids | states, source_removed=removed_source(source, [result]))


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (True, "step 'hd' reads the source, which step 'moved' of this run has moved to s3://media/done/a.mp4"),
        (False, "step 'hd' reads the source, which step 'moved' of this run has deleted: upload it again"),
    ],
)
def test_nothing_is_made_again_of_a_source_that_the_run_removed(place: bool, problem: str) -> None:
    with pytest.raises(ConflictError) as raised:
        steps_to_rerun(moving(place=place), "hd")
    assert str(raised.value).startswith(problem)


def test_steps_that_do_not_read_the_source_run_again() -> None:
    assert steps_to_retry(moving(place=True, report="failed", notify="failed")) == ["report", "notify"]


def test_a_bucket_with_versions_still_has_the_source() -> None:
    assert steps_to_rerun(moving(place=True, version_id="v1"), "hd") == ["hd", "moved", "report", "notify"]
