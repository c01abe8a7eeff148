"""The system presets with the vendor's ids."""

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
from media_workflows.domain.templates.template import Standing, Template
from media_workflows.domain.templates.transcode_presets import OLD, transcode_presets

# Presets that suit most uploads, in the order of their ids.
_RECOMMENDED = {
    ("transcode", 875),
    ("transcode", 1120),
    ("transcode", 100_030),
    ("transcode", 100_040),
    ("transcode", 100_830),
    ("adaptive_dynamic_streaming", 10),
    ("animated_graphic", 20_001),
    ("snapshot_by_time_offset", 10),
    ("sample_snapshot", 10),
    ("image_sprite", 10),
    ("quality_control", 10),
    ("content_review", 20),
    ("recognition", 10),
    ("analysis", 10),
}
# What presets are for, where their parameters do not say it.
_COMMENTS = {
    ("transcode", 875): "Another container without encoding: fast, and nothing is lost",
    ("transcode", 1120): "Sound only, in a size for speech and music on phones",
    ("transcode", 100_030): "Plays in every browser and on every phone, on mobile networks too",
    ("transcode", 100_040): "Full HD for large screens; plays in every browser",
    ("transcode", 100_830): "Bitrate by content: quiet pictures need less, the quality stays the same",
    ("adaptive_dynamic_streaming", 10): "Players choose the resolution by the viewer's bandwidth",
    ("animated_graphic", 20_000): "Shown everywhere, and larger than WebP",
    ("animated_graphic", 20_001): "A small moving preview for lists and cards",
    ("snapshot_by_time_offset", 10): "Pictures of the moments you name, such as a cover",
    ("sample_snapshot", 10): "Ten pictures across the whole video",
    ("image_sprite", 10): "Thumbnails for the timeline of a player, with their WebVTT file",
    ("quality_control", 10): "Picture, sound and container are checked for 52 problems",
    ("quality_control", 20): "Streams, clocks, packets and container, broken data and frozen picture",
    ("quality_control", 40): "Picture and sound: black, blurred, shaking, noisy, silent; codes in the picture",
    ("content_review", 10): "Pictures are checked for porn, terrorism and politics; requires an image model of yours",
    ("content_review", 20): "Pictures, speech and text in the picture; requires an image model of yours",
    ("recognition", 10): "Persons of the library, found by their faces",
    ("analysis", 10): "A class and tags of the video, and a picture for its cover",
    ("analysis", 20): "The same, and tags for each part of the video",
}


def _preset(kind: str, id_: int, name: str, parameters: Model) -> Template:
    standing: Standing = "old" if name.endswith(OLD) else "recommended" if (kind, id_) in _RECOMMENDED else "usual"
    return Template(
        id=id_,
        kind=kind,
        name=name,
        comment=_COMMENTS.get((kind, id_), ""),
        preset=True,
        standing=standing,
        parameters=parameters,
    )


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
