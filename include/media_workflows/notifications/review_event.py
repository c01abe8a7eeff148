"""The event of a person's decision on a run that did not wait for it. Pure."""

from __future__ import annotations

from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.run_review import ReviewedFinding, RunReview
from media_workflows.notifications.event_models import ReviewContent, ReviewedFindingFields
from media_workflows.notifications.own_event import object_fields, own_event
from media_workflows.vendor_mps.event_shapes import Json

REVIEW_EVENT = "WorkflowReviewEvent"


def review_event(run: Run, source: SourceObject | None, review: RunReview) -> Json:
    """The body without the event's id, of a review that is decided. Findings without a verdict are left out."""
    decision = review.decision
    assert decision is not None, "the run is decided"
    content: ReviewContent = {
        "Source": object_fields(source) if source else None,
        "Suggestion": review.suggestion,
        "Verdict": decision.verdict,
        "Note": decision.note,
        "DecidedBy": decision.by,
        "DecidedAt": decision.at.isoformat(),
        "Findings": [_finding(one) for one in review.findings if one.decision and one.decision.verdict],
    }
    return own_event(REVIEW_EVENT, run, content)


def _finding(one: ReviewedFinding) -> ReviewedFindingFields:
    decision = one.decision
    assert decision is not None, "only decided findings are listed"
    assert decision.verdict is not None, "a note alone is not listed"
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
