"""Checks of HLS packages, for `streaming_rules`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from urllib.parse import unquote

import langcodes
import m3u8

from streaming_packages import Hls, picture_size, scheme_and_key_id

KEY_FRAME_S = 2

# Each check yields a sentence for each violation.


def attributes(hls: Hls) -> Iterator[str]:
    own = any(one.type == "CLOSED-CAPTIONS" for one in hls.master.media)
    of_video = ("FRAME-RATE", "VIDEO-RANGE", *(() if own else ("CLOSED-CAPTIONS",)))
    for line in re.findall(r"^#EXT-X-STREAM-INF:(.*)$", hls.text, re.MULTILINE):
        video = "RESOLUTION=" in line
        needed = ("BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS")
        for name in (*needed, *(of_video if video else ())):
            if not re.search(rf"(^|,){name}=", line):
                yield f"{name} is missing: {line}"


def independent(hls: Hls) -> Iterator[str]:
    if not hls.master.is_independent_segments:
        yield "the master playlist has no EXT-X-INDEPENDENT-SEGMENTS"


def vod(hls: Hls) -> Iterator[str]:
    for one in hls.playlists:
        if one.parsed.playlist_type != "vod" or not one.parsed.is_endlist:
            yield f"{one.path.name} is not VOD with an end"


def target(hls: Hls) -> Iterator[str]:
    for one in hls.playlists:
        long = [s.duration for s in one.parsed.segments if int(s.duration + 0.5) > one.parsed.target_duration]
        if long:
            yield f"{one.path.name}: segments of {long} s exceed the target duration {one.parsed.target_duration}"


def same_target(hls: Hls) -> Iterator[str]:
    if len(found := {one.parsed.target_duration for one in hls.timed}) > 1:
        yield f"audio and video have the target durations {sorted(found)}"


def same_length(hls: Hls) -> Iterator[str]:
    lengths = {one.path.name: round(one.duration_s, 3) for one in hls.playlists}
    if max(lengths.values()) - min(lengths.values()) > 0.2:
        yield f"the playlists last {lengths} s"


def peak(hls: Hls) -> Iterator[str]:
    for variant, playlist in zip(hls.master.playlists, hls.variants, strict=True):
        others = [one for one in hls.group_of(variant) if one.path != playlist.path]
        measured = playlist.peak_bps() + max((one.peak_bps() for one in others), default=0) + hls.texts_peak_bps()
        stated = variant.stream_info.bandwidth
        if not 0.9 * stated <= measured <= 1.1 * stated:
            yield f"{playlist.path.name}: BANDWIDTH {stated}, measured {measured:.0f}"


def average(hls: Hls) -> Iterator[str]:
    for variant, playlist in zip(hls.master.playlists, hls.variants, strict=True):
        others = [one for one in hls.group_of(variant) if one.path != playlist.path]
        measured = playlist.average_bps() + max((one.average_bps() for one in others), default=0)
        stated = variant.stream_info.average_bandwidth
        if not 0.9 * stated <= measured + hls.texts_peak_bps() <= 1.1 * stated:
            yield f"{playlist.path.name}: AVERAGE-BANDWIDTH {stated}, measured {measured:.0f}"


def starts_with_key(hls: Hls) -> Iterator[str]:
    for one in hls.variants:
        wrong = [number for number, segment in enumerate(one.segments) if segment.starts_with_key is False]
        if wrong:
            yield f"{one.path.name}: the segments {wrong} do not start with a key frame"


def key_interval(hls: Hls) -> Iterator[str]:
    for one in hls.variants:
        times = sorted(time for segment in one.segments for time in segment.key_times_s)
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        if gaps and max(gaps) > KEY_FRAME_S + 0.1:
            yield f"{one.path.name}: {max(gaps):.2f} s between key frames"


def frame_rate(hls: Hls) -> Iterator[str]:
    for one in hls.master.playlists:
        if (one.stream_info.frame_rate or 0) > 60:
            yield f"{one.uri}: {one.stream_info.frame_rate} frames per second"


def hevc(hls: Hls) -> Iterator[str]:
    for variant, playlist in zip(hls.master.playlists, hls.variants, strict=True):
        video = (variant.stream_info.codecs or "").split(",")[0]
        if video.startswith(("hev", "hvc")) and not (video.startswith("hvc1") and playlist.init):
            yield f"{playlist.path.name}: {video} {'in' if playlist.init else 'outside'} fragmented MP4"


def avc_level(hls: Hls) -> Iterator[str]:
    for one in hls.master.playlists:
        found = re.match(r"avc1\.(..)..(..)", one.stream_info.codecs or "")
        if found and (int(found[1], 16) > 100 or int(found[2], 16) > 42):
            yield f"{one.uri}: {one.stream_info.codecs} is above High, level 4.2"


def version(hls: Hls) -> Iterator[str]:
    for one in hls.playlists:
        needed = 6 if "#EXT-X-MAP" in one.text else 4 if "#EXT-X-BYTERANGE" in one.text else 3
        if one.parsed.version < needed:
            yield f"{one.path.name}: version {one.parsed.version} lacks tags that it uses, of version {needed}"


def names(hls: Hls) -> Iterator[str]:
    groups: dict[tuple[str, str], list[m3u8.Media]] = {}
    for one in hls.master.media:
        groups.setdefault((one.type, one.group_id), []).append(one)
    for key, members in groups.items():
        names = [one.name for one in members]
        if len(set(names)) < len(names) or not all(names):
            yield f"{key}: the names {names} are not distinct"
        if sum(one.default == "YES" for one in members) > 1:
            yield f"{key}: several defaults"
    for kind in {kind for kind, _ in groups}:
        if len({tuple(one.name for one in members) for (own, _), members in groups.items() if own == kind}) > 1:
            yield f"the {kind} groups have different tracks"


def selection(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        if one.default == "YES" and one.autoselect != "YES":
            yield f"{one.name} is a default without AUTOSELECT"
        if one.type == "SUBTITLES" and one.forced not in ("YES", "NO"):
            yield f"{one.name} does not state FORCED"
        if one.type == "AUDIO" and not one.channels:
            yield f"{one.name} has no CHANNELS"
        if one.language and not langcodes.tag_is_valid(one.language):
            yield f"{one.name} has the language {one.language}"


SDH = {"public.accessibility.transcribes-spoken-dialog", "public.accessibility.describes-music-and-sound"}
DESCRIPTION = {"public.accessibility.describes-video"}
# By the type: the names of tracks for viewers who hear or see little, and what these tracks have to state.
_NEEDED = {
    "SUBTITLES": (re.compile(r"\bSDH\b|hard of hearing", re.IGNORECASE), SDH),
    "AUDIO": (re.compile(r"audio description", re.IGNORECASE), DESCRIPTION),
}


def accessibility(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        names, needed = _NEEDED.get(one.type, (None, set()))
        stated = characteristics(one) & (SDH | DESCRIPTION)
        if not stated and not (names and names.search(one.name)):
            continue
        if stated != needed:
            yield f"{one.name} ({one.type}) states {sorted(stated)}, not {sorted(needed)}"
        if one.type == "AUDIO" and not one.language:
            yield f"{one.name} has no language"
        if _purpose(one) not in _selectable(hls):
            yield f"{one.name} is not AUTOSELECT, nor is another like it"


def forced(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        if one.type != "SUBTITLES" and one.forced:
            yield f"{one.name} ({one.type}) states FORCED"
        if one.forced == "YES" and _purpose(one) not in _selectable(hls):
            yield f"{one.name} is forced and not AUTOSELECT, nor is another like it"


def distinct_choices(hls: Hls) -> Iterator[str]:
    for purpose, names in _selectable(hls).items():
        if len(names) > 1:
            yield f"players cannot choose between {names}: all are {purpose}"


def _selectable(hls: Hls) -> dict[tuple[str, ...], list[str]]:
    """The names of the tracks that are AUTOSELECT, by their purpose."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in hls.master.media:
        if one.autoselect == "YES":
            found.setdefault(_purpose(one), []).append(one.name)
    return found


def _purpose(media: m3u8.Media) -> tuple[str, ...]:
    """By what players choose a track of a group."""
    traits = ",".join(sorted(characteristics(media)))
    return media.type, media.group_id, media.language or "", media.forced or "NO", traits


def characteristics(media: m3u8.Media) -> set[str]:
    return set(filter(None, (media.characteristics or "").split(",")))


def languages(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        if not one.language:
            yield f"{one.name} ({one.type}) has no LANGUAGE"


def captions(hls: Hls) -> Iterator[str]:
    groups = {one.group_id for one in hls.master.media if one.type == "CLOSED-CAPTIONS"}
    stated = set(re.findall(r'CLOSED-CAPTIONS="?([^",\n]+)', "".join(re.findall(r"STREAM-INF:.*\n", hls.text))))
    if unknown := stated - groups - {"NONE"}:
        yield f"the caption groups {unknown} are not declared"
    if groups - stated:
        yield f"no variant has the caption groups {groups - stated}"
    if groups and "NONE" in stated:
        yield "a variant states CLOSED-CAPTIONS=NONE, and another has captions"


def webvtt(hls: Hls) -> Iterator[str]:
    for one in (media for media in hls.media if media.kind == "subtitles"):
        for segment in one.parsed.segments:
            text = (one.path.parent / unquote(segment.uri)).read_text(encoding="utf-8")
            if not text.startswith("WEBVTT") or "X-TIMESTAMP-MAP=MPEGTS:" not in text:
                yield f"{segment.uri} has no X-TIMESTAMP-MAP"


_HLS_METHODS = {"cenc": "SAMPLE-AES-CTR", "cbcs": "SAMPLE-AES"}


def keys(hls: Hls) -> Iterator[str]:
    for one in hls.timed:
        for key in filter(None, one.parsed.keys):
            size = len((one.path.parent / unquote(key.uri)).read_bytes())
            if key.method not in ("AES-128", *_HLS_METHODS.values()) or size != 16:
                yield f"{one.path.name}: {key.method} with a key of {size} bytes"


def i_frames(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.iframe_playlists, hls.i_frames, strict=True):
        width, _ = stated.iframe_stream_info.resolution
        if not one.parsed.is_i_frames_only:
            yield f"{one.path.name} has no EXT-X-I-FRAMES-ONLY"
        if one.pictures() != [(True, width)] * len(one.parsed.segments):
            yield f"{one.path.name}: the ranges hold {one.pictures()}, not a key frame each"


def i_frame_peak(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.iframe_playlists, hls.i_frames, strict=True):
        bits_per_s = stated.iframe_stream_info.bandwidth
        if not 0.9 * bits_per_s <= one.peak_bps() <= 1.1 * bits_per_s:
            yield f"{one.path.name}: BANDWIDTH {bits_per_s}, measured {one.peak_bps():.0f}"


def image_tiles(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.image_playlists, hls.images, strict=True):
        tile, sheets, tiles = stated.image_stream_info.resolution, one.parsed.segments, one.parsed.data["tiles"]
        if not one.parsed.is_images_only or len(tiles) != len(sheets):
            yield f"{one.path.name}: EXT-X-IMAGES-ONLY, or the EXT-X-TILES of a sheet, is missing"
        for sheet, grid in zip(sheets, tiles, strict=False):
            columns, rows = map(int, grid["layout"].split("x"))
            found = picture_size(one.path.parent / unquote(sheet.uri))
            if grid["resolution"] != "{}x{}".format(*tile) or found != (columns * tile[0], rows * tile[1]):
                yield f"{sheet.uri} has {found} pixels, not {columns}x{rows} tiles of {tile}"
            if not 0 < sheet.duration <= columns * rows * float(grid["duration"]):
                yield f"{sheet.uri}: {sheet.duration} s of {columns}x{rows} tiles of {grid['duration']} s"


def image_peak(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.image_playlists, hls.images, strict=True):
        bits_per_s = stated.image_stream_info.bandwidth
        rates = [8 * size / sheet.duration for size, sheet in zip(one.sizes, one.parsed.segments, strict=True)]
        if not 0.9 * bits_per_s <= max(rates) <= 1.1 * bits_per_s:
            yield f"{one.path.name}: BANDWIDTH {bits_per_s}, measured {max(rates):.0f}"


def sample_keys(hls: Hls) -> Iterator[str]:
    """By the boxes of the initialization sections."""
    for one in (*hls.timed, *hls.i_frames):
        scheme, _ = scheme_and_key_id(one.init)
        methods = {segment.key.method if segment.key else "NONE" for segment in one.parsed.segments}
        if scheme and methods != {_HLS_METHODS[scheme]}:
            yield f"{one.path.name} is encrypted by {scheme}, and its keys say {methods}"
        if scheme and not hls.master.session_keys:
            yield "the master playlist has no EXT-X-SESSION-KEY"
