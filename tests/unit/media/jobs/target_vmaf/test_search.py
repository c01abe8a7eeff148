"""Rounds of probes of several renditions; the encodes are the test's own."""

from __future__ import annotations

from collections.abc import Mapping

from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import EncodeError, LimitExceededError, MediaError
from media_workflows.media.jobs.sample import Part
from media_workflows.media.jobs.target_vmaf.choice import RANGES, Choice, Probe
from media_workflows.media.jobs.target_vmaf.notices import NOT_TRIED, notice_of
from media_workflows.media.jobs.target_vmaf.search import Found, Rendition, RenditionId, search, unprobed

Asked = Mapping[RenditionId, tuple[Rendition, int]]


def rendition(target: float = 93, codec: str = "h264", most_probes: int = 4) -> Rendition:
    item = TranscodeItem.model_validate(
        {"parameters": {"container": "mkv", "video": {"codec": codec, "target_vmaf": target}}}
    )
    return Rendition(item, codec, target, (Part(0, 1),), most_probes)


class Encodes:
    """Renditions whose quality falls by one for each step of crf; `offsets` is that of crf 0."""

    def __init__(self, **offsets: float | MediaError) -> None:
        self.offsets = offsets
        self.rounds: list[list[int]] = []

    def __call__(self, asked: Asked) -> dict[RenditionId, Probe | MediaError]:
        self.rounds.append([crf for _, crf in asked.values()])
        return {id_: self._probe(rendition, crf) for id_, (rendition, crf) in asked.items()}

    def _probe(self, rendition: Rendition, crf: int) -> Probe | MediaError:
        offset = self.offsets[rendition.codec]
        return offset if isinstance(offset, MediaError) else Probe(crf, offset - crf, 100)


def test_renditions_are_probed_together() -> None:
    encodes = Encodes(h264=116.0, h265=125.0)
    found = search({(0, None): rendition(), (1, None): rendition(codec="h265")}, encodes)
    assert {id_: one.choice for id_, one in found.items()} == {
        (0, None): Choice(23, 93.0),
        (1, None): Choice(32, 93.0),
    }
    assert len(encodes.rounds[0]) == 2
    assert [len(asked) for asked in encodes.rounds[1:]] == [1] * (len(encodes.rounds) - 1)


def test_the_number_of_probes_is_bounded() -> None:
    encodes = Encodes(h264=140.0)
    (found,) = search({(0, 0): rendition(most_probes=2)}, encodes).values()
    assert len(encodes.rounds) == len(found.probes) == 2
    assert found.choice.crf == max(crf for (crf,) in encodes.rounds) + 2


def test_a_rendition_that_cannot_be_probed_gets_a_usual_crf_and_says_so() -> None:
    failing = EncodeError("ffmpeg failed with exit code 1:\n{output}", output="Invalid data found\nmore")
    encodes = Encodes(h264=failing, h265=118.0)
    found = search({(0, None): rendition(), (1, None): rendition(codec="h265")}, encodes)
    assert found[0, None] == Found(Choice(RANGES["h264"].start, 93), (), "Invalid data found")
    assert found[1, None].choice.crf == 25
    notice = notice_of(rendition(), None, found[0, None])
    assert (notice.code, notice.parameters["reason"]) == ("CrfNotProbed", "probe_failed")
    assert notice.message == "h264: crf 23 for VMAF 93 is not from probe encodes: they failed: Invalid data found"


def test_without_a_trial_the_crf_follows_the_target() -> None:
    crfs = [unprobed(rendition(target), NOT_TRIED).choice.crf for target in (98, 93, 80, 40)]
    assert crfs == sorted(crfs)
    assert len(set(crfs)) == 4
    notice = notice_of(rendition(), 2, unprobed(rendition(), NOT_TRIED))
    assert (
        notice.message == "h264 #2: crf 23 for VMAF 93 is not from probe encodes: a dry run without trials makes none"
    )


def test_a_probe_that_fails_after_another_is_named() -> None:
    """The target is not called out of reach: the search was cut off."""
    asked: list[Asked] = []

    def fails_at_the_second(what: Asked) -> dict[RenditionId, Probe | MediaError]:
        asked.append(what)
        limit = LimitExceededError("ffmpeg needed more than 1 GB")
        return {id_: limit if asked[1:] else Probe(crf, 80.0, 100) for id_, (_, crf) in what.items()}

    (found,) = search({(0, None): rendition()}, fails_at_the_second).values()
    assert len(asked) == 2
    assert found.choice.misses(93, found.probes)
    notice = notice_of(rendition(), None, found)
    assert (notice.code, notice.parameters["probes"]) == ("ProbesCutOff", "23 = 80.0")
    assert notice.parameters["cause"] == "ffmpeg needed more than 1 GB"
    assert notice.message.endswith("may be another one next time: ffmpeg needed more than 1 GB")


def test_what_is_said_of_a_crf() -> None:
    probes = (Probe(20, 96.04, 100), Probe(26, 91.0, 100))
    notice = notice_of(rendition(), None, Found(Choice(24, 92.7), probes))
    assert notice.code == "CrfChosen"
    assert notice.message == "h264: crf 24 for VMAF 93, expected 92.7 (probes: crf 20 = 96.0, 26 = 91.0)"
    missed = notice_of(rendition(), None, Found(Choice(14, 80.0), (Probe(14, 80.0, 9),)))
    assert missed.code == "TargetVmafMissed"
    assert missed.parameters == {"rendition": "h264", "crf": 14, "target": 93, "expected": 80.0, "probes": "14 = 80.0"}
