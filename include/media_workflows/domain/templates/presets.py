"""The system presets with the vendor's ids (reference 3.5)."""

from __future__ import annotations

from collections.abc import Iterator

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicParameters
from media_workflows.domain.jobs.image_sprite import ImageSpriteParameters
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotParameters
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetParameters
from media_workflows.domain.templates.adaptive_presets import adaptive_presets
from media_workflows.domain.templates.intelligence_presets import intelligence_presets
from media_workflows.domain.templates.quality_presets import quality_presets
from media_workflows.domain.templates.template import Template
from media_workflows.domain.templates.transcode_presets import transcode_presets


def _preset(kind: str, id_: int, name: str, parameters: Model) -> Template:
    return Template(id=id_, kind=kind, name=name, preset=True, parameters=parameters)


def _pictures() -> Iterator[Template]:
    gif, webp = AnimatedGraphicParameters(fps=2), AnimatedGraphicParameters(fps=2, format="webp", width=320)
    yield _preset("animated_graphic", 20_000, "GIF 2 fps, source size", gif)
    yield _preset("animated_graphic", 20_001, "WebP 2 fps, 320 pixels long", webp)
    snapshot = SnapshotByTimeOffsetParameters(fill_type="stretch")
    yield _preset("snapshot_by_time_offset", 10, "JPG, source size", snapshot)
    samples = SampleSnapshotParameters(sample_type="percent", sample_interval=10, fill_type="stretch")
    yield _preset("sample_snapshot", 10, "JPG every 10 %", samples)
    sprite = ImageSpriteParameters(
        sample_type="time", sample_interval=10, row_count=10, column_count=10, width=142, height=80
    )
    yield _preset("image_sprite", 10, "JPG 142x80, 10x10, every 10 s", sprite)


def _presets() -> Iterator[Template]:
    for id_, name, parameters in transcode_presets():
        yield _preset("transcode", id_, name, parameters)
    yield from _pictures()
    for id_, name, ladder in adaptive_presets():
        yield _preset("adaptive_dynamic_streaming", id_, name, ladder)
    for id_, name, items in quality_presets():
        yield _preset("quality_control", id_, name, items)
    for kind, id_, name, settings in intelligence_presets():
        yield _preset(kind, id_, name, settings)


PRESETS: dict[tuple[str, int], Template] = {(template.kind, template.id): template for template in _presets()}
