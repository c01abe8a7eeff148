"""The chapters of a source."""

from __future__ import annotations

from pathlib import Path

import av

from media_workflows.media.source.formats import open_options
from media_workflows.media.source.isolated import isolated


@isolated
def count_chapters(path: Path) -> int:
    """The number of chapters."""
    with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
        return len(container.chapters())
