"""What a job has made, under the names that its files get when they are published."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from media_workflows.domain.content_key import ContentKey
from media_workflows.media.jobs.request import ItemOutcome
from media_workflows.naming import output_key

CONTENT_KEY = ContentKey(
    bytes.fromhex("0123456789abcdef0123456789abcdef"), UUID(int=0x00112233445566778899AABBCCDDEEFF)
)


def published(outcome: ItemOutcome, bucket: Path, source_key: str, output_directory: str = "out/") -> dict[str, Path]:
    """Copy the files to their places below `bucket`. Returns the place of the last file of each role."""
    places: dict[str, Path] = {}
    for file in outcome.files:
        place = bucket / output_key(file.pattern, output_directory, source_key, dict(file.variables))
        place.parent.mkdir(parents=True, exist_ok=True)
        assert not place.exists(), f"two files are named {place}"
        place.write_bytes(file.path.read_bytes())
        places[file.role] = place
    return places
