"""Probe encodes: the windows of renditions encoded with one crf each, and measured."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from media_workflows.errors import LimitExceededError, MediaError, OutputRejectedError
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.run import Runner, write_assets
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs import transcode
from media_workflows.media.jobs.sample import sampled, with_crf
from media_workflows.media.jobs.target_vmaf.choice import Probe
from media_workflows.media.jobs.target_vmaf.search import Rendition, RenditionId
from media_workflows.media.plan.planned import build_plan
from media_workflows.media.verify.vmaf import neg_scores

_LEAST_S = 0.04  # a source of one frame may have no duration; this is a frame at 25 per second

_Asked: TypeAlias = Mapping[RenditionId, tuple[Rendition, int]]  # and its crf
_Window: TypeAlias = Callable[[int, _Asked, "Mapping[RenditionId, _Measured]"], None]


@dataclass
class _Measured:
    """The windows of a rendition that were measured; the `error` is that of the last one that could not be."""

    vmaf_sum: float = 0.0
    size_bytes: int = 0
    length_s: float = 0.0
    windows: int = 0
    error: MediaError | None = None


@dataclass
class Prober:
    """Runs probe encodes in `directory`, which is removed. `cpu_s` is their processor time, with that of measuring.

    `on_probe` is called before each command.
    """

    context: BuildContext
    runner: Runner
    directory: Path
    on_probe: Callable[[], None]
    cpu_s: float = field(default=0.0, init=False)

    def __call__(self, asked: _Asked) -> dict[RenditionId, Probe | MediaError]:
        """A probe of each rendition with its crf; the error of one of which no window can be measured.

        Each is compared with the frames that its encoder received. A window without a frame, as of slides, or with
        damage is left out.
        Raises WorkerError and JobCancelledError as `Runner.run`.
        """
        return self._probed(asked, self._window)

    def on_one_screen(self, asked: _Asked) -> dict[RenditionId, Probe | MediaError]:
        """The same, each compared at the size of the last rendition, as a player shows it there."""
        return self._probed(asked, self._window_on_screen)

    def _probed(self, asked: _Asked, window: _Window) -> dict[RenditionId, Probe | MediaError]:
        measured = {id_: _Measured() for id_ in asked}
        try:
            # One window after the other: all at once would need the memory of as many encoders.
            for number in range(max(len(rendition.windows) for rendition, _ in asked.values())):
                here = {id_: what for id_, what in asked.items() if number < len(what[0].windows)}
                window(number, here, measured)
        except LimitExceededError as error:  # the next window may take as long again
            return dict.fromkeys(asked, error)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
        return {id_: _probe(crf, measured[id_]) for id_, (_, crf) in asked.items()}

    def _window(self, number: int, asked: _Asked, measured: Mapping[RenditionId, _Measured]) -> None:
        """Measure one window of each rendition, decoded once for all; each alone if they fail together."""
        try:
            self._measure(number, asked, measured)
        except LimitExceededError:
            raise
        except MediaError as error:
            if len(asked) == 1:
                measured[next(iter(asked))].error = error
                return
            for id_, what in asked.items():
                self._window(number, {id_: what}, measured)

    def _window_on_screen(self, number: int, asked: _Asked, measured: Mapping[RenditionId, _Measured]) -> None:
        try:
            self._measure(number, asked, measured, one_screen=True)
        except LimitExceededError:
            raise
        except MediaError as error:  # none alone has the size of the last one
            for id_ in asked:
                measured[id_].error = error

    def _measure(
        self, number: int, asked: _Asked, measured: Mapping[RenditionId, _Measured], one_screen: bool = False
    ) -> None:
        directory, info = self.directory / f"window{number}", self.context.info
        directory.mkdir(parents=True, exist_ok=True)
        parts = [rendition.windows[number] for rendition, _ in asked.values()]
        items = {
            index: with_crf(sampled(rendition.item, info, *parts[index]).item, crf)
            for index, (rendition, crf) in enumerate(asked.values())
        }
        plan = build_plan(transcode.build, replace(self.context, work_dir=directory), items)
        if plan.failures:
            raise next(iter(plan.failures.values()))
        write_assets(plan.assets)
        for graph in plan.graphs:
            self._run(graph, directory)
        files = [made.files[0].path for made in plan.items.values()]
        qualities = [made.quality for made in plan.items.values() if made.quality]
        shown = [qualities[-1]] * len(qualities) if one_screen else qualities
        probes = [(quality, file.name) for quality, file in zip(shown, files, strict=True)]
        scores = neg_scores(probes, directory, self._run)
        for id_, part, score, file in zip(asked, parts, scores, files, strict=True):
            found = measured[id_]
            found.vmaf_sum, found.windows = found.vmaf_sum + score, found.windows + 1
            found.size_bytes, found.length_s = found.size_bytes + file.stat().st_size, found.length_s + part.length_s

    def _run(self, graph: Stream, directory: Path) -> None:
        """Run one command. Raises OutputRejectedError where the source is damaged: no two decodes of it are equal."""
        self.on_probe()
        log = DecodeLog()
        self.cpu_s += self.runner.run(graph, directory, log=log)
        if log.count:
            raise OutputRejectedError(
                "the source is damaged where it is probed, and two decodes of it differ: {first_error}",
                first_error=log.first,
            )


def _probe(crf: int, found: _Measured) -> Probe | MediaError:
    if found.windows:
        length_s = max(found.length_s, _LEAST_S)
        return Probe(crf, round(found.vmaf_sum / found.windows, 2), round(found.size_bytes * 8 / 1000 / length_s))
    assert found.error is not None, "each window is measured, or has an error"
    return found.error
