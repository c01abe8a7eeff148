"""The event of a person's decision on a run that did not wait for it. Pure."""

from __future__ import annotations

from media_workflows.domain.result import SourceObject
from media_workflows.domain.run_review import ReviewedFinding, RunReview
from media_workflows.vendor_mps.event_shapes import Json

REVIEW_EVENT = "WorkflowReviewEvent"


def review_event(
    *,
    workflow_id: str,
    workflow_name: str,
    revision: int,
    run_id: str,
    source: SourceObject | None,
    review: RunReview,
) -> Json:
    """The body without the event's id, of a review that is decided. Findings without a verdict are left out."""
    decision = review.decision
    assert decision is not None, "the run is decided"
    return {
        "EventType": "WorkflowReview",
        REVIEW_EVENT: {
            "Source": source
            and {"Bucket": source.bucket, "Key": source.key, "Size": source.size_bytes, "ETag": source.etag},
            "Suggestion": review.suggestion,
            "Verdict": decision.verdict,
            "Note": decision.note,
            "DecidedBy": decision.by,
            "DecidedAt": decision.at.isoformat(),
            "Findings": [_finding(one) for one in review.findings if one.decision and one.decision.verdict],
        },
        "MediaWorkflows": {
            "WorkflowId": workflow_id,
            "WorkflowName": workflow_name,
            "Revision": revision,
            "RunId": run_id,
        },
    }


def _finding(one: ReviewedFinding) -> Json:
    decision = one.decision
    assert decision is not None, "only decided findings are listed"
    return {
        "StepId": one.step_id,
        "Type": one.type,
        "StartTimeOffset": one.start_s,
        "EndTimeOffset": one.end_s,
        "Label": one.label,
        "Text": one.text,
        "Verdict": decision.verdict,
        "Note": decision.note,
        "DecidedBy": decision.by,
        "DecidedAt": decision.at.isoformat(),
    }
