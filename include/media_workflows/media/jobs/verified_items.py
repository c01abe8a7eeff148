"""Items whose files were encoded: each file is verified, and measured for what its notices say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.jobs.loudness import LoudnessMeter, loudness_notices
from media_workflows.media.jobs.request import JobRequest, MadeFile, made_file
from media_workflows.media.plan.planned import ItemPlan, PlannedFile, Quality
from media_workflows.media.source.notices import damage_notice
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify.bitrate import bitrate_notices
from media_workflows.media.verify.outputs import check_moment, require_written, verify_file
from media_workflows.media.verify.picture import foresee
from media_workflows.media.verify.sound import SoundVerifier
from media_workflows.media.verify.source_frames import SourceFrames
from media_workflows.media.verify.vmaf import require_quality, vmaf


@dataclass(frozen=True)
class Made:
    """An item whose files are verified. `suspect`: decoding after a seek reported damage, which the seek may cause."""

    files: tuple[MadeFile, ...]
    notices: tuple[Notice, ...]
    suspect: bool = False


Result = Made | MediaError


class Verifier:
    """Verifies the outputs of one job against its source. `measure` runs a graph that writes only measurements."""

    def __init__(
        self,
        request: JobRequest,
        info: MediaInfo,
        timeline: SourceTimeline,
        loudness: LoudnessMeter,
        measure: Callable[[Stream, Path], None],
    ) -> None:
        self._source_key = request.source_key
        self._timeline, self._loudness, self._measure = timeline, loudness, measure
        self._pictures = SourceFrames(request.source, info, timeline)
        self._sound = SoundVerifier()

    def results(self, items: Mapping[int, ItemPlan], damage: Mapping[int, DecodeLog]) -> dict[int, Result]:
        """The result of each item, by index; `damage` is that of the source, which was logged during their encode."""
        foresee((file for item in items.values() for file in item.files), self._pictures)
        verified = {index: self._verified(item, index in damage) for index, item in items.items()}
        return {index: _with_damage(items[index], result, damage.get(index)) for index, result in verified.items()}

    def _verified(self, plan: ItemPlan, is_damaged: bool) -> Result:
        pictures = None if is_damaged else self._pictures  # two decodes of damaged data may differ
        try:
            made = [self._made(file, self._checked(file, pictures)) for file in plan.files]
            if plan.quality:
                made[0] = replace(made[0], vmaf=self._measured(plan.quality, plan.files[0].path))
            # Before packaging, which gives playlists the published names of segments in place of the local ones.
            missed = [notice for file, of in zip(plan.files, made, strict=True) for notice in _missed(file, of)]
            further = plan.finish(self._source_key) if plan.finish else ()
            files = (*made, *(self._made(file, None) for file in further))
            finished = (file.notices for file in further)
            return Made(files, (*plan.notices, *missed, *chain.from_iterable(finished)))
        except MediaError as error:
            return error

    def _checked(self, file: PlannedFile, pictures: SourceFrames | None) -> MediaInfo:
        """The media info of a file. Raises OutputRejectedError or IncompleteSourceError when verification fails."""
        info = verify_file(file, self._timeline, pictures)
        self._sound.require_sound(file)
        return info

    def _measured(self, quality: Quality, output: Path) -> float:
        """The VMAF of an output. Raises OutputRejectedError below its floor."""
        measured = vmaf(quality, output, lambda graph: self._measure(graph, output.parent))
        require_quality(measured, quality)
        return measured

    def _made(self, file: PlannedFile, info: MediaInfo | None) -> MadeFile:
        require_written(file, self._timeline)
        check_moment(file, self._timeline)
        return replace(made_file(file, info), loudness=self._loudness.of_tracks(file))


def _missed(file: PlannedFile, made: MadeFile) -> Iterator[Notice]:
    """Notices of what an output was to reach and has not."""
    yield from loudness_notices(file, made.loudness)
    if file.expects.capped:
        yield from bitrate_notices(file.path, file.expects.capped)


def _with_damage(plan: ItemPlan, result: Result, log: DecodeLog | None) -> Result:
    """The result with a notice of the damage that was logged while the item was decoded."""
    if log is None or isinstance(result, MediaError):
        return result
    seeked = any(output.seek for output in plan.outputs)
    return replace(result, notices=(*result.notices, damage_notice(log.count, log.first)), suspect=seeked)
