"""Checks of DASH and CMAF packages, for `streaming_rules`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import av
import langcodes
import m3u8

from hls_checks import DESCRIPTION, SDH, characteristics
from streaming_packages import NS, Dash, boxes, brands, byte_range, picture_size, scheme_and_key_id

_ON_DEMAND = "urn:mpeg:dash:profile:isoff-on-demand:2011"

# Each check yields a sentence for each violation.


def profile(dash: Dash) -> Iterator[str]:
    wanted = {"type": "static", "profiles": _ON_DEMAND}
    for name, value in wanted.items():
        if dash.root.get(name) != value:
            yield f"{name} is {dash.root.get(name)}"
    for name in ("mediaPresentationDuration", "minBufferTime"):
        if not re.fullmatch(r"PT[0-9.]+S", dash.root.get(name, "")):
            yield f"{name} is {dash.root.get(name)}"


def described(dash: Dash) -> Iterator[str]:
    ids = [one.get("id") for each in dash.sets for one in dash.representations(each)]
    if len(set(ids)) < len(ids):
        yield f"the ids {ids} are not distinct"
    of_kind = {"video": ("width", "height", "frameRate", "codecs"), "audio": ("audioSamplingRate", "codecs")}
    of_kind["image"] = ("width", "height")
    for adaptation in dash.sets:
        kind = adaptation.get("contentType", "")
        if not adaptation.get("mimeType"):
            yield f"a set of {kind} has no mimeType"
        most = ("par", "maxWidth", "maxHeight", "maxFrameRate") if kind == "video" else ()
        if lacking := [name for name in most if not adaptation.get(name)]:
            yield f"a set of {kind} lacks {lacking}"
        for one in dash.representations(adaptation):
            missing = [name for name in ("bandwidth", *of_kind.get(kind, ())) if not one.get(name)]
            if missing or (kind == "audio" and one.find("d:AudioChannelConfiguration", NS) is None):
                yield f"representation {one.get('id')} of {kind} lacks {missing or 'AudioChannelConfiguration'}"


def index_ranges(dash: Dash) -> Iterator[str]:
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


def alignment(dash: Dash) -> Iterator[str]:
    for adaptation in dash.timed_sets:
        if adaptation.get("subsegmentAlignment") != "true" or adaptation.get("subsegmentStartsWithSAP") != "1":
            yield f"the set {adaptation.get('id')} states no alignment"
        indexes = [dash.index(one) for one in dash.representations(adaptation)]
        if len({tuple(round(length, 3) for _, _, length, _ in index) for index in indexes}) > 1:
            yield f"the subsegments of set {adaptation.get('id')} begin at different times"
        if not all(sap for index in indexes for *_, sap in index):
            yield f"a subsegment of set {adaptation.get('id')} does not start with a stream access point"


def bandwidth(dash: Dash) -> Iterator[str]:
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


def lengths(dash: Dash) -> Iterator[str]:
    whole_s = float(dash.root.get("mediaPresentationDuration", "")[2:-1])
    for one in (each for adaptation in dash.timed_sets for each in dash.representations(adaptation)):
        own_s = sum(length for _, _, length, _ in dash.index(one))
        if abs(own_s - whole_s) > 0.2:
            yield f"{dash.file(one).name} lasts {own_s:.2f} s of {whole_s:.2f} s"


def roles(dash: Dash) -> Iterator[str]:
    sounds = [one for one in dash.sets if one.get("contentType") == "audio"]
    roles = [role.get("value") for one in sounds for role in one.findall("d:Role", NS)]
    if sounds and "main" not in roles:
        yield f"no audio is the main one: {roles}"
    for one in dash.sets:
        if (tag := one.get("lang")) and not langcodes.tag_is_valid(tag):
            yield f"a set has the language {tag}"


def text_files(dash: Dash) -> Iterator[str]:
    for adaptation in (one for one in dash.sets if one.get("contentType") == "text"):
        for one in dash.representations(adaptation):
            if not dash.file(one).read_text(encoding="utf-8").startswith("WEBVTT"):
                yield f"{dash.file(one).name} is not {adaptation.get('mimeType')}"


_TILES = "d:EssentialProperty[@schemeIdUri='http://dashif.org/guidelines/thumbnail_tile']"


def thumbnails(dash: Dash) -> Iterator[str]:
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


def thumbnail_bandwidth(dash: Dash) -> Iterator[str]:
    """The last sheet may cover less time."""
    whole_s = float(dash.root.get("mediaPresentationDuration", "")[2:-1])
    for adaptation in (one for one in dash.sets if one.get("contentType") == "image"):
        sheets = [(path, each) for path, each in dash.sheets(adaptation) if path.exists()]
        lengths_s = [min(each, whole_s - number * each) for number, (_, each) in enumerate(sheets)]
        rates = [8 * path.stat().st_size / length for (path, _), length in zip(sheets, lengths_s, strict=True)]
        for one in dash.representations(adaptation):
            if not 0.9 * int(one.get("bandwidth", "0")) <= max(rates) <= 1.1 * int(one.get("bandwidth", "0")):
                yield f"the thumbnails {one.get('id')}: bandwidth {one.get('bandwidth')}, measured {max(rates):.0f}"


def cmaf_tracks(dash: Dash) -> Iterator[str]:
    for one in (each for adaptation in dash.timed_sets for each in dash.representations(adaptation)):
        with av.open(str(dash.file(one))) as container:
            if len(container.streams) != 1:
                yield f"{dash.file(one).name} holds {len(container.streams)} tracks"
        if "cmfc" not in brands(dash.file(one).read_bytes()[:64]):
            yield f"{dash.file(one).name} lacks the brand cmfc"


_AUDIENCE = "urn:tva:metadata:cs:AudioPurposeCS:2007"
CLEAR_SPEECH = {"public.accessibility.enhances-speech-intelligibility"}
Purpose = tuple[str, str, bool, bool, bool]  # kind, language; forced, for the hard of hearing, audio description


def same_purposes(dash: Dash) -> Iterator[str]:
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
            stated = characteristics(one)
            hearing, seeing = bool(stated & (SDH | CLEAR_SPEECH)), bool(stated & DESCRIPTION)
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


def same_captions(dash: Dash) -> Iterator[str]:
    media = m3u8.load(str(dash.path.with_suffix(".m3u8"))).media
    in_hls = {one.instream_id for one in media if one.type == "CLOSED-CAPTIONS"}
    in_dash = {f"{before}{part.partition('=')[0]}" for before, part in _stated_captions(dash)}
    if in_hls != in_dash:
        yield f"the closed captions are {sorted(in_hls)} in HLS, {sorted(in_dash)} in DASH"


def _stated_captions(dash: Dash) -> Iterator[tuple[str, str]]:
    """What comes before the number in HLS, and each part of the value, by SCTE 214-1."""
    schemes = {"urn:scte:dash:cc:cea-608:2015": "", "urn:scte:dash:cc:cea-708:2015": "SERVICE"}
    for adaptation in (one for one in dash.sets if one.get("contentType") == "video"):
        for one in adaptation.findall("d:Accessibility", NS):
            if (before := schemes.get(one.get("schemeIdUri", ""))) is not None:
                yield from ((before, part) for part in one.get("value", "").split(";"))


def protection(dash: Dash) -> Iterator[str]:
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
