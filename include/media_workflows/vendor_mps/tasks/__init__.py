"""Task inputs: the vendor's and our items, in both directions. Pure."""

from media_workflows.vendor_mps.tasks.media_process import (
    media_process_place,
    read_ai_task,
    read_media_process_task,
    write_ai_task,
    write_media_process_task,
)

__all__ = [
    "media_process_place",
    "read_ai_task",
    "read_media_process_task",
    "write_ai_task",
    "write_media_process_task",
]
