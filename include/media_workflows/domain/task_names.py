"""The names of tasks in words, as Airflow shows them. Their ids are those of the steps."""

from __future__ import annotations

from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.jobs.features import FEATURES, FeaturesItem
from media_workflows.domain.steps import BUDGET, GATE, NOTIFY, PUBLISH, UPLOAD, Step

TASK_NAMES = {
    UPLOAD: "Upload",
    BUDGET: "Budget",
    GATE: "Gate",
    PUBLISH: "Publish together",
    NOTIFY: "Event",
    FEATURES: FeaturesItem.task_name,
    **{kind: item.task_name for kind, item in JOB_ITEMS.items()},
    "approval": "Approval",
    "copy": "Copy",
    "call": "Call a function",
    "move_source": "Move the source",
    "delete_source": "Delete the source",
}


def task_name(step: Step) -> str:
    """What the task of a step does; after its id, where the workflow names it."""
    name = TASK_NAMES[step.kind]
    return name if step.id == step.kind else f"{step.id}: {name}"
