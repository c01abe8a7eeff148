"""`NotSplitError`: a rendition that cannot be made of chunks; its caller makes it by one encode."""

from __future__ import annotations

from media_workflows.media.jobs.split.suitability import WHY, Reason


class NotSplitError(Exception):
    """Never leaves the job. `detail` is for the log."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{WHY[reason]} ({detail})" if detail else WHY[reason])
        self.reason = reason
