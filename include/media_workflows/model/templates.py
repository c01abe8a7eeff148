"""Templates: named recipes of a job kind. The system presets carry the vendor's ids (reference 3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from media_workflows.errors import FieldProblem, NotFoundError
from media_workflows.model.base import Model
from media_workflows.model.jobs import Jobs
from media_workflows.model.jobs.animated_graphic import AnimatedGraphicParameters
from media_workflows.model.jobs.base import JobItem
from media_workflows.model.jobs.sample_snapshot import SampleSnapshotParameters
from media_workflows.model.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetParameters
from media_workflows.model.jobs.transcode import (
    AudioParameters,
    Container,
    TranscodeItem,
    TranscodeParameters,
    VideoParameters,
)


class Template(Model):
    """A recipe of one job kind; ids are unique within the kind."""

    id: int
    kind: str
    name: str
    preset: bool
    parameters: Any


class _Rung(NamedTuple):
    suffix: int
    name: str
    height: int
    video_kbps: int
    audio_kbps: int


# Reference 3.5, first row: H.264, 25 fps, AAC 44.1 kHz stereo; 1000xx is MP4, 1002xx is HLS.
_LADDER = (
    _Rung(10, "360p", 360, 400, 64),
    _Rung(20, "540p", 540, 1000, 64),
    _Rung(30, "720p", 720, 1800, 128),
    _Rung(40, "1080p", 1080, 2500, 128),
)


def _rung_template(base_id: int, container: Container, rung: _Rung) -> Template:
    video = VideoParameters(codec="h264", fps=25, bitrate_kbps=rung.video_kbps, height=rung.height)
    audio = AudioParameters(codec="aac", bitrate_kbps=rung.audio_kbps, sample_rate_hz=44_100, channels=2)
    parameters = TranscodeParameters(container=container, video=video, audio=audio)
    return Template(
        id=base_id + rung.suffix,
        kind="transcode",
        name=f"{container.upper()} {rung.name}",
        preset=True,
        parameters=parameters,
    )


def _remux_template(id_: int, container: Container) -> Template:
    streams = {"video": VideoParameters(codec="copy"), "audio": AudioParameters(codec="copy", channels=0)}
    parameters = TranscodeParameters(container=container, **streams)
    return Template(id=id_, kind="transcode", name=f"Remux to {container.upper()}", preset=True, parameters=parameters)


def _presets() -> Iterator[Template]:
    for rung in _LADDER:
        yield _rung_template(100_000, "mp4", rung)
        yield _rung_template(100_200, "hls", rung)
    yield _remux_template(875, "mp4")
    yield _remux_template(876, "hls")
    for id_, format_ in ((20_000, "gif"), (20_001, "webp")):
        parameters = AnimatedGraphicParameters(fps=2, format=format_)
        yield Template(
            id=id_,
            kind="animated_graphic",
            name=f"{format_.upper()} 2 fps, source size",
            preset=True,
            parameters=parameters,
        )
    pictures = SnapshotByTimeOffsetParameters(format="jpg", fill_type="stretch")
    yield Template(id=10, kind="snapshot_by_time_offset", name="JPG, source size", preset=True, parameters=pictures)
    samples = SampleSnapshotParameters(sample_type="percent", sample_interval=10, format="jpg", fill_type="stretch")
    yield Template(id=10, kind="sample_snapshot", name="JPG every 10 %", preset=True, parameters=samples)


PRESETS: dict[tuple[str, int], Template] = {(template.kind, template.id): template for template in _presets()}


def find_template(kind: str, id_: int) -> Template:
    """The template `id_` of `kind`. Raises NotFoundError that lists the ids there are."""
    if template := PRESETS.get((kind, id_)):
        return template
    raise NotFoundError(f"no {kind} template {id_}; there are: {_known_ids(kind)}")


def _known_ids(kind: str) -> str:
    return ", ".join(str(id_) for known_kind, id_ in sorted(PRESETS) if known_kind == kind)


def template_problems(jobs: Jobs) -> list[FieldProblem]:
    """Template ids that name nothing, and items that do not fit their template."""
    problems = []
    for kind, items in jobs.by_kind():
        for index, item in enumerate(items):
            if item.template is not None:
                problems += _item_problems(f"jobs.{kind}[{index}]", item, item.template)
    return problems


def _item_problems(field: str, item: JobItem[Any], id_: int) -> list[FieldProblem]:
    template = PRESETS.get((item.kind, id_))
    if template is None:
        wants = f"wants the id of a {item.kind} template: {_known_ids(item.kind)}"
        return [FieldProblem(f"{field}.template", str(id_), wants)]
    if isinstance(item, TranscodeItem) and item.watermarks and template.parameters.copies_video:
        wants = f"template {id_} is a stream copy and keeps the picture as it is: leave out the watermarks, or encode"
        return [FieldProblem(f"{field}.watermarks", f"{len(item.watermarks)} watermark(s)", wants)]
    return []


def parameters_of(item: JobItem[Any]) -> Any:
    """The parameters an item runs with: its own, or its template's. Raises NotFoundError."""
    return item.parameters if item.template is None else find_template(item.kind, item.template).parameters
