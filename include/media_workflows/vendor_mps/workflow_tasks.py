"""MediaProcessTask, AiContentReviewTask, AiAnalysisTask and AiRecognitionTask, as `jobs`, in both directions. Pure."""

from __future__ import annotations

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs import MEDIA_KINDS, Jobs
from media_workflows.vendor_mps.read_definition import VendorPlace
from media_workflows.vendor_mps.reading import Findings, Json
from media_workflows.vendor_mps.tasks import (
    media_process_place,
    read_ai_task,
    read_media_process_task,
    write_ai_task,
    write_media_process_task,
)

MEDIA_TASK = "MediaProcessTask"
AI_TASKS = {
    "content_review": "AiContentReviewTask",
    "analysis": "AiAnalysisTask",
    "recognition": "AiRecognitionTask",
}


def read_tasks(data: Json, findings: Findings) -> Json:
    """Our jobs by kind, of the tasks that the vendor's object has."""
    jobs = read_media_process_task(data.get(MEDIA_TASK), MEDIA_TASK, findings)
    for kind, name in AI_TASKS.items():
        if items := read_ai_task(kind, data.get(name), name, findings):
            jobs[kind] = items
    return jobs


def task_places(jobs: Json) -> dict[str, VendorPlace]:
    """The places of the items of such jobs."""
    places = {
        f"jobs.{kind}[{number}]": VendorPlace(f"{MEDIA_TASK}.{media_process_place(f'{kind}[{number}]')}", kind)
        for kind in MEDIA_KINDS
        for number in range(len(jobs.get(kind, ())))
    }
    ai = {f"jobs.{kind}[0]": VendorPlace(name, kind) for kind, name in AI_TASKS.items()}
    return {**places, **ai, "jobs": VendorPlace(MEDIA_TASK)}


def write_tasks(jobs: Jobs, findings: Findings) -> Json:
    """The vendor's tasks. Kinds that have none there are refused."""
    given = {kind: [item.model_dump(mode="json") for item in items] for kind, items in jobs.by_kind()}
    media = write_media_process_task(given, "jobs", findings)
    written: Json = {MEDIA_TASK: media} if media else {}
    for kind, items in given.items():
        if kind in AI_TASKS:
            written[AI_TASKS[kind]] = write_ai_task(kind, items, f"jobs.{kind}", findings)
        elif not media_process_place(kind):
            problem = invalid("is no task of the commercial service's workflows: make a step of it for a schedule")
            findings.refuse(problem, f"jobs.{kind}", f"{len(items)} items")
    return written
