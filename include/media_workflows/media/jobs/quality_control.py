"""`quality_control`: detectors on one decode of picture and sound, and the report of what they and the header say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media_workflows.domain.jobs.quality_control import QualityControlItem, QualityControlParameters
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.domain.templates import parameters_of
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.source_picture import source_picture
from media_workflows.media.filters.source_sound import source_sound
from media_workflows.media.jobs.quality_items import quality_items
from media_workflows.media.jobs.quality_measurements import Decoded, decoded, measurements
from media_workflows.media.plan.planned import Expectation, ItemPlan, Output, PlannedFile

_NO_MEDIA = Expectation(video=False, audio=False)


def build(context: BuildContext, item: QualityControlItem, index: int) -> ItemPlan:
    """The plan: one decode of what the items measure, to no file, and the report."""
    parameters: QualityControlParameters = parameters_of(item)
    source = decoded(context, parameters, index)
    streams = _measured_streams(context, parameters, source)
    outputs = [Output(_nowhere(context, streams))] if streams else []
    return ItemPlan(outputs, (), context.info.duration_s if streams else 0.0, Report(context, item, index, source))


def _measured_streams(context: BuildContext, parameters: QualityControlParameters, source: Decoded) -> list[Stream]:
    """The picture and the sound with the detectors of the items that are on. Equal inputs are one decode."""
    streams = []
    if video := source.video:
        frames = context.source_input()[str(video.index)]
        # As the file has it: interlaced, and from its own start on.
        frames = source_picture(frames, video, deinterlace="off", from_start=False)
        streams.append(_picture_detectors(frames, parameters, source.picture_file))
    if audio := source.audio:
        sound = source_sound(context.source_input()[str(audio.index)], late_s=0)
        streams.append(_sound_detectors(sound, parameters, source.sound_file))
    return streams


def _picture_detectors(frames: Stream, parameters: QualityControlParameters, file: Path) -> Stream:
    if black := parameters.black_screen:
        frames = frames.filter(
            "blackdetect", d=black.min_duration_s, pix_th=black.pixel_level, pic_th=black.picture_share
        )
    if still := parameters.video_duplicated_frame:
        frames = frames.filter("freezedetect", n=still.difference, d=still.min_duration_s)
    return frames.filter("metadata", mode="print", file=file.name)


def _sound_detectors(sound: Stream, parameters: QualityControlParameters, file: Path) -> Stream:
    if parameters.low_voice or parameters.high_voice:
        peak = {"peak": "true"} if parameters.high_voice else {}
        sound = sound.filter("ebur128", metadata=1, framelog="quiet", **peak)
    if silence := parameters.no_voice:  # after ebur128, which splits frames anew and loses their metadata
        sound = sound.filter("silencedetect", n=f"{silence.level_db}dB", d=silence.min_duration_s)
    return sound.filter("ametadata", mode="print", file=file.name)


def _nowhere(context: BuildContext, streams: Sequence[Stream]) -> Stream:
    """An output that writes nothing: the detectors' files are the result."""
    first, *others = streams
    options = {"format": "null", "fps_mode": "passthrough", **context.output_options()}
    return first.output(*others, "-", **options)


@dataclass(frozen=True)
class Report:
    """Writes the report after the decode."""

    context: BuildContext
    item: QualityControlItem
    index: int
    source: Decoded

    def foreseen(self) -> Sequence[PlannedFile]:
        """The report."""
        path = self.context.work_dir / f"item{self.index}_report.{self.item.file_format}"
        variables = {"definition": str(self.item.definition), "format": self.item.file_format}
        return [PlannedFile(path, self.item.path_pattern, variables, _NO_MEDIA)]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The report, written."""
        (file,) = self.foreseen()
        measured = measurements(self.context, self.source)
        output = QualityControlOutput(
            duration_s=self.context.info.duration_s,
            no_video=measured.lacks_video,
            no_audio=measured.lacks_audio,
            items=quality_items(parameters_of(self.item), measured),
        )
        file.path.write_text(output.model_dump_json(indent=1), encoding="utf-8")
        return [file]
