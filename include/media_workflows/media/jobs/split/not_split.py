"""`NotSplitError`: an item that cannot be made of chunks; it is made by one encode, with a notice."""

from __future__ import annotations

from media_workflows.domain.notice import Notice
from media_workflows.media.jobs.split.suitability import WHY, Reason

_DETAIL_CHARACTERS = 200


class NotSplitError(Exception):
    """Never leaves the job. `detail` is what happened, perhaps with the output of a command."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{WHY[reason]} ({detail})" if detail else WHY[reason])
        self.reason, self.detail = reason, detail

    @property
    def notice(self) -> Notice:
        """Why the item is made by one encode; with the first line of the detail."""
        first = self.detail.strip().partition("\n")[0][:_DETAIL_CHARACTERS]
        why = f"{WHY[self.reason]} ({first})" if first else WHY[self.reason]
        return Notice(
            code="NotSplit",
            message=f"not encoded in chunks: {why}",
            parameters={"type": "split", "reason": self.reason, "cause": first},
        )
