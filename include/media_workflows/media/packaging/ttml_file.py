"""Cues as a TTML file of the profile IMSC 1.1 Text: styles, voices, languages, regions and direction."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

from ttconv.style_properties import LengthType, TextAlignType
from ttconv.vtt.reader import make_region_params

from media_workflows.media.packaging.caption_text import CaptionFile, CaptionText, clock
from media_workflows.media.source.subtitles.ttml_cues import DEFAULT_REGION
from media_workflows.media.source.subtitles.webvtt_runs import Run

_TT = "http://www.w3.org/ns/ttml"
# Prefixes are written out: those that ElementTree registers hold for every document of the process.
_NAMESPACES = {
    "xmlns": _TT,
    "xmlns:ttp": f"{_TT}#parameter",
    "xmlns:tts": f"{_TT}#styling",
    "xmlns:ttm": f"{_TT}#metadata",
}
_PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
# White on black at 80 % of the size of a line of 15, as CTA-608 decoders and most players draw captions.
_BODY = {
    "fontFamily": "proportionalSansSerif",
    "fontSize": "80%",
    "lineHeight": "125%",
    "color": "white",
}
_RIGHT_TO_LEFT = frozenset({"R", "AL"})  # bidirectional classes of Unicode


def ttml_file(texts: list[CaptionText], language: str) -> CaptionFile:
    """The file; `language` is BCP 47, '' = unknown."""
    return _Document(language).written(texts)


class _Document:
    def __init__(self, language: str) -> None:
        self.root = ElementTree.Element("tt", {**_NAMESPACES, "xml:lang": language})
        self.root.set("xml:space", "preserve")
        self.root.set("ttp:contentProfiles", _PROFILE)
        self.root.set("ttp:cellResolution", "32 15")
        head = self._child(self.root, "head")
        self.metadata = self._child(head, "metadata")
        styling = self._child(head, "styling")
        self._child(styling, "style", {"xml:id": "captions", **_styling(_BODY)})
        self.layout = self._child(head, "layout")
        self.agents: dict[str, str] = {}
        self.regions: dict[str, str] = {}
        self.lost: set[str] = set()

    def written(self, texts: list[CaptionText]) -> CaptionFile:
        body = self._child(self.root, "body", {"style": "captions"})
        division = self._child(body, "div")
        for one in texts:
            self._add(division, one)
            self.lost |= one.runs.lost
        text = ElementTree.tostring(self.root, encoding="unicode", xml_declaration=False)
        return CaptionFile(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', frozenset(self.lost))

    def _add(self, division: ElementTree.Element, one: CaptionText) -> None:
        times = {"begin": clock(one.start_s), "end": clock(one.end_s)}
        paragraph = self._child(division, "p", {**times, "region": self._region(one.settings)})
        if _from_right(one.runs.text):
            paragraph.set("tts:direction", "rtl")
        voices = {run.voice for run in one.runs.runs if run.text.strip()}
        single = next(iter(voices)) if len(voices) == 1 else ""
        if single:
            paragraph.set("ttm:agent", self._agent(single))
        for run in one.runs.runs:
            self._add_run(paragraph, run, "" if single else run.voice)

    def _add_run(self, paragraph: ElementTree.Element, run: Run, voice: str) -> None:
        style = run.style
        attributes = _styling(
            {
                "fontWeight": "bold" if style.bold else "",
                "fontStyle": "italic" if style.italic else "",
                "textDecoration": "underline" if style.underlined else "",
                "color": f"#{style.colour.lower()}" if style.colour else "",
            }
        )
        attributes |= {"ttm:agent": self._agent(voice)} if voice else {}
        attributes |= {"xml:lang": run.language} if run.language else {}
        span = self._child(paragraph, "span", attributes)
        first, *others = map(_valid, run.text.split("\n"))
        span.text = first
        for line in others:
            self._child(span, "br").tail = line

    def _agent(self, voice: str) -> str:
        """The id of who speaks."""
        if voice not in self.agents:
            self.agents[voice] = f"a{len(self.agents) + 1}"
            attributes = {"xml:id": self.agents[voice], "type": "person"}
            agent = ElementTree.SubElement(self.metadata, "ttm:agent", attributes)
            ElementTree.SubElement(agent, "ttm:name", {"type": "full"}).text = _valid(voice)
        return self.agents[voice]

    def _region(self, settings: str) -> str:
        """The id of the region of cues with these settings."""
        if settings not in self.regions:
            self.regions[settings] = f"r{len(self.regions) + 1}"
            values = dict(one.partition(":")[::2] for one in settings.split())
            self.lost |= {"regions of WebVTT"} if values.pop("region", "") else set()
            shown = _placed(values) if values else DEFAULT_REGION
            self._child(self.layout, "region", {"xml:id": self.regions[settings], **_styling(shown)})
        return self.regions[settings]

    def _child(
        self, parent: ElementTree.Element, name: str, attributes: dict[str, str] | None = None
    ) -> ElementTree.Element:
        return ElementTree.SubElement(parent, name, attributes or {})


def _styling(values: dict[str, str]) -> dict[str, str]:
    return {f"tts:{name}": value for name, value in values.items() if value}


def _placed(values: dict[str, str]) -> dict[str, str]:
    """The styling of a region for WebVTT settings, as the W3C's mapping of WebVTT to TTML has it."""
    if "line" not in values:  # the bottom, as players show it; the mapping would be the last line alone
        values = {**values, "line": "90%,end"}
    region = make_region_params(values)
    assert region.origin is not None
    assert region.extent is not None
    align = region.text_align.value if region.text_align else TextAlignType.center.value
    return {
        "origin": f"{_length(region.origin.x)} {_length(region.origin.y)}",
        "extent": f"{_length(region.extent.width)} {_length(region.extent.height)}",
        "displayAlign": region.display_align.value if region.display_align else "",
        "textAlign": align,
        "writingMode": region.writing_mode.value if "vertical" in values and region.writing_mode else "",
    }


def _length(length: LengthType) -> str:
    return f"{float(length.value):g}%"


def _from_right(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    classes = (unicodedata.bidirectional(char) for char in text)
    return next((one in _RIGHT_TO_LEFT for one in classes if one in _RIGHT_TO_LEFT or one == "L"), False)


def _valid(text: str) -> str:
    """The text without control characters, which XML cannot hold."""
    return "".join(char for char in text if char >= " " or char == "\t")
