"""Workflows with steps, run by Airflow: branches, joins, failures, chained inputs."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from clips import Clips
from graph_model import ModelStep, Reads, expected
from graph_runs import GraphRun, definition_of, run_cases
from media_workflows.errors import NotPublishedError
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.runs import results_of_run
from vendor_walker_events import problems_of_event

NOT_PUBLISHED = NotPublishedError.code
SNAPSHOT = [{"template": 10, "time_offsets": ["0s"]}]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def bucket(s3_server: str, clips: Clips) -> str:
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    s3.create_bucket(Bucket=(name := f"bucket-{uuid.uuid4().hex[:12]}"))
    s3.upload_file(str(clips.plain), name, "in/clip.mp4")
    return name


SMALL = {"container": "mp4", "video": {"width": 128, "height": 0}, "audio": {}}
DIAMOND: list[dict[str, Any]] = [
    {"id": "check", "quality_control": {"template": 10}},
    {"id": "sd", "transcode": [{"parameters": SMALL}], "after": ["check"], "when": "source.short_edge < 1080"},
    {"id": "hd", "transcode": [{"template": 100040}], "after": ["check"], "when": "!(source.short_edge < 1080)"},
    {"id": "covers", "snapshot_by_time_offset": SNAPSHOT, "input": "sd"},
    {"id": "join", "sample_snapshot": [{"template": 10}], "after": ["sd", "hd"]},
    {"id": "hd_covers", "image_sprite": [{"template": 10}], "input": "hd"},
]


def _check_the_diamond(run: GraphRun) -> None:
    """Its steps have done their work on a clip of 160x120."""
    assert run.tasks == {
        **dict.fromkeys(("upload", "check", "sd", "covers", "join", "notify"), "success"),
        **dict.fromkeys(("hd", "hd_covers"), "skipped"),
    }
    with transaction() as session:
        decisions = decisions_of_run(session, run.dag_id, run.run_id)
        results = {one.step.step_id: one for one in results_of_run(session, run.dag_id, run.run_id)}
    assert decisions["hd"].skipped == "condition"
    assert decisions["hd"].values == {"source.short_edge": 120}
    assert decisions["sd"].skipped is None
    (cover,) = results["covers"].items[0].outputs
    assert cover.key.startswith("out/clip_")  # named after the upload
    assert cover.info is not None
    assert cover.info.video is not None
    assert cover.info.video.width == 128
    assert results["join"].source is not None
    assert results["covers"].source is None


TOGETHER: list[dict[str, Any]] = [
    {"id": "sd", "transcode": [{"parameters": SMALL}]},
    {"id": "covers", "snapshot_by_time_offset": SNAPSHOT, "input": "sd"},
]
BEHIND = {"template": 10, "time_offsets": ["99s"], "output_path": "late{number}.{format}"}
BROKEN = {"id": "late", "snapshot_by_time_offset": [BEHIND], "after": ["covers"]}


def _together(bucket: str, directory: str, *steps: dict[str, Any]) -> dict[str, Any]:
    """The case of a workflow that publishes together."""
    parts = {"output": {"directory": directory}, "publish": "together", "airflow": {"asset_events": True}}
    return {"definition": definition_of(bucket, [*TOGETHER, *steps], **parts), "key": "in/clip.mp4"}


def _check_what_is_published_together(run: GraphRun, failed: GraphRun, s3: Any, bucket: str) -> None:
    """All of the first run, in its results and in what its tasks returned; nothing of the second."""
    assert run.tasks == dict.fromkeys(("upload", "sd", "covers", "publish_together", "notify"), "success")
    visible = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    made = [key for key in visible if key.startswith("together/")]
    assert [key for key in visible if key.startswith(("_", "nothing/"))] == []
    with transaction() as session:
        results = results_of_run(session, run.dag_id, run.run_id)
        lost = results_of_run(session, failed.dag_id, failed.run_id)
        (event,) = events_of_run(session, failed.dag_id, failed.run_id)
    assert sorted(output.key for job in results for item in job.items for output in item.outputs) == made
    assert sorted(output["key"] for id_ in ("sd", "covers") for output in run.returned[id_]) == made
    assert sorted(output["key"] for output in run.returned["publish_together"]) == made
    states = dict.fromkeys(("late", "publish_together"), "failed")
    assert (failed.state, failed.tasks) == (
        "failed",
        dict.fromkeys(("upload", "sd", "covers", "notify"), "success") | states,
    )
    codes = {job.step.step_id: item.code for job in lost for item in job.items}
    assert codes == {"sd": NOT_PUBLISHED, "covers": NOT_PUBLISHED, "late": "InvalidInput.InvalidTimeOffset"}
    assert problems_of_event(json.loads(event.body)) == []
    head = json.loads(event.body)["ScheduleTaskEvent"]
    assert head["Message"].startswith(f"{NOT_PUBLISHED}: nothing of this run is published, as its step 'late' failed")


def _check_the_asset_events(run: GraphRun, failed: GraphRun, bucket: str, *others: GraphRun) -> None:
    """One for a run that succeeded, of all its files; none for one that failed or did not ask for any."""
    (event,) = run.asset_events
    assert (event["uri"], event["key"]) == (f"x-media-workflows://workflow/{run.dag_id}", run.run_id)
    extra = event["extra"]
    assert (extra["workflow"], extra["run"], extra["output_count"]) == (run.dag_id, run.run_id, 2)
    assert extra["source"] == {"bucket": bucket, "key": "in/clip.mp4"}
    video, picture = extra["outputs"]
    assert (video["step"], video["kind"], picture["step"]) == ("sd", "transcode", "covers")
    assert {video["bucket"], picture["bucket"]} == {bucket}
    assert video["key"].startswith("together/")
    assert video["duration_s"] > 0
    assert picture["duration_s"] is None
    assert all(re.fullmatch(r"[0-9a-f]{64}", one["sha256"]) for one in extra["outputs"])
    assert [one.asset_events for one in (failed, *others)] == [[]] * (1 + len(others))


def _definition(bucket: str, steps: Sequence[ModelStep]) -> dict[str, Any]:
    return definition_of(
        bucket,
        [
            {
                "id": step.id,
                "transcode": [{"template": 100010, "output_path": f"{step.id}_{{inputName}}.{{format}}"}],
                "after": list(step.after),
                **({"input": step.input} if step.input else {}),
                **({"when": step.when.text} if step.when else {}),
                "on_failure": "continue" if step.goes_on else "fail",
            }
            for step in steps
        ],
    )


def _without_work(bucket: str, steps: Sequence[ModelStep]) -> dict[str, Any]:
    """The case of a graph whose steps end as the model has it."""
    return {
        "definition": _definition(bucket, steps),
        "key": "in/clip.mp4",
        "outcomes": {step.id: step.outcome for step in steps},
    }


FAILURES = (
    ModelStep("hd", outcome="failed"),
    ModelStep("after_hd", after=("hd",)),
    ModelStep("instead", after=("hd",), when=Reads(of="hd", status="failed")),
    ModelStep("later", after=("after_hd",), when=Reads(of="hd", status="failed")),
    ModelStep("never", after=("hd",), when=Reads(of="hd", status="skipped")),
)
GOES_ON = (
    ModelStep("extra", goes_on=True, outcome="error"),
    ModelStep("next", after=("extra",)),
    ModelStep("of_extra", input="extra"),
    ModelStep("sees", after=("extra",), when=Reads(of="extra", status="failed")),
    ModelStep("asks", after=("extra",), when=Reads(of="extra"), goes_on=True),
)
JOIN = (
    ModelStep("yes", when=Reads(truth=True)),
    ModelStep("no", when=Reads(truth=False)),
    ModelStep("join", after=("yes", "no")),
    ModelStep("only_no", after=("no",)),
    ModelStep("skipped_then", after=("no",), when=Reads(of="no", status="skipped")),
    ModelStep("unknown", after=("no", "yes"), when=Reads(of="no")),
)


def _state(run: GraphRun) -> tuple[str, dict[str, str]]:
    return run.state, {id_: state for id_, state in run.tasks.items() if id_ not in ("upload", "notify")}


def test_graphs_end_as_documented(s3_server: str, database: str, bucket: str, tmp_path: Path) -> None:
    """All in one Airflow: it takes longer to start than to run them."""
    diamond = {"definition": definition_of(bucket, DIAMOND), "key": "in/clip.mp4"}
    graphs = [FAILURES, GOES_ON, JOIN]
    real = [diamond, _together(bucket, "together/"), _together(bucket, "nothing/", BROKEN)]
    cases = [*real, *(_without_work(bucket, steps) for steps in graphs)]
    first, together, failed, *others = run_cases(tmp_path, s3_server, cases)
    _check_the_diamond(first)
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    _check_what_is_published_together(together, failed, s3, bucket)
    _check_the_asset_events(together, failed, bucket, first, *others)
    assert [_state(run) for run in others] == [
        ("failed", {
            "hd": "failed", "after_hd": "upstream_failed", "instead": "success", "later": "success", "never": "skipped"
        }),
        ("success", {
            "extra": "success", "next": "success", "of_extra": "skipped", "sees": "success", "asks": "success"
        }),
        ("failed", {
            "yes": "success", "no": "skipped", "join": "success", "only_no": "skipped", "skipped_then": "success",
            "unknown": "failed"
        }),
    ]  # fmt: skip
    assert [expected(steps) for steps in graphs] == [_state(run) for run in others]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[ModelStep, ...]:
    """Up to 12 steps in order."""
    steps: list[ModelStep] = []
    above: dict[str, set[str]] = {}
    for number in range(draw(st.integers(2, 12))):
        id_ = f"s{number}"
        known = [step.id for step in steps]
        after = tuple(draw(st.lists(st.sampled_from(known), max_size=3, unique=True))) if known else ()
        input_ = draw(st.sampled_from(["", "", *known]))
        before = {*after, *([input_] if input_ else [])}
        above[id_] = before.union(*(above[other] for other in before))
        steps.append(
            ModelStep(
                id_,
                after,
                input_,
                draw(_conditions(sorted(above[id_]))),
                draw(st.booleans()),
                draw(st.sampled_from(["success", "success", "failed", "error"])),
            )
        )
    return tuple(steps)


def _conditions(above: list[str]) -> st.SearchStrategy[Reads | None]:
    kinds = [st.none(), st.builds(Reads, truth=st.booleans())]
    if above:
        statuses = st.sampled_from(["success", "failed", "skipped", "upstream_failed"])
        kinds += [
            st.builds(Reads, of=st.sampled_from(above), status=statuses),
            st.builds(Reads, of=st.sampled_from(above)),
        ]
    return st.one_of(kinds)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_random_graphs_end_as_the_model_says(s3_server: str, database: str, bucket: str, tmp_path: Path) -> None:
    drawn: list[tuple[ModelStep, ...]] = []

    @settings(max_examples=40, database=None, phases=[Phase.generate], deadline=None)
    @given(graphs())
    def draw(graph: tuple[ModelStep, ...]) -> None:
        drawn.append(graph)

    draw()
    cases = [_without_work(bucket, steps) for steps in drawn]
    runs = run_cases(tmp_path, s3_server, cases, timeout_s=1700)
    wrong = [
        (steps, expected(steps), _state(run))
        for steps, run in zip(drawn, runs, strict=True)
        if expected(steps) != _state(run)
    ]
    assert wrong == []
