"""The Input of a task, as events repeat it. Pure."""

from __future__ import annotations

from media_workflows.domain.jobs.watermark import without_image_bytes
from media_workflows.vendor_mps.reading import Findings, Json, ObjectPlace
from media_workflows.vendor_mps.tasks.tables import TABLES


def task_echo(kind: str, item: Json, objects: ObjectPlace) -> Json:
    """The vendor's task of an item of a result, with null for what is not set.

    What the vendor has no field for is left out, as receivers know the vendor's fields only, and so is the content of
    images, as an event has to fit into a message.
    """
    if kind not in TABLES:
        return {"Definition": item.get("template") or 0}
    return TABLES[kind].nothing_set() | TABLES[kind].write(without_image_bytes(item), "", Findings(objects=objects))
