"""Probe encodes: the windows of renditions encoded with one crf each, and measured."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from media_workflows.errors import LimitExceededError, MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.run import write_assets
from media_workflows.media.ffmpeg.runner import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs import transcode
from media_workflows.media.jobs.sample import sampled, with_crf
from media_workflows.media.jobs.target_vmaf.choice import Probe
from media_workflows.media.jobs.target_vmaf.search import Rendition, RenditionId
from media_workflows.media.plan.planned import ItemPlan, build_plan
from media_workflows.media.verify.vmaf import neg_scores


@dataclass
class _Sums:
    vmaf: float = 0.0
    size_bytes: int = 0


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

    def __call__(self, asked: Mapping[RenditionId, tuple[Rendition, int]]) -> dict[RenditionId, Probe | MediaError]:
        """A probe of each rendition with its crf, or what prevents it. The windows of all are decoded together.

        Raises WorkerError and JobCancelledError as `run_graph` does.
        """
        try:
            return {**self._probed(asked)}
        except LimitExceededError as error:  # each alone may take as long again
            return dict.fromkeys(asked, error)
        except MediaError as error:
            if len(asked) == 1:
                return dict.fromkeys(asked, error)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
        return {id_: found for one, what in asked.items() for id_, found in self({one: what}).items()}

    def _probed(self, asked: Mapping[RenditionId, tuple[Rendition, int]]) -> dict[RenditionId, Probe | MediaError]:
        sums = {id_: _Sums() for id_ in asked}
        failures: dict[RenditionId, MediaError] = {}
        for number in range(max(len(rendition.windows) for rendition, _ in asked.values())):
            # One window after the other: all at once would need the memory of as many encoders.
            here = {id_: what for id_, what in asked.items() if number < len(what[0].windows) and id_ not in failures}
            failures |= self._window(number, here, sums)
        return {id_: failures.get(id_) or _probe(rendition, crf, sums[id_]) for id_, (rendition, crf) in asked.items()}

    def _window(
        self, number: int, asked: Mapping[RenditionId, tuple[Rendition, int]], sums: Mapping[RenditionId, _Sums]
    ) -> dict[RenditionId, MediaError]:
        """Encode and measure one window of each rendition; returns the renditions that cannot be built."""
        directory = self.directory / f"window{number}"
        directory.mkdir(parents=True, exist_ok=True)
        ids, info = list(asked), self.context.info
        items = {
            index: with_crf(sampled(rendition.item, info, *rendition.windows[number]).item, crf)
            for index, (rendition, crf) in enumerate(asked.values())
        }
        plan = build_plan(transcode.build, replace(self.context, work_dir=directory), items)
        write_assets(plan.assets)
        for graph in plan.graphs:
            self._run(graph, directory)
        for index, score in zip(plan.items, self._scores(list(plan.items.values()), directory), strict=True):
            sums[ids[index]].vmaf += score
            sums[ids[index]].size_bytes += plan.items[index].files[0].path.stat().st_size
        return {ids[index]: error for index, error in plan.failures.items()}

    def _scores(self, plans: list[ItemPlan], directory: Path) -> list[float]:
        probes = [(plan.quality, plan.files[0].path.name) for plan in plans if plan.quality]
        return neg_scores(probes, directory, self._run) if probes else []

    def _run(self, graph: Stream, directory: Path) -> None:
        self.on_probe()
        self.cpu_s += self.runner.run(graph, directory)


def _probe(rendition: Rendition, crf: int, found: _Sums) -> Probe:
    windows = rendition.windows
    kbps = found.size_bytes * 8 / 1000 / sum(part.length_s for part in windows)
    return Probe(crf, round(found.vmaf / len(windows), 2), round(kbps))
