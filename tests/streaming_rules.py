"""The rules for streams on demand of Apple's HLS authoring specification, RFC 8216 and DASH-IF, each with its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import dash_checks
import hls_checks
from streaming_packages import Dash, Hls


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
        hls_checks.attributes,
    ),
    Rule("`EXT-X-INDEPENDENT-SEGMENTS` in the master playlist", APPLE, "must", hls_checks.independent),
    Rule("Playlists are `VOD` and end with `EXT-X-ENDLIST`", APPLE, "must", hls_checks.vod),
    Rule("No segment, rounded, exceeds the target duration", RFC, "must", hls_checks.target),
    Rule("Audio and video have the same target duration", APPLE, "must", hls_checks.same_target),
    Rule("All playlists cover the same time, within 0.2 s", APPLE, "must", hls_checks.same_length),
    Rule("The measured peak is within 10 % of `BANDWIDTH`", APPLE, "must", hls_checks.peak),
    Rule("The measured average is within 10 % of `AVERAGE-BANDWIDTH`", APPLE, "must", hls_checks.average),
    Rule("Video segments start with a key frame", APPLE, "must", hls_checks.starts_with_key),
    Rule("A key frame every 2 s", APPLE, "should", hls_checks.key_interval),
    Rule("At most 60 frames per second", APPLE, "must", hls_checks.frame_rate),
    Rule("HEVC is in fragmented MP4, as `hvc1`", APPLE, "must", hls_checks.hevc),
    Rule("H.264 is at most High profile, level 4.2", APPLE, "must", hls_checks.avc_level),
    Rule("`EXT-X-VERSION` covers the tags in use", RFC, "must", hls_checks.version),
    Rule(
        "Names are distinct within a group, groups of a type have the same tracks, one default at most",
        RFC,
        "must",
        hls_checks.names,
    ),
    Rule(
        "Defaults are `AUTOSELECT`, subtitles state `FORCED`, audio states `CHANNELS`, languages are BCP 47",
        APPLE,
        "must",
        hls_checks.selection,
    ),
    Rule("Each audio, subtitle and caption track states its `LANGUAGE`", APPLE, "must", hls_checks.languages),
    Rule(
        "Subtitles for the hard of hearing and audio descriptions state `CHARACTERISTICS`, and are `AUTOSELECT`",
        APPLE,
        "must",
        hls_checks.accessibility,
    ),
    Rule("Subtitles alone state `FORCED`, and forced ones are `AUTOSELECT`", APPLE, "should", hls_checks.forced),
    Rule(
        "`AUTOSELECT` tracks of a group differ in language, `FORCED` or `CHARACTERISTICS`",
        RFC,
        "should",
        hls_checks.distinct_choices,
    ),
    Rule("Caption groups are declared, or `CLOSED-CAPTIONS=NONE`", RFC, "must", hls_checks.captions),
    Rule("WebVTT states `X-TIMESTAMP-MAP`", APPLE, "must", hls_checks.webvtt),
    Rule(
        "Each range of an I-frame playlist holds one key frame, which decodes alone", RFC, "must", hls_checks.i_frames
    ),
    Rule(
        "The measured peak of an I-frame playlist is within 10 % of its `BANDWIDTH`",
        APPLE,
        "must",
        hls_checks.i_frame_peak,
    ),
    Rule(
        "Image playlists state `EXT-X-IMAGES-ONLY`, and the tiles of each sheet: their size, grid and interval",
        IMAGES,
        "must",
        hls_checks.image_tiles,
    ),
    Rule(
        "The measured peak of an image playlist is within 10 % of its `BANDWIDTH`",
        IMAGES,
        "must",
        hls_checks.image_peak,
    ),
    Rule("Keys have 16 bytes", RFC, "must", hls_checks.keys),
    Rule(
        "Playlists of encrypted samples state the method of the files, the master playlist `EXT-X-SESSION-KEY`",
        APPLE,
        "must",
        hls_checks.sample_keys,
    ),
)

DASH_RULES = (
    Rule("Static, on-demand profile, with duration and minimum buffer", IOP, "must", dash_checks.profile),
    Rule(
        "Representations state bandwidth, codecs, size and rate, or sampling rate and channels; ids are distinct",
        IOP,
        "must",
        dash_checks.described,
    ),
    Rule(
        "Ranges are exactly `ftyp` and `moov`, and `sidx`; the index covers all fragments",
        IOP,
        "must",
        dash_checks.index_ranges,
    ),
    Rule(
        "Subsegments of a set begin at the same times, each with a stream access point",
        IOP,
        "must",
        dash_checks.alignment,
    ),
    Rule("With `minBufferTime` buffered, a line of `bandwidth` never runs dry", IOP, "must", dash_checks.bandwidth),
    Rule("Representations last as long as the presentation, within 0.2 s", IOP, "must", dash_checks.lengths),
    Rule("One audio set has the role `main`; languages are BCP 47", IOP, "should", dash_checks.roles),
    Rule("Text sets are WebVTT files", IOP, "must", dash_checks.text_files),
    Rule(
        "Thumbnails are JPEG sheets for the whole presentation, of the stated size, with the grid as `thumbnail_tile`",
        IOP,
        "must",
        dash_checks.thumbnails,
    ),
    Rule("The measured peak of thumbnails is within 10 % of `bandwidth`", IOP, "must", dash_checks.thumbnail_bandwidth),
    Rule(
        "Encrypted sets state the scheme and `default_KID` of their files, clear ones none",
        IOP,
        "must",
        dash_checks.protection,
    ),
)

CMAF_RULES = (
    Rule("One track in a file, with the brand `cmfc`", CMAF, "must", dash_checks.cmaf_tracks),
    Rule("Both manifests list the same tracks, for the same viewers", CMAF, "must", dash_checks.same_purposes),
    Rule("Both manifests list the same closed captions", CMAF, "must", dash_checks.same_captions),
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
