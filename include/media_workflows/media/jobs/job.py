"""`run_job`: all items of one kind, from the source file to verified files in the work directory."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import Role
from media_workflows.errors import EncodeError, IncompleteSourceError, MediaError, OutputRejectedError
from media_workflows.media.encoders.hardware_check import require_encoder
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.fonts import extra_font_paths, font_path
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import CancelToken, ffmpeg_binary, run_graph, write_assets
from media_workflows.media.jobs import (
    adaptive_dynamic_streaming,
    animated_graphic,
    image_sprite,
    sample_snapshot,
    snapshot_by_time_offset,
    transcode,
)
from media_workflows.media.plan import BuildContext, Builder, ExtraInput, ItemPlan, Plan, PlannedFile, build_plan
from media_workflows.media.source.clock_check import require_sane_clock
from media_workflows.media.source.formats import content_type
from media_workflows.media.source.probe import probe, probe_extra
from media_workflows.media.source.subtitles.cues import cues_of, read_tracks
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify.outputs import check_moment, require_written, verify_file
from media_workflows.media.verify.sound import SoundVerifier
from media_workflows.media.verify.source_frames import SourceFrames
from media_workflows.media.verify.vmaf import Quality, require_quality, vmaf
from media_workflows.settings import Settings, get_settings

# One more when a builder makes other bytes of the same parameters: outputs made before are then not reused.
RECIPE_VERSION = 3

BUILDERS: dict[str, Builder] = {
    "transcode": transcode.build,
    "snapshot_by_time_offset": snapshot_by_time_offset.build,
    "sample_snapshot": sample_snapshot.build,
    "image_sprite": image_sprite.build,
    "animated_graphic": animated_graphic.build,
    "adaptive_dynamic_streaming": adaptive_dynamic_streaming.build,
}


@dataclass(frozen=True)
class MadeFile:
    """A verified file, ready to publish. Its key: `naming.output_key(pattern, ..., variables)`."""

    path: Path
    pattern: str
    variables: Mapping[str, str]
    info: MediaInfo | None
    time_offset_s: float | None
    picture_count: int | None
    role: Role
    content_type: str
    vmaf: float | None = None


@dataclass(frozen=True)
class ItemOutcome:
    """One item: its files with notices, or the error that stopped it (then no file is worth publishing)."""

    item: JobItem[Any]
    files: tuple[MadeFile, ...]
    error: MediaError | None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class JobOutcome:
    """The source as probed and one outcome for each item, in their order."""

    source: MediaInfo
    items: tuple[ItemOutcome, ...]


_NO_FILES: Mapping[str, Path] = {}


def _readable(files: Mapping[str, Path]) -> dict[str, ExtraInput]:
    """Those that are media; an item that names another learns of it when it asks."""
    found = {}
    for key, path in files.items():
        with contextlib.suppress(MediaError):
            found[key] = ExtraInput(path.resolve(), probe_extra(path))
    return found


def run_job(
    kind: str,
    items: Sequence[JobItem[Any]],
    source: Path,
    source_key: str,
    work_dir: Path,
    on_progress: Callable[[Progress], None],
    settings: Settings | None = None,
    cancellation: CancelToken | None = None,
    extra: Mapping[str, Path] = _NO_FILES,
) -> JobOutcome:
    """Make every item of `kind` from the local file `source`; outputs stay in `work_dir`.

    `extra` holds local copies of the objects that items name by their `extra_keys`; `on_progress`
    hears of each phase (probing, encoding, verifying) as it begins, and while ffmpeg runs.

    One bad item does not sink the others: its outcome carries the error. Raises
    UnreadableSourceError or IncompleteSourceError for a source that no item can use, and
    JobCancelledError after `cancellation.cancel()`.
    """
    settings, cancellation = settings or get_settings(), cancellation or CancelToken()
    return _Job(kind, items, source, source_key, work_dir, on_progress, settings, cancellation, extra).outcome()


def opened(
    source: Path, work_dir: Path, settings: Settings, extra: Mapping[str, Path] = _NO_FILES
) -> tuple[BuildContext, SourceTimeline]:
    """What builders and verification know of a source. Raises MediaError when no item can use it."""
    info = probe(source)
    timeline = SourceTimeline(source, info)
    require_sane_clock(info, timeline)
    tracks = cache(lambda key: read_tracks(extra[key] if key else source))
    context = BuildContext(
        source.resolve(),
        info,
        work_dir,
        font_path(settings.watermark_font).resolve(),
        settings.ffmpeg_threads,
        extra=_readable(extra),
        key_frames=lambda: timeline.key_frames_s,
        cues=lambda key, index: cues_of(tracks(key), index),
        require_encoder=partial(require_encoder, ffmpeg_binary(settings.ffmpeg_path)),
        extra_fonts=extra_font_paths(settings.extra_fonts),
    )
    return context, timeline


@dataclass(frozen=True)
class _Made:
    """An item whose files are verified. `suspect`: its seeked decode reported damage, which may come of the seek."""

    files: tuple[MadeFile, ...]
    notices: tuple[Notice, ...]
    suspect: bool = False


_Result = _Made | MediaError


class _Job:
    def __init__(
        self,
        kind: str,
        items: Sequence[JobItem[Any]],
        source: Path,
        source_key: str,
        work_dir: Path,
        on_progress: Callable[[Progress], None],
        settings: Settings,
        cancellation: CancelToken,
        extra: Mapping[str, Path],
    ) -> None:
        self._build = BUILDERS[kind]
        self._items = items
        self._source_key = source_key
        self._on_progress = on_progress
        self._cancellation = cancellation
        self._sound = SoundVerifier()
        self._binary = ffmpeg_binary(settings.ffmpeg_path)
        on_progress(Progress(percent=0.0, phase="probing"))
        self._context, self._timeline = opened(source, work_dir, settings, extra)
        self.info = self._context.info
        self._pictures = SourceFrames(source, self.info, self._timeline)

    def _builder(self, context: BuildContext, item: JobItem[Any], index: int) -> ItemPlan:
        """Plan an item. Moments that a cut source lacks are refused here: ffmpeg may look for them forever."""
        plan = self._build(context, item, index)
        for file in plan.files:
            check_moment(file, self._timeline)
        return plan

    def outcome(self) -> JobOutcome:
        plan = build_plan(self._builder, self._context, dict(enumerate(self._items)))
        results = self._results(plan, self._context.work_dir)
        # A failed pass may be the fault of another item, or of a jump that the file's index does not allow.
        doubtful = [i for i, result in results.items() if _is_doubtful(result)]
        for index in doubtful if plan.has_alternative else ():
            results[index] = _better(results[index], self._alone(index))
        return JobOutcome(self.info, tuple(_item_outcome(item, results[i]) for i, item in enumerate(self._items)))

    def _alone(self, index: int) -> _Result:
        """One item by itself, decoding from the start instead of jumping."""
        context = replace(self._context, work_dir=self._context.work_dir / f"alone{index}", seek=False)
        plan = build_plan(self._builder, context, {index: self._items[index]})
        return self._results(plan, context.work_dir)[index]

    def _results(self, plan: Plan, work_dir: Path) -> dict[int, _Result]:
        """Run and verify; a result for every item."""
        results: dict[int, _Result] = dict(plan.failures)
        try:
            damage = self._run(plan, work_dir)
        except EncodeError as error:
            return results | dict.fromkeys(plan.items, self._cause(error))
        self._on_progress(Progress(percent=100.0, phase="verifying"))
        verified = {index: self._verified(item, index in damage) for index, item in plan.items.items()}
        return results | {
            index: _with_damage(plan.items[index], verified[index], damage.get(index)) for index in verified
        }

    def _cause(self, error: EncodeError) -> MediaError:
        """ffmpeg may stumble over the end of a cut file instead of passing over it."""
        if self._timeline.is_cut:
            return IncompleteSourceError(f"{self._timeline.cut_message}\n{error}")
        return error

    def _run(self, plan: Plan, work_dir: Path) -> dict[int, DecodeLog]:
        """Make all outputs; what was logged of damage in the source, by item."""
        work_dir.mkdir(parents=True, exist_ok=True)
        for file in (file for item in plan.items.values() for file in item.files):
            file.path.unlink(missing_ok=True)  # what an earlier try left must not pass for this one's work
        write_assets(plan.assets)
        self._on_progress(Progress(percent=0.0))
        damage: dict[int, DecodeLog] = {}
        for number, graph in enumerate(plan.graphs):
            report, log = _share_of(self._on_progress, number, len(plan.graphs)), DecodeLog()
            run_graph(graph, work_dir, self._binary, plan.expected_duration_s, report, self._cancellation, log)
            damage |= dict.fromkeys(plan.items_of(number), log) if log.count else {}
        return damage

    def _verified(self, plan: ItemPlan, is_damaged: bool) -> _Result:
        pictures = None if is_damaged else self._pictures  # two decodes of damage need not look alike
        try:
            made = [self._made(file, self._checked(file, pictures)) for file in plan.files]
            if plan.quality:
                made[0] = replace(made[0], vmaf=self._measured(plan.quality, plan.files[0].path))
            further = plan.finish(self._source_key) if plan.finish else ()
            files = (*made, *(self._made(file, None) for file in further))
            return _Made(files, tuple(plan.notices))
        except MediaError as error:
            return error

    def _checked(self, file: PlannedFile, pictures: SourceFrames | None) -> MediaInfo:
        """Raises OutputRejectedError or IncompleteSourceError for a file that is not what it must be."""
        info = verify_file(file, self._timeline, pictures)
        self._sound.require_sound(file)
        return info

    def _measured(self, quality: Quality, output: Path) -> float:
        """Raises OutputRejectedError for an output below its floor."""

        def run(graph: Stream) -> None:
            run_graph(graph, output.parent, self._binary, 0, lambda _: None, self._cancellation)

        measured = vmaf(quality, output, run)
        require_quality(measured, quality)
        return measured

    def _made(self, file: PlannedFile, info: MediaInfo | None) -> MadeFile:
        require_written(file, self._timeline)
        check_moment(file, self._timeline)
        return MadeFile(
            path=file.path,
            pattern=file.pattern,
            variables=file.variables,
            info=info,
            time_offset_s=file.time_offset_s,
            picture_count=file.picture_count,
            role=file.role,
            content_type=content_type(file.variables["format"]),
        )


def _item_outcome(item: JobItem[Any], result: _Result) -> ItemOutcome:
    if isinstance(result, MediaError):
        return ItemOutcome(item, (), result)
    return ItemOutcome(item, result.files, None, result.notices)


def _is_doubtful(result: _Result) -> bool:
    """Whether a decode of the item by itself, from the start, may do better."""
    return result.suspect if isinstance(result, _Made) else isinstance(result, (EncodeError, OutputRejectedError))


def _better(first: _Result, again: _Result) -> _Result:
    """What the second try made; where it failed, a verified first one stays, with its notice of damage."""
    return first if isinstance(again, MediaError) and isinstance(first, _Made) else again


def _with_damage(plan: ItemPlan, result: _Result, log: DecodeLog | None) -> _Result:
    """With the damage that was logged while the item was decoded."""
    if log is None or isinstance(result, MediaError):
        return result
    jumped = any(output.seek for output in plan.outputs)
    return replace(result, notices=(*result.notices, _damaged(log)), suspect=jumped)


def _damaged(log: DecodeLog) -> Notice:
    return Notice(
        code="SourceDamaged",
        message=f"the source is damaged: its decoder reported {log.count} errors in what was read for this output, the "
        f"first {log.first!r}; what could be decoded is shown",
        parameters={"errors": log.count, "first_error": log.first},
    )


def _share_of(on_progress: Callable[[Progress], None], number: int, count: int) -> Callable[[Progress], None]:
    """Progress of one of several passes as progress of the whole."""

    def report(progress: Progress) -> None:
        on_progress(replace(progress, percent=round((100 * number + progress.percent) / count, 1)))

    return report
