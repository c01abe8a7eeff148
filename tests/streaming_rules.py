"""The rules for streams on demand of Apple's HLS authoring specification, RFC 8216 and DASH-IF, each with its check."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import av
import langcodes
import m3u8

from streaming_packages import NS, Dash, Hls, boxes, brands, byte_range, picture_size, scheme_and_key_id

KEY_FRAME_S = 2
_ON_DEMAND = "urn:mpeg:dash:profile:isoff-on-demand:2011"

# Each check yields a sentence for each violation.


def _attributes(hls: Hls) -> Iterator[str]:
    for line in re.findall(r"^#EXT-X-STREAM-INF:(.*)$", hls.text, re.MULTILINE):
        video = "RESOLUTION=" in line
        needed = ("BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS")
        for name in (*needed, *(("FRAME-RATE", "VIDEO-RANGE", "CLOSED-CAPTIONS") if video else ())):
            if not re.search(rf"(^|,){name}=", line):
                yield f"{name} is missing: {line}"


def _independent(hls: Hls) -> Iterator[str]:
    if not hls.master.is_independent_segments:
        yield "the master playlist has no EXT-X-INDEPENDENT-SEGMENTS"


def _vod(hls: Hls) -> Iterator[str]:
    for one in hls.playlists:
        if one.parsed.playlist_type != "vod" or not one.parsed.is_endlist:
            yield f"{one.path.name} is not VOD with an end"


def _target(hls: Hls) -> Iterator[str]:
    for one in hls.playlists:
        long = [s.duration for s in one.parsed.segments if int(s.duration + 0.5) > one.parsed.target_duration]
        if long:
            yield f"{one.path.name}: segments of {long} s exceed the target duration {one.parsed.target_duration}"


def _same_target(hls: Hls) -> Iterator[str]:
    if len(found := {one.parsed.target_duration for one in hls.timed}) > 1:
        yield f"audio and video have the target durations {sorted(found)}"


def _same_length(hls: Hls) -> Iterator[str]:
    lengths = {one.path.name: round(one.duration_s, 3) for one in hls.playlists}
    if max(lengths.values()) - min(lengths.values()) > 0.2:
        yield f"the playlists last {lengths} s"


def _peak(hls: Hls) -> Iterator[str]:
    for variant, playlist in zip(hls.master.playlists, hls.variants, strict=True):
        others = [one for one in hls.group_of(variant) if one.path != playlist.path]
        measured = playlist.peak_bps() + max((one.peak_bps() for one in others), default=0) + hls.texts_peak_bps()
        stated = variant.stream_info.bandwidth
        if not 0.9 * stated <= measured <= 1.1 * stated:
            yield f"{playlist.path.name}: BANDWIDTH {stated}, measured {measured:.0f}"


def _average(hls: Hls) -> Iterator[str]:
    for variant, playlist in zip(hls.master.playlists, hls.variants, strict=True):
        others = [one for one in hls.group_of(variant) if one.path != playlist.path]
        measured = playlist.average_bps() + max((one.average_bps() for one in others), default=0)
        stated = variant.stream_info.average_bandwidth
        if not 0.9 * stated <= measured + hls.texts_peak_bps() <= 1.1 * stated:
            yield f"{playlist.path.name}: AVERAGE-BANDWIDTH {stated}, measured {measured:.0f}"


def _starts_with_key(hls: Hls) -> Iterator[str]:
    for one in hls.variants:
        wrong = [number for number, segment in enumerate(one.segments) if segment.starts_with_key is False]
        if wrong:
            yield f"{one.path.name}: the segments {wrong} do not start with a key frame"


def _key_interval(hls: Hls) -> Iterator[str]:
    for one in hls.variants:
        times = sorted(time for segment in one.segments for time in segment.key_times_s)
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        if gaps and max(gaps) > KEY_FRAME_S + 0.1:
            yield f"{one.path.name}: {max(gaps):.2f} s between key frames"


def _frame_rate(hls: Hls) -> Iterator[str]:
    for one in hls.master.playlists:
        if (one.stream_info.frame_rate or 0) > 60:
            yield f"{one.uri}: {one.stream_info.frame_rate} frames per second"


def _hevc(hls: Hls) -> Iterator[str]:
    for variant, playlist in zip(hls.master.playlists, hls.variants, strict=True):
        video = (variant.stream_info.codecs or "").split(",")[0]
        if video.startswith(("hev", "hvc")) and not (video.startswith("hvc1") and playlist.init):
            yield f"{playlist.path.name}: {video} {'in' if playlist.init else 'outside'} fragmented MP4"


def _avc_level(hls: Hls) -> Iterator[str]:
    for one in hls.master.playlists:
        found = re.match(r"avc1\.(..)..(..)", one.stream_info.codecs or "")
        if found and (int(found[1], 16) > 100 or int(found[2], 16) > 42):
            yield f"{one.uri}: {one.stream_info.codecs} is above High, level 4.2"


def _version(hls: Hls) -> Iterator[str]:
    for one in hls.playlists:
        needed = 6 if "#EXT-X-MAP" in one.text else 4 if "#EXT-X-BYTERANGE" in one.text else 3
        if one.parsed.version < needed:
            yield f"{one.path.name}: version {one.parsed.version} lacks tags that it uses, of version {needed}"


def _names(hls: Hls) -> Iterator[str]:
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


def _selection(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        if one.default == "YES" and one.autoselect != "YES":
            yield f"{one.name} is a default without AUTOSELECT"
        if one.type == "SUBTITLES" and one.forced not in ("YES", "NO"):
            yield f"{one.name} does not state FORCED"
        if one.type == "AUDIO" and not one.channels:
            yield f"{one.name} has no CHANNELS"
        if one.language and not langcodes.tag_is_valid(one.language):
            yield f"{one.name} has the language {one.language}"


_SDH = {"public.accessibility.transcribes-spoken-dialog", "public.accessibility.describes-music-and-sound"}
_DESCRIPTION = {"public.accessibility.describes-video"}
# By the type: the names of tracks for viewers who hear or see little, and what these tracks have to state.
_NEEDED = {
    "SUBTITLES": (re.compile(r"\bSDH\b|hard of hearing", re.IGNORECASE), _SDH),
    "AUDIO": (re.compile(r"audio description", re.IGNORECASE), _DESCRIPTION),
}


def _accessibility(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        names, needed = _NEEDED.get(one.type, (None, set()))
        stated = _characteristics(one) & (_SDH | _DESCRIPTION)
        if not stated and not (names and names.search(one.name)):
            continue
        if stated != needed:
            yield f"{one.name} ({one.type}) states {sorted(stated)}, not {sorted(needed)}"
        if one.type == "AUDIO" and not one.language:
            yield f"{one.name} has no language"
        if _purpose(one) not in _selectable(hls):
            yield f"{one.name} is not AUTOSELECT, nor is another like it"


def _forced(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        if one.type != "SUBTITLES" and one.forced:
            yield f"{one.name} ({one.type}) states FORCED"
        if one.forced == "YES" and _purpose(one) not in _selectable(hls):
            yield f"{one.name} is forced and not AUTOSELECT, nor is another like it"


def _distinct_choices(hls: Hls) -> Iterator[str]:
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
    traits = ",".join(sorted(_characteristics(media)))
    return media.type, media.group_id, media.language or "", media.forced or "NO", traits


def _characteristics(media: m3u8.Media) -> set[str]:
    return set(filter(None, (media.characteristics or "").split(",")))


def _languages(hls: Hls) -> Iterator[str]:
    for one in hls.master.media:
        if not one.language:
            yield f"{one.name} ({one.type}) has no LANGUAGE"


def _captions(hls: Hls) -> Iterator[str]:
    groups = {one.group_id for one in hls.master.media if one.type == "CLOSED-CAPTIONS"}
    stated = set(re.findall(r'CLOSED-CAPTIONS="?([^",\n]+)', "".join(re.findall(r"STREAM-INF:.*\n", hls.text))))
    if unknown := stated - groups - {"NONE"}:
        yield f"the caption groups {unknown} are not declared"


def _webvtt(hls: Hls) -> Iterator[str]:
    for one in (media for media in hls.media if media.kind == "subtitles"):
        for segment in one.parsed.segments:
            text = (one.path.parent / unquote(segment.uri)).read_text(encoding="utf-8")
            if not text.startswith("WEBVTT") or "X-TIMESTAMP-MAP=MPEGTS:" not in text:
                yield f"{segment.uri} has no X-TIMESTAMP-MAP"


_HLS_METHODS = {"cenc": "SAMPLE-AES-CTR", "cbcs": "SAMPLE-AES"}


def _keys(hls: Hls) -> Iterator[str]:
    for one in hls.timed:
        for key in filter(None, one.parsed.keys):
            size = len((one.path.parent / unquote(key.uri)).read_bytes())
            if key.method not in ("AES-128", *_HLS_METHODS.values()) or size != 16:
                yield f"{one.path.name}: {key.method} with a key of {size} bytes"


def _i_frames(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.iframe_playlists, hls.i_frames, strict=True):
        width, _ = stated.iframe_stream_info.resolution
        if not one.parsed.is_i_frames_only:
            yield f"{one.path.name} has no EXT-X-I-FRAMES-ONLY"
        if one.pictures() != [(True, width)] * len(one.parsed.segments):
            yield f"{one.path.name}: the ranges hold {one.pictures()}, not a key frame each"


def _i_frame_peak(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.iframe_playlists, hls.i_frames, strict=True):
        bits_per_s = stated.iframe_stream_info.bandwidth
        if not 0.9 * bits_per_s <= one.peak_bps() <= 1.1 * bits_per_s:
            yield f"{one.path.name}: BANDWIDTH {bits_per_s}, measured {one.peak_bps():.0f}"


def _image_tiles(hls: Hls) -> Iterator[str]:
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


def _image_peak(hls: Hls) -> Iterator[str]:
    for stated, one in zip(hls.master.image_playlists, hls.images, strict=True):
        bits_per_s = stated.image_stream_info.bandwidth
        rates = [8 * size / sheet.duration for size, sheet in zip(one.sizes, one.parsed.segments, strict=True)]
        if not 0.9 * bits_per_s <= max(rates) <= 1.1 * bits_per_s:
            yield f"{one.path.name}: BANDWIDTH {bits_per_s}, measured {max(rates):.0f}"


def _profile(dash: Dash) -> Iterator[str]:
    wanted = {"type": "static", "profiles": _ON_DEMAND}
    for name, value in wanted.items():
        if dash.root.get(name) != value:
            yield f"{name} is {dash.root.get(name)}"
    for name in ("mediaPresentationDuration", "minBufferTime"):
        if not re.fullmatch(r"PT[0-9.]+S", dash.root.get(name, "")):
            yield f"{name} is {dash.root.get(name)}"


def _described(dash: Dash) -> Iterator[str]:
    ids = [one.get("id") for each in dash.sets for one in dash.representations(each)]
    if len(set(ids)) < len(ids):
        yield f"the ids {ids} are not distinct"
    of_kind = {"video": ("width", "height", "frameRate", "codecs"), "audio": ("audioSamplingRate", "codecs")}
    of_kind["image"] = ("width", "height")
    for adaptation in dash.sets:
        kind = adaptation.get("contentType", "")
        if not adaptation.get("mimeType"):
            yield f"a set of {kind} has no mimeType"
        for one in dash.representations(adaptation):
            missing = [name for name in ("bandwidth", *of_kind.get(kind, ())) if not one.get(name)]
            if missing or (kind == "audio" and one.find("d:AudioChannelConfiguration", NS) is None):
                yield f"representation {one.get('id')} of {kind} lacks {missing or 'AudioChannelConfiguration'}"


def _index_ranges(dash: Dash) -> Iterator[str]:
    for one in (each for adaptation in dash.timed_sets for each in dash.representations(adaptation)):
        data = dash.file(one).read_bytes()
        first, last = byte_range(one, "d:SegmentBase/d:Initialization", "range")
        if (found := boxes(data[first : last + 1])) != ["ftyp", "moov"]:
            yield f"{dash.file(one).name}: the initialization range holds {found}"
        for offset, size, _, _ in dash.index(one):
            if boxes(data[offset : offset + size])[:2] != ["moof", "mdat"]:
                yield f"{dash.file(one).name}: no fragment at byte {offset}"
        end = offset + size
        if set(boxes(data[end:])) - {"mfra"}:
            yield f"{dash.file(one).name}: the index leaves out bytes from {end}"


def _alignment(dash: Dash) -> Iterator[str]:
    for adaptation in dash.timed_sets:
        if adaptation.get("subsegmentAlignment") != "true" or adaptation.get("subsegmentStartsWithSAP") != "1":
            yield f"the set {adaptation.get('id')} states no alignment"
        indexes = [dash.index(one) for one in dash.representations(adaptation)]
        if len({tuple(round(length, 3) for _, _, length, _ in index) for index in indexes}) > 1:
            yield f"the subsegments of set {adaptation.get('id')} begin at different times"
        if not all(sap for index in indexes for *_, sap in index):
            yield f"a subsegment of set {adaptation.get('id')} does not start with a stream access point"


def _bandwidth(dash: Dash) -> Iterator[str]:
    """From any subsegment on, a line of this bandwidth that has buffered minBufferTime never runs dry."""
    buffer_s = float(dash.root.get("minBufferTime", "")[2:-1])
    for one in (each for adaptation in dash.timed_sets for each in dash.representations(adaptation)):
        index, bits_per_s = dash.index(one), int(one.get("bandwidth", "0"))
        for first in range(len(index)):
            played_s, got_bits = 0.0, 0
            for _, size, length, _ in index[first:]:
                got_bits += 8 * size
                if got_bits > bits_per_s * (buffer_s + played_s) * 1.01:
                    yield f"{dash.file(one).name}: bandwidth {bits_per_s} runs dry after {played_s:.2f} s"
                    break
                played_s += length


def _lengths(dash: Dash) -> Iterator[str]:
    whole_s = float(dash.root.get("mediaPresentationDuration", "")[2:-1])
    for one in (each for adaptation in dash.timed_sets for each in dash.representations(adaptation)):
        own_s = sum(length for _, _, length, _ in dash.index(one))
        if abs(own_s - whole_s) > 0.2:
            yield f"{dash.file(one).name} lasts {own_s:.2f} s of {whole_s:.2f} s"


def _roles(dash: Dash) -> Iterator[str]:
    sounds = [one for one in dash.sets if one.get("contentType") == "audio"]
    roles = [role.get("value") for one in sounds for role in one.findall("d:Role", NS)]
    if sounds and "main" not in roles:
        yield f"no audio is the main one: {roles}"
    for one in dash.sets:
        if (tag := one.get("lang")) and not langcodes.tag_is_valid(tag):
            yield f"a set has the language {tag}"


def _text_files(dash: Dash) -> Iterator[str]:
    for adaptation in (one for one in dash.sets if one.get("contentType") == "text"):
        for one in dash.representations(adaptation):
            if not dash.file(one).read_text(encoding="utf-8").startswith("WEBVTT"):
                yield f"{dash.file(one).name} is not {adaptation.get('mimeType')}"


_TILES = "d:EssentialProperty[@schemeIdUri='http://dashif.org/guidelines/thumbnail_tile']"


def _thumbnails(dash: Dash) -> Iterator[str]:
    for adaptation in (one for one in dash.sets if one.get("contentType") == "image"):
        for one in dash.representations(adaptation):
            tiles, size = one.find(_TILES, NS), (int(one.get("width", "0")), int(one.get("height", "0")))
            if adaptation.get("mimeType") != "image/jpeg" or tiles is None:
                yield f"the thumbnails {one.get('id')} are {adaptation.get('mimeType')}, or lack their grid"
                continue
            columns, rows = map(int, tiles.get("value", "").split("x"))
            if size[0] % columns or size[1] % rows:
                yield f"the thumbnails {one.get('id')} of {size} pixels do not fit in {columns}x{rows} tiles"
            for path, _ in dash.sheets(adaptation):
                if not path.exists() or picture_size(path) != size:
                    yield f"{path.name} is missing, or has not {size} pixels"


def _thumbnail_bandwidth(dash: Dash) -> Iterator[str]:
    """The last sheet may cover less time."""
    whole_s = float(dash.root.get("mediaPresentationDuration", "")[2:-1])
    for adaptation in (one for one in dash.sets if one.get("contentType") == "image"):
        sheets = [(path, each) for path, each in dash.sheets(adaptation) if path.exists()]
        lengths_s = [min(each, whole_s - number * each) for number, (_, each) in enumerate(sheets)]
        rates = [8 * path.stat().st_size / length for (path, _), length in zip(sheets, lengths_s, strict=True)]
        for one in dash.representations(adaptation):
            if not 0.9 * int(one.get("bandwidth", "0")) <= max(rates) <= 1.1 * int(one.get("bandwidth", "0")):
                yield f"the thumbnails {one.get('id')}: bandwidth {one.get('bandwidth')}, measured {max(rates):.0f}"


def _cmaf_tracks(dash: Dash) -> Iterator[str]:
    for one in (each for adaptation in dash.timed_sets for each in dash.representations(adaptation)):
        with av.open(str(dash.file(one))) as container:
            if len(container.streams) != 1:
                yield f"{dash.file(one).name} holds {len(container.streams)} tracks"
        if "cmfc" not in brands(dash.file(one).read_bytes()[:64]):
            yield f"{dash.file(one).name} lacks the brand cmfc"


_AUDIENCE = "urn:tva:metadata:cs:AudioPurposeCS:2007"
_CLEAR_SPEECH = {"public.accessibility.enhances-speech-intelligibility"}
Purpose = tuple[str, str, bool, bool, bool]  # kind, language; forced, for the hard of hearing, audio description


def _same_purposes(dash: Dash) -> Iterator[str]:
    in_hls = _hls_purposes(m3u8.load(str(dash.path.with_suffix(".m3u8"))).media)
    in_dash = _dash_purposes(dash)
    if in_hls != in_dash:
        yield f"the tracks are {in_hls} in HLS, {in_dash} in DASH"


def _hls_purposes(media: list[m3u8.Media]) -> list[Purpose]:
    """Of one group of each type: the others hold the same tracks."""
    kinds = {"AUDIO": "audio", "SUBTITLES": "text"}
    groups: dict[str, str] = {}
    found = []
    for one in (each for each in media if each.uri):
        if groups.setdefault(one.type, one.group_id) == one.group_id:
            stated = _characteristics(one)
            hearing, seeing = bool(stated & (_SDH | _CLEAR_SPEECH)), bool(stated & _DESCRIPTION)
            found.append((kinds[one.type], one.language or "", one.forced == "YES", hearing, seeing))
    return sorted(found)


def _dash_purposes(dash: Dash) -> list[Purpose]:
    found = []
    for one in (each for each in dash.sets if each.get("contentType") in ("audio", "text")):
        forced = any(role.get("value") == "forced-subtitle" for role in one.findall("d:Role", NS))
        audiences = {
            each.get("value") for each in one.findall("d:Accessibility", NS) if each.get("schemeIdUri") == _AUDIENCE
        }
        found.append((one.get("contentType", ""), one.get("lang", ""), forced, "2" in audiences, "1" in audiences))
    return sorted(found)


def _sample_keys(hls: Hls) -> Iterator[str]:
    """By the boxes of the initialization sections."""
    for one in (*hls.timed, *hls.i_frames):
        scheme, _ = scheme_and_key_id(one.init)
        methods = {segment.key.method if segment.key else "NONE" for segment in one.parsed.segments}
        if scheme and methods != {_HLS_METHODS[scheme]}:
            yield f"{one.path.name} is encrypted by {scheme}, and its keys say {methods}"
        if scheme and not hls.master.session_keys:
            yield "the master playlist has no EXT-X-SESSION-KEY"


def _protection(dash: Dash) -> Iterator[str]:
    """By the boxes of the initialization sections."""
    for adaptation in dash.timed_sets:
        stated = [
            (one.get("value", ""), one.get("{urn:mpeg:cenc:2013}default_KID", "").replace("-", ""))
            for one in adaptation.findall("d:ContentProtection", NS)
            if one.get("schemeIdUri") == "urn:mpeg:dash:mp4protection:2011"
        ]
        for one in dash.representations(adaptation):
            found = scheme_and_key_id(dash.file(one).read_bytes()[:4096])
            if stated != ([found] if found[0] else []):
                yield f"{dash.file(one).name} is encrypted as {found}, and the manifest says {stated}"


class Rule(NamedTuple):
    """A rule in our words, where it stands, whether it is a MUST, and its check of one package."""

    rule: str
    source: str
    level: str
    check: Callable[[Any], Iterator[str]]


APPLE, RFC, IOP, CMAF = "Apple HLS authoring", "RFC 8216", "DASH-IF IOP", "ISO/IEC 23000-19"
IMAGES = "Image media playlists (extension)"

HLS_RULES = (
    Rule(
        "Each variant states its bandwidths and codecs, for video frame rate, `VIDEO-RANGE` and `CLOSED-CAPTIONS`",
        APPLE,
        "must",
        _attributes,
    ),
    Rule("`EXT-X-INDEPENDENT-SEGMENTS` in the master playlist", APPLE, "must", _independent),
    Rule("Playlists are `VOD` and end with `EXT-X-ENDLIST`", APPLE, "must", _vod),
    Rule("No segment, rounded, exceeds the target duration", RFC, "must", _target),
    Rule("Audio and video have the same target duration", APPLE, "must", _same_target),
    Rule("All playlists cover the same time, within 0.2 s", APPLE, "must", _same_length),
    Rule("The measured peak is within 10 % of `BANDWIDTH`", APPLE, "must", _peak),
    Rule("The measured average is within 10 % of `AVERAGE-BANDWIDTH`", APPLE, "must", _average),
    Rule("Video segments start with a key frame", APPLE, "must", _starts_with_key),
    Rule("A key frame every 2 s", APPLE, "should", _key_interval),
    Rule("At most 60 frames per second", APPLE, "must", _frame_rate),
    Rule("HEVC is in fragmented MP4, as `hvc1`", APPLE, "must", _hevc),
    Rule("H.264 is at most High profile, level 4.2", APPLE, "must", _avc_level),
    Rule("`EXT-X-VERSION` covers the tags in use", RFC, "must", _version),
    Rule(
        "Names are distinct within a group, groups of a type have the same tracks, one default at most",
        RFC,
        "must",
        _names,
    ),
    Rule(
        "Defaults are `AUTOSELECT`, subtitles state `FORCED`, audio states `CHANNELS`, languages are BCP 47",
        APPLE,
        "must",
        _selection,
    ),
    Rule("Each audio, subtitle and caption track states its `LANGUAGE`", APPLE, "must", _languages),
    Rule(
        "Subtitles for the hard of hearing and audio descriptions state `CHARACTERISTICS`, and are `AUTOSELECT`",
        APPLE,
        "must",
        _accessibility,
    ),
    Rule("Subtitles alone state `FORCED`, and forced ones are `AUTOSELECT`", APPLE, "should", _forced),
    Rule(
        "`AUTOSELECT` tracks of a group differ in language, `FORCED` or `CHARACTERISTICS`",
        RFC,
        "should",
        _distinct_choices,
    ),
    Rule("Caption groups are declared, or `CLOSED-CAPTIONS=NONE`", RFC, "must", _captions),
    Rule("WebVTT states `X-TIMESTAMP-MAP`", APPLE, "must", _webvtt),
    Rule("Each range of an I-frame playlist holds one key frame, which decodes alone", RFC, "must", _i_frames),
    Rule("The measured peak of an I-frame playlist is within 10 % of its `BANDWIDTH`", APPLE, "must", _i_frame_peak),
    Rule(
        "Image playlists state `EXT-X-IMAGES-ONLY`, and the tiles of each sheet: their size, grid and interval",
        IMAGES,
        "must",
        _image_tiles,
    ),
    Rule("The measured peak of an image playlist is within 10 % of its `BANDWIDTH`", IMAGES, "must", _image_peak),
    Rule("Keys have 16 bytes", RFC, "must", _keys),
    Rule(
        "Playlists of encrypted samples state the method of the files, the master playlist `EXT-X-SESSION-KEY`",
        APPLE,
        "must",
        _sample_keys,
    ),
)

DASH_RULES = (
    Rule("Static, on-demand profile, with duration and minimum buffer", IOP, "must", _profile),
    Rule(
        "Representations state bandwidth, codecs, size and rate, or sampling rate and channels; ids are distinct",
        IOP,
        "must",
        _described,
    ),
    Rule(
        "Ranges are exactly `ftyp` and `moov`, and `sidx`; the index covers all fragments", IOP, "must", _index_ranges
    ),
    Rule("Subsegments of a set begin at the same times, each with a stream access point", IOP, "must", _alignment),
    Rule("With `minBufferTime` buffered, a line of `bandwidth` never runs dry", IOP, "must", _bandwidth),
    Rule("Representations last as long as the presentation, within 0.2 s", IOP, "must", _lengths),
    Rule("One audio set has the role `main`; languages are BCP 47", IOP, "should", _roles),
    Rule("Text sets are WebVTT files", IOP, "must", _text_files),
    Rule(
        "Thumbnails are JPEG sheets for the whole presentation, of the stated size, with the grid as `thumbnail_tile`",
        IOP,
        "must",
        _thumbnails,
    ),
    Rule("The measured peak of thumbnails is within 10 % of `bandwidth`", IOP, "must", _thumbnail_bandwidth),
    Rule("Encrypted sets state the scheme and `default_KID` of their files, clear ones none", IOP, "must", _protection),
)

CMAF_RULES = (
    Rule("One track in a file, with the brand `cmfc`", CMAF, "must", _cmaf_tracks),
    Rule("Both manifests list the same tracks, for the same viewers", CMAF, "must", _same_purposes),
)


def violations(directory: Path) -> list[tuple[str, str]]:
    """The rule and what breaks it, of a published package: all its manifests."""
    return [
        (rule.rule, found) for package, rules in checks(directory) for rule in rules for found in rule.check(package)
    ]


def checks(directory: Path) -> list[tuple[Any, tuple[Rule, ...]]]:
    """The manifests of a published package, with the rules for each."""
    masters = [one for one in directory.rglob("*.m3u8") if "#EXT-X-STREAM-INF" in one.read_text(encoding="utf-8")]
    mpds = list(directory.rglob("*.mpd"))
    assert masters or mpds, "there is no package"
    packages: list[tuple[Any, tuple[Rule, ...]]] = [(Hls(one), HLS_RULES) for one in masters]
    packages += [(Dash(one), DASH_RULES) for one in mpds]
    return packages + [(Dash(one), CMAF_RULES) for one in mpds if masters]
