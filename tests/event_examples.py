"""Events of one imagined run, one for each outcome, by the code that makes real ones.

They are docs/examples, too: run this file to write those again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from event_findings_examples import findings, found
from media_workflows.domain.candidates import SIDECAR_RUN
from media_workflows.domain.conditions.outcomes import StepOutcome
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.domain.notification import BodyFormat
from media_workflows.domain.result import (
    ItemResult,
    JobResult,
    OutputRecord,
    Role,
    SourceObject,
    item_failure,
    job_failure,
    shown_item,
)
from media_workflows.domain.run import Run
from media_workflows.domain.run_review import FindingDecision, ReviewedFinding, RunDecision, RunReview
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import job_steps
from media_workflows.domain.sub_tasks import SubTaskOutput
from media_workflows.domain.sub_tasks.quality_control import QUALITY, QualityControlOutput, QualityItem
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import IncompleteSourceError, InvalidOffsetError, JobCancelledError, MissingGlyphError
from media_workflows.media.jobs.track_selection import left_out
from media_workflows.notifications.budget_event import BudgetApproval, budget_event
from media_workflows.notifications.review_event import review_event
from media_workflows.notifications.step_event import step_event
from media_workflows.notifications.track_event import AddedTrack, track_event, track_failed_event
from media_workflows.notifications.transports.message import Event, Message, compose, shortened, with_storage_form
from media_workflows.vendor_mps.event import (
    canonical_json,
    event_id,
    with_event_id,
    workflow_task_event,
)
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.schedule_event import schedule_task_event
from schedules import imported, node, rule, schedule, trans

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
WORKFLOW_ID, RUN_ID = "wf_0123456789ab", "upload__0123456789abcdef0123456789abcdef"
NOTIFY_KEY = "example-notify-key"
BEGUN = datetime(2026, 1, 5, 9, 30, 0, tzinfo=UTC)
FINISHED = BEGUN + timedelta(seconds=4)
SOURCE = SourceObject(bucket="media-input", key="in/a.mp4", etag="e", size_bytes=2_465_770)
_MD5 = "9e107d9d372bb6826bd81d3542a419d6"


def _identified(body: dict[str, Any]) -> dict[str, Any]:
    """The event with the id that the outbox gives it."""
    return with_event_id(body, event_id(WORKFLOW_ID, RUN_ID, canonical_json(body)))


def _workflow() -> Workflow:
    """One item of each kind, of transcode two; by presets, by raw parameters and by both."""
    mark = {"type": "text", "text": "媒体 Media"}
    jobs = {
        "transcode": [
            {"template": 100010, "watermarks": [{"mark": mark}], "mosaics": [{"x_pos": "70%"}], "end_offset_s": 10},
            {"template": 100230, "override": {"segment_s": 5}},
        ],
        "adaptive_dynamic_streaming": [{"template": 10}],
        "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["1s", "50%"]}],
        "sample_snapshot": [{"parameters": {"sample_type": "time", "sample_interval": 6, "format": "png"}}],
        "image_sprite": [{"template": 10}],
        "animated_graphic": [{"template": 20000, "start_offset_s": 1, "end_offset_s": 4}],
    }
    trigger = {"bucket": "media-input", "directory": "in/", "region": "eu-west-3"}
    output = {"bucket": "media-output", "directory": "out/"}
    data = {"name": "short-video", "trigger": trigger, "output": output, "jobs": jobs}
    return resolved(parse_workflow(data), PRESET_LIBRARY)


WORKFLOW = _workflow()
RUN = Run(WORKFLOW_ID, RUN_ID, 1, WORKFLOW)
ITEMS: dict[str, Sequence[JobItem[Any]]] = {step.kind: step.items for step in job_steps(WORKFLOW)}


def _info(container: str, width: int, height: int, size_bytes: int, *, sound: bool = True) -> MediaInfo:
    picture = VideoStream(
        index=0,
        codec="h264",
        width=width,
        height=height,
        display_width=width,
        display_height=height,
        rotation=0,
        fps=25,
        frame_rate=Fraction(25),
        pixel_format="yuv420p",
        bitrate_bps=400_000,
        codec_string="avc1.64001e",
        color_primaries="bt709",
        color_matrix="bt709",
        color_transfer="bt709",
        duration_s=12.0,
    )
    track = AudioStream(
        index=1, codec="aac", sample_rate_hz=44_100, channels=2, bitrate_bps=64_000, codec_string="mp4a.40.2"
    )
    return MediaInfo(
        container=container,
        duration_s=12.0,
        size_bytes=size_bytes,
        bitrate_bps=size_bytes * 8 // 12,
        video=picture,
        audio=(track,) if sound else (),
    )


def _file(name: str, size_bytes: int, role: Role = "main", **more: Any) -> OutputRecord:
    return OutputRecord(
        bucket="media-output", key=f"out/{name}", size_bytes=size_bytes, md5=_MD5, etag=_MD5, role=role, **more
    )


def _pictures(name: str, moments_s: Sequence[float]) -> tuple[OutputRecord, ...]:
    return tuple(_file(name.format(number), 41_000, time_offset_s=moment) for number, moment in enumerate(moments_s))


def _outputs() -> dict[str, list[tuple[OutputRecord, ...]]]:
    """What each item made."""
    sheet = _info("image2", 1420, 800, 90_000, sound=False)
    return {
        "transcode": [
            (_file("a_transcode_100010.mp4", 702_112, info=_info("mov,mp4", 640, 360, 702_112)),),
            (
                _file("a_transcode_100230_0.ts", 1_500_000, "segment"),
                _file("a_transcode_100230_1.ts", 1_400_000, "segment"),
                _file("a_transcode_100230.m3u8", 200, "manifest", info=_info("hls", 1280, 720, 2_900_000)),
            ),
        ],
        "adaptive_dynamic_streaming": [
            (
                _file("a_adaptiveDynamicStreaming_10_0_0.ts", 400_000, "segment"),
                _file("a_adaptiveDynamicStreaming_10_0.m3u8", 150, "playlist"),
                _file("a_adaptiveDynamicStreaming_10.m3u8", 300, "manifest"),
            )
        ],
        "snapshot_by_time_offset": [_pictures("a_snapshotByTimeOffset_10_{}.jpg", (1.0, 6.0))],
        "sample_snapshot": [_pictures("a_sampleSnapshot_0_{}.png", (0.0, 6.0))],
        "image_sprite": [
            (
                _file("a_imageSprite_10_0.jpg", 90_000, info=sheet, picture_count=2, time_offset_s=0.0),
                _file("a_imageSprite_10.vtt", 120, "manifest"),
            )
        ],
        "animated_graphic": [
            (_file("a_animatedGraphic_20000.gif", 88_000, info=_info("gif", 1280, 720, 88_000, sound=False)),)
        ],
    }


_LEFT_OUT = left_out(
    AudioStream(index=2, codec="ac3", sample_rate_hz=48_000, channels=6, language="fra"), "not_selected"
)


def made(item: JobItem[Any], outputs: tuple[OutputRecord, ...], reused: str | None = None) -> ItemResult:
    """An item that succeeded; of a transcode, the source's second audio track is left out."""
    return ItemResult(
        item=shown_item(item),
        definition=item.definition,
        status="SUCCESS",
        outputs=outputs,
        notices=(_LEFT_OUT,) if item.kind == "transcode" else (),
        reused=reused,
    )


def job(kind: str, items: Sequence[ItemResult]) -> JobResult:
    """A job that ended."""
    info = _info("mov,mp4", 1280, 720, SOURCE.size_bytes)
    return JobResult(kind=kind, begun_at=BEGUN, finished_at=FINISHED, source=info, items=tuple(items))


def successes() -> list[JobResult]:
    """Every job succeeded; one item had been made before."""
    outputs = _outputs()
    results = []
    for kind, items in ITEMS.items():
        reused = "upload__0" if kind == "image_sprite" else None
        pairs = zip(items, outputs[kind], strict=True)
        results.append(job(kind, [made(item, files, reused) for item, files in pairs]))
    return results


def failures() -> list[JobResult]:
    """One of two renditions is made; the other jobs failed, each for a reason of its own kind."""
    first, second = ITEMS["transcode"]
    glyph = item_failure(
        second,
        MissingGlyphError.code,
        "none of the fonts (wqy-microhei.ttc, NotoEmoji-Regular.ttf) has a glyph for 'అ' (U+0C05) (Telugu); "
        "change the text, or name a font that has them in the setting watermark_font or extra_fonts",
    )
    offset = "time offset '60s' is after the source's end at 12.000 s; choose an earlier one"
    late = [item_failure(item, InvalidOffsetError.code, offset) for item in ITEMS["snapshot_by_time_offset"]]
    without_result = "the task ended as failed and left no result; see its log in Airflow"
    lost = job_failure("image_sprite", ITEMS["image_sprite"], "InternalError", without_result, BEGUN)
    return [
        job("transcode", [made(first, _outputs()["transcode"][0]), glyph]),
        job("snapshot_by_time_offset", late),
        lost.model_copy(update={"finished_at": FINISHED}),
    ]


def unfinished() -> list[UnfinishedJob]:
    """Jobs of a run that goes on: one under way, the others waiting."""
    kinds = [kind for kind in ITEMS if kind != "snapshot_by_time_offset"]
    under_way = {"transcode": (41.5, BEGUN)}
    return [UnfinishedJob(kind, ITEMS[kind], *under_way.get(kind, (0.0, None))) for kind in kinds]


def body(results: Sequence[JobResult] = (), **more: Any) -> dict[str, Any]:
    """The body of an event of this run."""
    run: dict[str, Any] = {
        "workflow_id": WORKFLOW_ID,
        "workflow_name": WORKFLOW.name,
        "revision": 1,
        "run_id": RUN_ID,
        "source": SOURCE,
        "results": results,
        "error": None,
        "finished_at": FINISHED,
        "region": WORKFLOW.trigger.region,
    }
    made = workflow_task_event(EventRun(**(run | more)))
    return _identified(made)


def event(data: dict[str, Any]) -> Event:
    """The body as the outbox keeps it."""
    return Event(data["MediaWorkflows"]["EventId"], WORKFLOW_ID, canonical_json(data).decode(), FINISHED)


def message(data: dict[str, Any], form: BodyFormat = "workflow_task", notify_key: str = "") -> Message:
    """The body as a receiver gets it."""
    return compose(event(data), form, notify_key, FINISHED)


def _step() -> dict[str, Any]:
    """The event of a notify step after a transcode and an approval."""
    steps = [
        StepDefinition.model_validate({"id": "hd", "transcode": {"template": 100010}}),
        StepDefinition.model_validate({"id": "ask", "after": ["hd"], "approval": {"message": "Publish?"}}),
    ]
    output = OutputRecord(bucket="media-output", key="out/a_hd.mp4", size_bytes=702_112, md5=_MD5, etag=_MD5)
    item = ItemResult(item={}, definition=100010, status="SUCCESS", outputs=(output,))
    outcomes = {"hd": StepOutcome("success", [item]), "ask": StepOutcome("success", answer="approved")}
    return _identified(step_event(RUN, "big", SOURCE, steps, outcomes))


def _track() -> dict[str, Any]:
    """The event of a subtitle that joined an HLS ladder."""
    add_on = SourceObject(bucket="media-input", key="subs/a.srt", etag=_MD5, size_bytes=42, last_modified=FINISHED)
    files: list[tuple[str, Role]] = [("a_2_0.vtt", "segment"), ("a_2.m3u8", "playlist"), ("a.m3u8", "manifest")]
    track = AddedTrack(
        step_id="adaptive_dynamic_streaming",
        add_on=add_on,
        type="subtitle",
        language="en",
        name="English",
        replaces=False,
        outputs=[
            OutputRecord(bucket="media-output", key=f"out/{name}", size_bytes=512, md5=_MD5, etag=_MD5, role=role)
            for name, role in files
        ],
    )
    return _identified(track_event(RUN, SOURCE, track))


def _track_failed() -> dict[str, Any]:
    """The event of an object that was to join a ladder as a subtitle and is none."""
    error = RunError("InvalidInput", "subs/a.srt: no subtitle in it can be read")
    join_run_id = f"{SIDECAR_RUN}0123456789abcdef"
    return _identified(track_failed_event(RUN, SOURCE, ("media-input", "subs/a.srt"), join_run_id, error))


def _review() -> dict[str, Any]:
    """The event of a person's decision on a run with one finding."""
    made = {"note": "not a brand", "by": "reviewer", "at": FINISHED}
    finding = ReviewedFinding(
        id="0123456789abcdef",
        step_id="content_review",
        type="prohibited.ocr",
        start_s=4.2,
        end_s=6.0,
        text="snake oil",
        label="prohibited",
        confidence=82.0,
        suggestion="review",
        asks=True,
        decision=FindingDecision(verdict="pass", **made),
    )
    decision = RunDecision(verdict="pass", answered="", **made)
    review = RunReview(suggestion="review", decision=decision, findings=(finding,))
    return _identified(review_event(RUN, SOURCE, review))


def _budget() -> dict[str, Any]:
    """The event of a run that waits for a person because of its budget."""
    question = BudgetApproval(
        state="waiting",
        message="this run would use about 2.5 CPU hours, and the budget of one run is 2: raise budget.per_run, or make "
        "fewer outputs",
        answer_until=BEGUN + timedelta(days=1),
        who=["ana"],
    )
    return _identified(budget_event(RUN, SOURCE, question))


def _long() -> dict[str, Any]:
    """More pictures than a queue takes."""
    (item,) = ITEMS["sample_snapshot"]
    moments = [second * 0.5 for second in range(12_000)]
    return body([job("sample_snapshot", [made(item, _pictures("a_sampleSnapshot_0_{}.png", moments))])])


def _source_fault() -> dict[str, Any]:
    words = "the source ends at 3.2 s of 12.0 s; upload it again"
    failed = [
        job_failure(kind, items, IncompleteSourceError.code, words, BEGUN).model_copy(update={"finished_at": FINISHED})
        for kind, items in ITEMS.items()
    ]
    return body(failed)


def reviewed(**more: SubTaskOutput | tuple[str, str]) -> list[JobResult]:
    """A rendition, and what was found in the source; the review did not pass. `more` are further checks."""
    rendition = job("transcode", [made(ITEMS["transcode"][0], _outputs()["transcode"][0])])
    return [rendition, *(job(kind, [found(answers)]) for kind, answers in findings(more).items())]


def _cancelled() -> dict[str, Any]:
    words = "the run was cancelled by ana"
    failed = [
        job_failure(kind, items, JobCancelledError.code, words, BEGUN).model_copy(update={"finished_at": FINISHED})
        for kind, items in ITEMS.items()
    ]
    return body(failed)


def _change() -> dict[str, Any]:
    ended = [job for job in successes() if job.kind == "snapshot_by_time_offset"]
    return body(ended, unfinished=unfinished(), finished_at=None)


def _schedule() -> Workflow:
    """A review and a quality control, whose result decides between two renditions."""
    rules = [rule("r1", "||", {"quality.black_screen": "true", "source.short_edge": "<720"}, 4)]
    nodes = [
        node("input", [1, 2]),
        node("action-AIQualityControl", [3], "QualityControlTask", Definition=10),
        node("action-aiReview", [6, 7], "AiContentReviewTask", Definition=10),
        node("action-exec-rules", [4, 5], "ExecRulesTask", Rules=rules),
        trans(100010, 8),
        trans(100020, 8),
        node("action-AIRecognition", [8], "AiRecognitionTask", Definition=10),
        node("action-AIAnalysis", [8], "AiAnalysisTask", Definition=10),
        node("output", []),
    ]
    return resolved(imported(schedule(*nodes, ScheduleName="short-video")), PRESET_LIBRARY)


def scheduled() -> dict[str, Any]:
    """The body of an event of a run of an imported schedule, in which one branch was skipped."""
    workflow = _schedule()
    by_kind = {step.kind: step for step in job_steps(workflow) if step.id != "trans_4"}
    results = [job("transcode", [made(by_kind["transcode"].items[0], _outputs()["transcode"][0])])]
    black = QualityItem(type="black_screen", hit=False, value=0.0, unit="s", threshold=2.0, share=0.0)
    report = QualityControlOutput(duration_s=12.0, no_video=False, no_audio=False, items=(black,))
    reports = {"quality_control": {QUALITY: report}, **findings({})}
    results += [job(kind, [found(answers)]) for kind, answers in reports.items()]
    decisions = [("trans_4", "condition"), ("trans_5", None)]
    run = EventRun(
        workflow_id=WORKFLOW_ID,
        workflow_name=workflow.name,
        run_id=RUN_ID,
        revision=1,
        workflow=workflow,
        source=SOURCE,
        results=[one.model_copy(update={"step_id": by_kind[one.kind].id}) for one in results],
        decisions={id_: StepDecision(step_id=id_, skipped=skipped, decided_at=BEGUN) for id_, skipped in decisions},
        finished_at=FINISHED,
        region="eu-west-3",
    )
    event = schedule_task_event(run)
    return _identified(event)


def examples() -> dict[str, bytes]:
    """The bytes that are sent, by the name of the file in docs/examples."""
    finished = body(successes())
    queued = compose(shortened(event(_long())), "workflow_task", "", FINISHED)
    return {
        "finished": message(finished).body,
        "failures": message(body(failures())).body,
        "source-error": message(_source_fault()).body,
        "cancelled": message(_cancelled()).body,
        "cos": compose(with_storage_form(event(finished), "cos"), "vendor", "", FINISHED).body,
        "reviewed": message(body(reviewed())).body,
        "change": message(_change()).body,
        "schedule": message(scheduled()).body,
        "signed": message(body(failures()), notify_key=NOTIFY_KEY).body,
        "shortened": queued.body,
        "cloud-event": message(body(failures()), "cloud_event").body,
        "step": message(_step()).body,
        "track": message(_track()).body,
        "track-failed": message(_track_failed()).body,
        "review": message(_review()).body,
        "budget": message(_budget()).body,
    }


def written(data: bytes) -> str:
    """An example as its file has it."""
    return json.dumps(json.loads(data), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for name, data in examples().items():
        (EXAMPLES / f"{name}.json").write_text(written(data), encoding="utf-8")
