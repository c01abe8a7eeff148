"""`Hls` and `Dash`: published packages, read for the rules of streams by other parsers than the product's."""

from __future__ import annotations

import io
import itertools
import math
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

import av
import m3u8
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

NS = {"d": "urn:mpeg:dash:schema:mpd:2011"}


class SegmentStats(NamedTuple):
    """A segment as it is stored, and as a decoder finds it; times in seconds, None = it holds no video."""

    size_bytes: int
    declared_s: float
    starts_with_key: bool | None
    key_times_s: tuple[float, ...]
    brands: frozenset[str]


@dataclass
class Playlist:
    """A media playlist with its segments."""

    path: Path
    kind: str  # variant, audio, subtitles, i-frames or images

    @cached_property
    def parsed(self) -> m3u8.M3U8:
        return m3u8.load(str(self.path))

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def duration_s(self) -> float:
        return float(sum(one.duration for one in self.parsed.segments))

    @cached_property
    def init(self) -> bytes:
        found = [one for one in self.parsed.segment_map if one]
        return self._bytes(found[0].uri, found[0].byterange) if found else b""

    @cached_property
    def sizes(self) -> list[int]:
        return [len(self._bytes(one.uri, one.byterange)) for one in self.parsed.segments]

    @cached_property
    def segments(self) -> list[SegmentStats]:
        """Each segment opened alone, after its initialization section."""
        return [self._stats(number, one) for number, one in enumerate(self.parsed.segments)]

    def _stats(self, number: int, segment: m3u8.Segment) -> SegmentStats:
        stored = self._bytes(segment.uri, segment.byterange)
        readable = io.BytesIO(self.init + self._clear(number, segment, stored))
        with av.open(readable, mode="r", options=self._decryption(segment)) as container:
            video = next(iter(container.streams.video), None)
            packets = [one for one in container.demux(video) if one.pts is not None] if video else []
            keys = tuple(float((one.pts or 0) * one.time_base) for one in packets if one.is_keyframe)
        starts = packets[0].is_keyframe if packets else None
        return SegmentStats(len(stored), segment.duration, starts, keys, brands(self.init))

    def _clear(self, number: int, segment: m3u8.Segment, stored: bytes) -> bytes:
        if segment.key is None or segment.key.method != "AES-128":
            return stored
        key = self.key(segment)
        decryptor = Cipher(AES(key), CBC(number.to_bytes(16, "big"))).decryptor()
        padded = decryptor.update(stored) + decryptor.finalize()
        return padded[: -padded[-1]]

    def key(self, segment: m3u8.Segment) -> bytes:
        return (self.path.parent / unquote(segment.key.uri)).read_bytes()

    def _decryption(self, segment: m3u8.Segment) -> dict[str, str]:
        """Options with which ffmpeg decrypts samples."""
        encrypted = segment.key and segment.key.method.startswith("SAMPLE-AES")
        return {"decryption_key": self.key(segment).hex()} if encrypted else {}

    def _bytes(self, uri: str, byte_range: str | None) -> bytes:
        data = (self.path.parent / unquote(uri)).read_bytes()
        if not byte_range:
            return data
        size, _, offset = byte_range.partition("@")
        part = data[int(offset) : int(offset) + int(size)]
        assert len(part) == int(size), f"{self.path.name}: the range {byte_range} is not inside {uri}"
        return part

    def pictures(self) -> list[tuple[bool, int]]:
        """Whether each picture is a key frame, and its width, of an I-frame playlist: each range decoded alone."""
        found = []
        for one in self.parsed.segments:
            readable = io.BytesIO(self.init + self._bytes(one.uri, one.byterange))
            with av.open(readable, mode="r", options=self._decryption(one)) as container:
                found += [(frame.key_frame, frame.width) for frame in container.decode(video=0)]
        return found

    def peak_bps(self) -> float:
        """The largest rate of adjacent segments of 0.5 to 1.5 target durations; with one segment its rate."""
        lengths, target = [one.duration for one in self.parsed.segments], self.parsed.target_duration
        runs = [
            (sum(self.sizes[a:b]), sum(lengths[a:b])) for a, b in itertools.combinations(range(len(lengths) + 1), 2)
        ]
        rates = [8 * size / length for size, length in runs if 0.5 * target <= length <= 1.5 * target]
        return float(max([*rates, self.average_bps()]))

    def average_bps(self) -> float:
        return 8 * sum(self.sizes) / self.duration_s


class Hls:
    """An HLS package by its master playlist."""

    def __init__(self, path: Path) -> None:
        self.path, self.master = path, m3u8.load(str(path))
        self.text = path.read_text(encoding="utf-8")
        self.variants = [Playlist(self._at(one.uri), "variant") for one in self.master.playlists]
        kinds = {"AUDIO": "audio", "SUBTITLES": "subtitles"}
        self.media = [Playlist(self._at(one.uri), kinds[one.type]) for one in self.master.media if one.uri]
        self.i_frames = [Playlist(self._at(one.uri), "i-frames") for one in self.master.iframe_playlists]
        self.images = [Playlist(self._at(one.uri), "images") for one in self.master.image_playlists]
        self.sounds = [one for one in self.media if one.kind == "audio"]

    @property
    def playlists(self) -> list[Playlist]:
        return [*self.variants, *self.media, *self.i_frames, *self.images]

    @property
    def timed(self) -> list[Playlist]:
        """Those of video and audio."""
        return [*self.variants, *self.sounds]

    def group_of(self, variant: m3u8.Playlist) -> list[Playlist]:
        """The audio playlists that a variant plays with."""
        wanted = variant.stream_info.audio
        uris = [one.uri for one in self.master.media if one.type == "AUDIO" and one.group_id == wanted and one.uri]
        return [one for one in self.sounds if one.path in {self._at(uri) for uri in uris}]

    def texts_peak_bps(self) -> float:
        return max((one.peak_bps() for one in self.media if one.kind == "subtitles"), default=0)

    def _at(self, uri: str) -> Path:
        return self.path.parent / unquote(uri)


class Dash:
    """A DASH package by its MPD."""

    def __init__(self, path: Path) -> None:
        self.path, self.root = path, ElementTree.parse(path).getroot()
        self.sets = self.root.findall("d:Period/d:AdaptationSet", NS)

    @property
    def timed_sets(self) -> list[ElementTree.Element]:
        return [one for one in self.sets if one.get("contentType") in ("video", "audio")]

    @staticmethod
    def representations(adaptation: ElementTree.Element) -> list[ElementTree.Element]:
        return adaptation.findall("d:Representation", NS)

    def file(self, representation: ElementTree.Element) -> Path:
        return self.path.parent / unquote(representation.findtext("d:BaseURL", "", NS))

    def sheets(self, adaptation: ElementTree.Element) -> list[tuple[Path, float]]:
        """The files of thumbnails that the template names for the whole presentation, with the seconds of each."""
        template = adaptation.find("d:SegmentTemplate", NS)
        assert template is not None
        whole_s, length_s = (
            float(self.root.get("mediaPresentationDuration", "")[2:-1]),
            int(template.get("duration", "")),
        )
        first, count = int(template.get("startNumber", "1")), max(1, math.ceil(round(whole_s / length_s, 6)))
        names = [template.get("media", "").replace("$Number$", str(first + n)) for n in range(count)]
        return [(self.path.parent / unquote(name), length_s) for name in names]

    def index(self, representation: ElementTree.Element) -> list[tuple[int, int, float, bool]]:
        """Offset, size, seconds and whether it starts with a stream access point, of each subsegment."""
        data, (first, last) = (
            self.file(representation).read_bytes(),
            byte_range(representation, "d:SegmentBase", "indexRange"),
        )
        box = data[first : last + 1]
        assert box[4:8] == b"sidx"
        assert len(box) == int.from_bytes(box[:4], "big")
        timescale, wide = int.from_bytes(box[16:20], "big"), box[8] == 1
        after = 36 if wide else 28  # version 1 has times of 8 bytes
        gap = int.from_bytes(box[after - 8 : after] if wide else box[after - 4 : after], "big")
        offset, found = last + 1 + gap, []
        for size, ticks, sap in struct.iter_unpack(">III", box[after + 4 :]):
            found.append((offset, size & 0x7FFF_FFFF, ticks / timescale, bool(sap >> 31)))
            offset += size & 0x7FFF_FFFF
        return found


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height of a picture file in pixels, by its decoded frame."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        return frame.width, frame.height


def byte_range(element: ElementTree.Element, path: str, attribute: str) -> tuple[int, int]:
    found = element.find(path, NS)
    assert found is not None
    first, _, last = found.get(attribute, "").partition("-")
    return int(first), int(last)


def brands(init: bytes) -> frozenset[str]:
    if init[4:8] != b"ftyp":
        return frozenset()
    size = int.from_bytes(init[:4], "big")
    marks = [init[8:12], *(init[n : n + 4] for n in range(16, size, 4))]
    return frozenset(one.decode() for one in marks)


def scheme_and_key_id(init: bytes) -> tuple[str, str]:
    """The encryption scheme and the default key id in hexadecimal digits of an initialization section; '' = clear."""
    schm, tenc = init.find(b"schm"), init.find(b"tenc")
    if schm < 0 or tenc < 0:
        return "", ""
    return init[schm + 8 : schm + 12].decode(), init[tenc + 12 : tenc + 28].hex()


def boxes(data: bytes) -> list[str]:
    found, offset = [], 0
    while offset + 8 <= len(data):
        size = int.from_bytes(data[offset : offset + 4], "big")
        found.append(data[offset + 4 : offset + 8].decode("ascii", "replace"))
        offset += max(size, 8)
    return found
