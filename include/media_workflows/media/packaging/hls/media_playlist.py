"""HLS media playlists (RFC 8216): reading ffmpeg's, bitrates, writing with published names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

MIN_VERSION = 6  # the protocol version that EXT-X-INDEPENDENT-SEGMENTS came with
_FROM_START = "#EXT-X-START:TIME-OFFSET=0"  # players begin at the end of a playlist that grows, unless it says so


@dataclass(frozen=True)
class Segment:
    """A segment or an initialization section: a whole file, or with an `offset` a range of it."""

    uri: str
    size_bytes: int
    offset: int | None = None
    duration_s: float = 0.0

    @property
    def byte_range(self) -> str:
        """'length@offset'; '' for a whole file."""
        return "" if self.offset is None else f"{self.size_bytes}@{self.offset}"

    def read(self, directory: Path) -> bytes:
        """The bytes of the segment."""
        with (directory / self.uri).open("rb") as file:
            file.seek(self.offset or 0)
            return file.read(self.size_bytes)


@dataclass(frozen=True)
class MediaPlaylist:
    """Segments in order, and their initialization section, if any. `independent`: each can be decoded alone.

    `only_key_frames`: each segment is a key frame (EXT-X-I-FRAMES-ONLY). `grows`: further segments follow, so that it
    is an EVENT without an end.
    """

    version: int
    target_s: int
    segments: Sequence[Segment]
    init: Segment | None = None
    independent: bool = True
    only_key_frames: bool = False
    grows: bool = False

    @property
    def duration_s(self) -> float:
        return sum(segment.duration_s for segment in self.segments)

    @property
    def average_bps(self) -> int:
        return bits_per_second(self.segments)

    @property
    def peak_bps(self) -> int:
        """The largest rate of adjacent segments that last 0.5 to 1.5 target durations (RFC 8216, section 4.1)."""
        return peak_bps(self.segments, self.target_s)

    @property
    def uris(self) -> list[str]:
        """Each file once, the initialization section first."""
        sections = [self.init, *self.segments] if self.init else self.segments
        return list(dict.fromkeys(section.uri for section in sections))

    def text(self, named: Callable[[str], str], key_tags: Sequence[str] = ()) -> str:
        """The playlist with each file under another name; `key_tags` are the lines of encrypted segments."""
        lines = [
            "#EXTM3U",
            f"#EXT-X-VERSION:{self.version}",
            f"#EXT-X-TARGETDURATION:{self.target_s}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            *(["#EXT-X-PLAYLIST-TYPE:EVENT", _FROM_START] if self.grows else ["#EXT-X-PLAYLIST-TYPE:VOD"]),
            *(["#EXT-X-INDEPENDENT-SEGMENTS"] if self.independent else []),
            *(["#EXT-X-I-FRAMES-ONLY"] if self.only_key_frames else []),
        ]
        if self.init:
            at = f',BYTERANGE="{self.init.byte_range}"' if self.init.byte_range else ""
            lines.append(f'#EXT-X-MAP:URI="{named(self.init.uri)}"{at}')
        lines += key_tags  # after the map, which is not encrypted: a key applies to what follows it
        for segment in self.segments:
            lines.append(f"#EXTINF:{segment.duration_s:.6f},")
            if segment.byte_range:
                lines.append(f"#EXT-X-BYTERANGE:{segment.byte_range}")
            lines.append(named(segment.uri))
        return "\n".join([*lines, *([] if self.grows else ["#EXT-X-ENDLIST"]), ""])


def with_one_target(playlists: Mapping[int, MediaPlaylist]) -> dict[int, MediaPlaylist]:
    """The playlists with the largest of their target durations: all of a ladder share one (RFC 8216, section 6.2.4).

    Their own differ where the longest segments of sound and picture are rounded apart, as 6.49 and 6.52 s.
    """
    target_s = max((one.target_s for one in playlists.values()), default=1)
    return {number: replace(one, target_s=target_s) for number, one in playlists.items()}


def bits_per_second(segments: Sequence[Segment]) -> int:
    """Average rate, rounded up."""
    duration_s = sum(segment.duration_s for segment in segments)
    return _rate(sum(segment.size_bytes for segment in segments), duration_s)


def peak_bps(segments: Sequence[Segment], target_s: float) -> int:
    """As `MediaPlaylist.peak_bps`; never below the average."""
    peak = bits_per_second(segments)
    for first in range(len(segments)):
        size_bytes, duration_s = 0, 0.0
        for segment in segments[first:]:
            size_bytes, duration_s = size_bytes + segment.size_bytes, duration_s + segment.duration_s
            if duration_s > 1.5 * target_s:
                break
            if duration_s >= 0.5 * target_s:
                peak = max(peak, _rate(size_bytes, duration_s))
    return peak


def _rate(size_bytes: int, duration_s: float) -> int:
    return -int(-8 * size_bytes // duration_s) if duration_s else 0


def read_playlist(path: Path) -> MediaPlaylist:
    """A playlist written by ffmpeg, whose files are in its directory."""
    version, target_s, duration_s, byte_range = MIN_VERSION, 0, 0.0, ""
    segments: list[Segment] = []
    init: Segment | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        tag, _, value = line.partition(":")
        if tag == "#EXT-X-VERSION":
            version = max(version, int(value))
        elif tag == "#EXT-X-TARGETDURATION":
            target_s = max(1, int(value))  # ffmpeg rounds half a second to 0, which players reject
        elif tag == "#EXT-X-MAP":
            attributes = value.split('"')
            init = _segment(path.parent, attributes[1], attributes[3] if len(attributes) > 3 else "")
        elif tag == "#EXTINF":
            duration_s = float(value.rstrip(","))
        elif tag == "#EXT-X-BYTERANGE":
            byte_range = value
        elif line and not line.startswith("#"):
            segments.append(_segment(path.parent, line, byte_range, duration_s))
    return MediaPlaylist(version, target_s, segments, init)


def _segment(directory: Path, uri: str, byte_range: str, duration_s: float = 0.0) -> Segment:
    if not byte_range:
        return Segment(uri, (directory / uri).stat().st_size, None, duration_s)
    size_bytes, _, offset = byte_range.partition("@")
    return Segment(uri, int(size_bytes), int(offset), duration_s)
