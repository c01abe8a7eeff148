"""The DASH manifest, on-demand profile (ISO/IEC 23009-1): a file for each representation, with an index in front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from xml.etree import ElementTree

from media_workflows.media.packaging.labels import Label
from media_workflows.media.packaging.protection import Protection
from media_workflows.media.packaging.stream_stats import CEA_708_SERVICE, StreamStats, caption_channels
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.packaging.thumbnail_entry import ThumbnailEntry

_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
_PROFILE = "urn:mpeg:dash:profile:isoff-on-demand:2011"
_ROLE_SCHEME = "urn:mpeg:dash:role:2011"
_AUDIO_PURPOSE_SCHEME = "urn:tva:metadata:cs:AudioPurposeCS:2007"  # as DVB-DASH signals accessibility
_FOR_VISUALLY_IMPAIRED, _FOR_HARD_OF_HEARING = "1", "2"
_TILE_SCHEME = "http://dashif.org/guidelines/thumbnail_tile"  # DASH-IF IOP 4.3, section 6.2.6
# SCTE 214-1: channel (CEA-608) or service (CEA-708), and an ISO 639-2 language; the stream does not state it.
_CEA_608_SCHEME, _CEA_708_SCHEME = "urn:scte:dash:cc:cea-608:2015", "urn:scte:dash:cc:cea-708:2015"
_UNKNOWN_LANGUAGE = "und"
_CHANNELS_SCHEME = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"


@dataclass(frozen=True)
class Representation:
    """A video or audio representation. `label` and `group` are set on audio, as in HLS; `number` orders them.

    `initialization` and `index` are the byte ranges 'first-last' of these sections.
    """

    uri: str
    stats: StreamStats
    initialization: str
    index: str
    number: int
    label: Label | None = None
    group: str = ""

    @property
    def set_key(self) -> tuple[object, ...]:
        """The adaptation set, within which players switch: same track, same kind of codec."""
        return self.label, self.stats.codecs[0].split(".")[0], self.stats.channels


def mpd(
    representations: Sequence[Representation],
    texts: Sequence[SubtitleEntry],
    duration_s: float,
    segment_s: float,
    protection: Protection | None = None,
    thumbnails: ThumbnailEntry | None = None,
) -> str:
    """The manifest's text. `segment_s` is the longest segment, which players buffer before they start.

    `protection` is that of all representations.
    """
    root = ElementTree.Element(
        "MPD",
        {
            "xmlns": _NAMESPACE,
            "profiles": _PROFILE,
            "type": "static",
            "mediaPresentationDuration": _duration(duration_s),
            "minBufferTime": _duration(segment_s),
        },
    )
    period = ElementTree.SubElement(root, "Period", {"id": "0", "start": "PT0S"})
    ids = count()
    for members in _sets(representations):
        _add_set(period, members, ids, protection)
    for text in texts:
        _add_text(period, text, ids)
    if thumbnails:
        _add_thumbnails(period, thumbnails, next(ids))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _sets(representations: Iterable[Representation]) -> list[list[Representation]]:
    found: dict[tuple[object, ...], list[Representation]] = {}
    for one in representations:
        found.setdefault(one.set_key, []).append(one)
    return list(found.values())


def _add_set(
    period: ElementTree.Element, members: list[Representation], ids: count[int], protection: Protection | None
) -> None:
    kind = "video" if members[0].stats.picture else "audio"
    adaptation = ElementTree.SubElement(
        period,
        "AdaptationSet",
        {
            "id": str(len(period)),
            "contentType": kind,
            "mimeType": f"{kind}/mp4",
            "subsegmentAlignment": "true",
            "subsegmentStartsWithSAP": "1",
            **_most(members),
            **_language(members[0].label),
        },
    )
    adaptation.extend(protection.elements() if protection else ())  # first, by the schema's order
    for scheme, value in _closed_captions(members):
        ElementTree.SubElement(adaptation, "Accessibility", {"schemeIdUri": scheme, "value": value})
    if members[0].label:
        _describe(adaptation, members[0].label, _audio_role(members[0].label))
    for member in members:
        _add_representation(adaptation, member, next(ids))


def _most(members: Sequence[Representation]) -> dict[str, str]:
    """Aspect ratio, largest size and rate of pictures, by which players choose a set (DASH-IF IOP 4.3, 3.2.4)."""
    pictures = [one.stats.picture for one in members if one.stats.picture]
    if not pictures:
        return {}
    largest = max(pictures, key=lambda one: one.width * one.height)
    across, _, down = largest.pixel_aspect.partition(":")
    aspect = Fraction(largest.width * int(across), largest.height * int(down))
    return {
        "par": f"{aspect.numerator}:{aspect.denominator}",
        "maxWidth": str(max(one.width for one in pictures)),
        "maxHeight": str(max(one.height for one in pictures)),
        "maxFrameRate": _frame_rate(max(one.fps for one in pictures)),
    }


def _frame_rate(fps: float) -> str:
    return str(Fraction(fps).limit_denominator(1001))


def _closed_captions(members: Sequence[Representation]) -> Iterator[tuple[str, str]]:
    """Scheme and value of the closed captions that any member carries."""
    found = caption_channels(one.stats for one in members)
    services = [one.removeprefix(CEA_708_SERVICE) for one in found if one.startswith(CEA_708_SERVICE)]
    channels = [one for one in found if not one.startswith(CEA_708_SERVICE)]
    if channels:
        yield _CEA_608_SCHEME, ";".join(f"{one}={_UNKNOWN_LANGUAGE}" for one in channels)
    if services:
        yield _CEA_708_SCHEME, ";".join(f"{one}=lang:{_UNKNOWN_LANGUAGE}" for one in services)


def _add_representation(adaptation: ElementTree.Element, member: Representation, number: int) -> None:
    stats = member.stats
    attributes = {"id": str(number), "bandwidth": str(stats.peak_bps), "codecs": ",".join(stats.codecs)}
    if stats.picture:
        attributes |= {"width": str(stats.picture.width), "height": str(stats.picture.height)}
        attributes |= {"sar": stats.picture.pixel_aspect, "frameRate": _frame_rate(stats.picture.fps)}
    else:
        attributes |= {"audioSamplingRate": str(stats.sample_rate_hz)}
    representation = ElementTree.SubElement(adaptation, "Representation", attributes)
    if stats.channels:
        channels = {"schemeIdUri": _CHANNELS_SCHEME, "value": str(stats.channels)}
        ElementTree.SubElement(representation, "AudioChannelConfiguration", channels)
    ElementTree.SubElement(representation, "BaseURL").text = member.uri
    base = ElementTree.SubElement(representation, "SegmentBase", {"indexRange": member.index})
    ElementTree.SubElement(base, "Initialization", {"range": member.initialization})


def _add_text(period: ElementTree.Element, text: SubtitleEntry, ids: count[int]) -> None:
    attributes = {"id": str(len(period)), "contentType": "text", "mimeType": "text/vtt", **_language(text.label)}
    adaptation = ElementTree.SubElement(period, "AdaptationSet", attributes)
    _describe(adaptation, text.label, _text_role(text.label))
    attributes = {"id": str(next(ids)), "bandwidth": str(text.peak_bps)}
    ElementTree.SubElement(ElementTree.SubElement(adaptation, "Representation", attributes), "BaseURL").text = text.uri


def _add_thumbnails(period: ElementTree.Element, entry: ThumbnailEntry, number: int) -> None:
    """The sheets by their numbers: the time of each is known, so that no index is needed."""
    attributes = {"id": str(len(period)), "contentType": "image", "mimeType": "image/jpeg"}
    adaptation = ElementTree.SubElement(period, "AdaptationSet", attributes)
    template = {"media": entry.uri, "duration": str(entry.sheet_s), "startNumber": "0"}
    ElementTree.SubElement(adaptation, "SegmentTemplate", template)
    size = {"width": str(entry.sheet.width), "height": str(entry.sheet.height)}
    attributes = {"id": str(number), "bandwidth": str(entry.peak_bps), **size}
    representation = ElementTree.SubElement(adaptation, "Representation", attributes)
    ElementTree.SubElement(representation, "EssentialProperty", {"schemeIdUri": _TILE_SCHEME, "value": entry.grid})


def _describe(adaptation: ElementTree.Element, label: Label, role: str) -> None:
    """Add label, accessibility and role, in the schema's order of elements."""
    ElementTree.SubElement(adaptation, "Label").text = label.name
    for scheme, value in _accessibility(label):
        ElementTree.SubElement(adaptation, "Accessibility", {"schemeIdUri": scheme, "value": value})
    ElementTree.SubElement(adaptation, "Role", {"schemeIdUri": _ROLE_SCHEME, "value": role})


def _accessibility(label: Label) -> Iterator[tuple[str, str]]:
    """Scheme and value of the track's audience."""
    if label.purpose.visual_impaired:
        yield _ROLE_SCHEME, "description"
        yield _AUDIO_PURPOSE_SCHEME, _FOR_VISUALLY_IMPAIRED
    if label.purpose.hearing_impaired:
        yield _AUDIO_PURPOSE_SCHEME, _FOR_HARD_OF_HEARING


def _audio_role(label: Label) -> str:
    if label.purpose.commentary:
        return "commentary"
    return "main" if label.default else "alternate"


def _text_role(label: Label) -> str:
    """The role of a text track by ISO/IEC 23009-1: captions describe sounds, subtitles translate."""
    if label.purpose.forced:
        return "forced-subtitle"
    if label.purpose.commentary:
        return "commentary"
    return "caption" if label.purpose.hearing_impaired else "subtitle"


def _language(label: Label | None) -> dict[str, str]:
    return {"lang": label.language} if label and label.language else {}


def _duration(seconds: float) -> str:
    return f"PT{seconds:.3f}S"
