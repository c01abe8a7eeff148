"""Templates of snapshots, sprites and animations. Pure."""

from __future__ import annotations

from media_workflows.vendor_mps.reading import Field, choice
from media_workflows.vendor_mps.request_table import RequestTable, whole

_SIDES = (
    Field("Width", "width"),
    Field("Height", "height"),
    choice("ResolutionAdaptive", "resolution_adaptive", {"open": True, "close": False}),
)
SIZE = (*_SIDES, choice("FillType", "fill_type", {one: one for one in ("stretch", "black", "white", "gauss")}))
_FORMAT = Field("Format", "format")
_SAMPLING = (
    choice("SampleType", "sample_type", {"Percent": "percent", "Time": "time"}),
    whole("SampleInterval", "sample_interval"),
)

SNAPSHOT_BY_TIME_OFFSET = RequestTable(*SIZE, _FORMAT)
SAMPLE_SNAPSHOT = RequestTable(*_SAMPLING, *SIZE, _FORMAT)
IMAGE_SPRITE = RequestTable(
    *_SAMPLING, Field("RowCount", "row_count"), Field("ColumnCount", "column_count"), *SIZE, _FORMAT
)
ANIMATED_GRAPHICS = RequestTable(Field("Fps", "fps"), *_SIDES, _FORMAT, Field("Quality", "quality"))
