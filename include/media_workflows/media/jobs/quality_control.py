"""`quality_control`: detectors on one decode of picture and sound, and the report of what they and the packets say."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from media_workflows.domain.jobs.quality_control import QualityControlItem, QualityControlParameters
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem
from media_workflows.domain.templates import parameters_of
from media_workflows.media.encoders.pictures import PICTURES
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.quality.codes import can_read_codes
from media_workflows.media.jobs.quality.detectors import (
    DECODED_PICTURE,
    DECODED_SOUND,
    MOST_PICTURES,
    PICTURED,
    SAMPLE_S,
    Detectors,
)
from media_workflows.media.jobs.quality.items import quality_items
from media_workflows.media.jobs.quality.measurements import Measurements, measurements
from media_workflows.media.plan.planned import Expectation, ItemPlan, Output, PlannedFile
from media_workflows.naming import output_key

_NO_MEDIA = Expectation(video=False, audio=False)
_JPEG_QUALITY = 4  # of 2 to 31: codes of one module in three pixels are read from it


def build(context: BuildContext, item: QualityControlItem, index: int) -> ItemPlan:
    """The plan: one decode of what the items measure, to no file but small pictures, and the report."""
    detectors = _detectors(context, parameters_of(item), index)
    outputs = [Output(node) for node in _outputs(context, detectors)]
    report = Report(context, item, index, detectors)
    return ItemPlan(outputs, (), context.info.duration_s if outputs else 0.0, report, on_log=report.read_log)


def _detectors(context: BuildContext, parameters: QualityControlParameters, index: int) -> Detectors:
    """Of the main video and audio track, each of which is decoded only if an item measures it."""
    found = Detectors(parameters, context.info.video, context.info.main_audio, f"item{index}")
    video = found.video if found.is_on(*DECODED_PICTURE) else None
    audio = found.audio if found.is_on(*DECODED_SOUND) else None
    return Detectors(parameters, video, audio, found.prefix)


def _outputs(context: BuildContext, detectors: Detectors) -> list[Stream]:
    """An output that writes nothing, because the detectors' files are the result, and the small pictures."""
    options = {"fps_mode": "passthrough", **context.output_options()}
    streams = list(detectors.streams(context))
    if not streams:
        return []
    first, *others = streams
    outputs = [first.output(*others, "-", format="null", **options)]
    raw = {"c:v": "rawvideo", "format": "rawvideo", "pix_fmt": "gray16le"}
    outputs += [steps.output(file, **raw, **options) for file, steps in detectors.steps(context)]
    interval_s = max(SAMPLE_S, context.info.duration_s / MOST_PICTURES)
    if pictures := detectors.pictures(context, interval_s):
        encoder = {"c:v": PICTURES["jpg"], "q:v": _JPEG_QUALITY, "start_number": 0, "format": "image2"}
        outputs.append(pictures.output(detectors.picture_pattern, **encoder, **options))
    return outputs


@dataclass
class Report:
    """Writes the report after the decode, and copies the pictures of the problems."""

    context: BuildContext
    item: QualityControlItem
    index: int
    detectors: Detectors
    has_log: bool = field(default=False, init=False)

    def read_log(self, log: DecodeLog) -> None:
        """Note whether the decoders had something to say."""
        self.has_log = self.has_log or log.lines > 0

    def foreseen(self) -> Sequence[PlannedFile]:
        """The report, and the pictures, as many as there are items at most."""
        return [self._report(), *([self._picture(0)] if self.detectors.video else [])]

    def _report(self) -> PlannedFile:
        path = self.context.work_dir / f"item{self.index}_report.{self.item.file_format}"
        variables = {"definition": str(self.item.definition), "format": self.item.file_format}
        return PlannedFile(path, self.item.path_pattern, variables, _NO_MEDIA)

    def _picture(self, number: int) -> PlannedFile:
        pattern, format_ = self.item.companion_patterns["picture_path"]
        path = self.context.work_dir / f"item{self.index}_picture{number}.{format_}"
        variables = {"definition": str(self.item.definition), "format": format_}
        # As many digits as the last one could have.
        longest = {"number": str(len(PICTURED))}
        numbered = {**variables, "number": str(number)}
        return PlannedFile(path, pattern, numbered, _NO_MEDIA, role="segment", longest=longest)

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The report and the pictures, written."""
        measured = measurements(self.context, self.detectors, self.has_log, can_read_codes())
        pictures: list[PlannedFile] = []
        items = [
            self._with_picture(item, measured, pictures, source_key)
            for item in quality_items(parameters_of(self.item), measured)
        ]
        output = QualityControlOutput(
            duration_s=self.context.info.duration_s,
            no_video=measured.lacks_video,
            no_audio=measured.lacks_audio,
            items=tuple(items),
        )
        file = self._report()
        file.path.write_text(output.model_dump_json(indent=1), encoding="utf-8")
        return [file, *pictures]

    def _with_picture(
        self, item: QualityItem, measured: Measurements, pictures: list[PlannedFile], source_key: str
    ) -> QualityItem:
        """The item with the picture that is nearest to its worst moment; two items of one moment share it."""
        if not item.hit or item.type not in PICTURED or item.worst_s is None or not measured.pictures:
            return item
        at_s, path = min(measured.pictures, key=lambda one: abs(one[0] - (item.worst_s or 0.0)))
        known = next((file for file in pictures if file.time_offset_s == at_s), None)
        if known is None:
            known = self._copied(path, at_s, len(pictures))
            pictures.append(known)
        return item.model_copy(update={"picture": output_key(known.pattern, "", source_key, dict(known.variables))})

    def _copied(self, small: Path, at_s: float, number: int) -> PlannedFile:
        file = self._picture(number)
        shutil.copyfile(small, file.path)
        return PlannedFile(
            file.path,
            file.pattern,
            file.variables,
            file.expects,
            time_offset_s=at_s,
            role=file.role,
            longest=file.longest,
        )
