"""`approval`: a person decides whether the steps after it run."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from media_workflows.domain.conditions.variables import ValueType
from media_workflows.domain.name_patterns import SingleLine
from media_workflows.domain.step_actions.base import Action

Answer = Literal["approved", "rejected"]
APPROVED: Answer = "approved"
REJECTED: Answer = "rejected"
OPTIONS: dict[Answer, str] = {APPROVED: "Approve", REJECTED: "Reject"}  # as Airflow shows and stores them
COMMENT = "comment"  # the field for it in Airflow's form
MAX_COMMENT = 1000  # characters
# The product's own questions. The pages have them in Chinese, as errors: `problem` is one.
GATE_QUESTION = "{workflow}: publish what this review is not sure about?"
BUDGET_QUESTION = "Run over the budget? {problem}"
DAY_S = 24 * 3600
UserId = Annotated[SingleLine, Field(min_length=1, max_length=250)]


class Approval(Action):
    """A question under Airflow's "Required actions". Waiting for the answer holds no worker."""

    kind = "approval"
    works = False
    answer: ClassVar[ValueType] = ValueType.TEXT
    answer_meaning = f"`{APPROVED}` or `{REJECTED}`"
    answers: ClassVar[tuple[str, ...]] = (APPROVED, REJECTED)

    message: SingleLine = Field(min_length=1, max_length=500, description="The question")
    timeout_s: int = Field(DAY_S, ge=1, le=365 * DAY_S, description="Seconds to wait for an answer")
    on_timeout: Literal["approve", "reject"] = Field("reject", description="The answer if nothing was answered in time")
    who: list[UserId] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of the Airflow users who may answer; empty = all who may answer required actions",
    )

    @property
    def answer_on_timeout(self) -> Answer:
        return APPROVED if self.on_timeout == "approve" else REJECTED
