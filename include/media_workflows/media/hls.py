"""HLS: segment options, segment names, and the playlist rewritten to the published names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from media_workflows.media.plan import Expectation, PlannedFile
from media_workflows.model.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.naming import NumberFormat, output_key

SEGMENT_S = 10
# Segments are verified through their playlist: one alone may rightly lack a stream, at the end for example.
_ANYTHING = Expectation(video=False, audio=False)


def muxer_options(index: int) -> dict[str, Any]:
    """A complete (VOD) playlist of MPEG-TS segments with local names."""
    return {
        "format": "hls",
        "hls_time": SEGMENT_S,
        "hls_list_size": 0,
        "hls_playlist_type": "vod",
        "hls_segment_type": "mpegts",
        "hls_segment_filename": f"item{index}_segment%05d.ts",
    }


def key_frame_options(parameters: TranscodeParameters) -> dict[str, Any]:
    """A segment starts at a key frame, so an encoder has to set one at each boundary."""
    if parameters.container != "hls" or parameters.video is None or parameters.video.codec == "copy":
        return {}
    return {"force_key_frames": f"expr:gte(t,n_forced*{SEGMENT_S})"}


@dataclass(frozen=True)
class SegmentSeries:
    """The segments of one playlist: how many there are is known after the encode only."""

    manifest: Path
    pattern: str
    variables: Mapping[str, str]

    def foreseen(self) -> Sequence[PlannedFile]:
        """One for all: their names lack the number."""
        return [self.file(self.manifest, self.variables)]

    def file(self, path: Path, variables: Mapping[str, str]) -> PlannedFile:
        """A segment."""
        return PlannedFile(path, self.pattern, variables, _ANYTHING, role="segment")

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """`Finish`: the segments; the playlist then bears their published names."""
        segments = discovered(self)
        rewrite_playlist(self.manifest, segments, source_key)
        return segments


def segments(item: TranscodeItem, manifest: PlannedFile) -> SegmentSeries:
    """The series of an item's segments, published beside the manifest.

    A manifest with a name of its own gives its segments that name too: two items without a template
    would otherwise write the same segments.
    """
    directory, _, name = manifest.pattern.rpartition("/")
    is_default = not item.output_path
    own = item.default_segment_path if is_default else name.removesuffix(".{format}") + "_{number}.{format}"
    pattern = f"{directory}/{own}" if "/" in manifest.pattern else own
    return SegmentSeries(manifest.path, pattern, {**manifest.variables, "format": "ts"})


def discovered(series: SegmentSeries) -> list[PlannedFile]:
    """The segments that the playlist ffmpeg wrote names, in its order."""
    lines = series.manifest.read_text(encoding="utf-8").splitlines()
    return [
        series.file(series.manifest.parent / name, {**series.variables, "number": NumberFormat().render(number)})
        for number, name in enumerate(line for line in lines if line and not line.startswith("#"))
    ]


def rewrite_playlist(manifest: Path, files: list[PlannedFile], source_key: str) -> None:
    """Replace the local segment names in the playlist by the published ones, percent-encoded."""
    names = {file.path.name: _uri(file.pattern, file.variables, source_key) for file in files}
    lines = manifest.read_text(encoding="utf-8").splitlines()
    manifest.write_text("".join(f"{names.get(line, line)}\n" for line in lines), encoding="utf-8")


def _uri(pattern: str, variables: Mapping[str, str], source_key: str) -> str:
    # Relative to the manifest, in whose directory the segment lies: the last part of the key.
    return quote(PurePosixPath(output_key(pattern, "", source_key, dict(variables))).name, safe="")
