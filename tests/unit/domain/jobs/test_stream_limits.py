"""What no encoder, and no picture, can be: refused with the reason when it is saved."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from definitions import definition
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.templates import Library, Template, parse_template
from media_workflows.domain.templates.template import stored_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError


@pytest.mark.parametrize(
    ("streams", "problem"),
    [
        ({"video": {"edit": {"crop": {"left": "60%", "right": "40%"}}}}, "left and right cut the whole picture off"),
        ({"video": {"edit": {"crop": {"top": "-3px"}}}}, "crop.top"),
        ({"video": {"edit": {"rotate_degrees": 45}}}, "rotate_degrees"),
        ({"video": {"codec": "copy", "edit": {"flip": "vertical"}}}, "keeps the stream as it is: leave out edit"),
        ({"video": {"codec": "prores", "crf": 20}}, "codec 'prores' has its bitrate from its profile"),
        ({"video": {"codec": "prores", "gop_s": 2}}, "codec 'prores' has its bitrate from its profile"),
        ({"video": {"codec": "prores", "profile": "high"}}, "codec 'prores' has no profile 'high'"),
        ({"video": {"codec": "h264", "profile": "proxy"}}, "codec 'h264' has no profile 'proxy'"),
        ({"video": {"codec": "prores", "encoder": "qsv"}}, "encoder 'qsv' supports the codecs"),
        ({"audio": {"codec": "ac3", "channels": 8}}, "codec 'ac3' has 5.1 channels at most"),
        ({"audio": {"codec": "he-aac", "channels": 8}}, "codec 'he-aac' has 5.1 channels at most"),
        ({"audio": {"codec": "he-aac", "bitrate_kbps": 129}}, "at most 64 for each channel"),
        ({"audio": {"codec": "he-aac", "sample_rate_hz": 22_050}}, "0, 32000, 44100, 48000"),
        ({"audio": {"codec": "mp3", "channels": 8}}, "codec 'mp3' supports mono and stereo only"),
        ({"audio": {"codec": "aac", "tracks": "all", "source_language": "de"}}, "leave out source_language"),
        ({"audio": {"codec": "aac", "source_language": "German!"}}, "source_language"),
    ],
)
def test_streams_are_refused(streams: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        TranscodeParameters.model_validate({"container": "mkv", **streams})


def test_prores_needs_a_container_that_holds_it() -> None:
    with pytest.raises(ValidationError, match="container 'mp4' supports the video codecs"):
        TranscodeParameters.model_validate({"container": "mp4", "video": {"codec": "prores"}})


@pytest.mark.parametrize(
    ("streams", "field"),
    [
        ([{"video": {"edit": {"rotate_degrees": 90}}}, {"video": {"height": 360}}], "video.edit"),
        (
            [{"video": {}, "audio": {"source_language": "de"}}, {"video": {"height": 360}, "audio": {}}],
            "audio.source_language",
        ),
    ],
)
def test_the_streams_of_a_ladder_agree(streams: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(ValidationError, match=f"all streams must have the same {field}"):
        AdaptiveDynamicStreamingParameters.model_validate({"format": "hls", "streams": streams})


LONG = {"codec": "av1", "crf": 30, "max_bitrate_kbps": 1000, "buffer_s": 10.5}
FAST = {"codec": "av1", "crf": 30, "max_bitrate_kbps": 100_001}


def ladder(video: dict[str, Any]) -> dict[str, Any]:
    return {"format": "dash", "streams": [{"video": {"codec": "av1"}}, {"video": {**video, "height": 360}}]}


def own_template(kind: str, parameters: dict[str, Any]) -> Template:
    """A template that an earlier version has stored."""
    return stored_template(7_000_000, 1, {"kind": kind, "name": "old", "parameters": parameters})


@pytest.mark.parametrize(("video", "field"), [(LONG, "buffer_s"), (FAST, "max_bitrate_kbps")])
class TestWhatIsRefusedWhenSaved:
    """And is loaded, as earlier versions have stored it."""

    def problems(self, jobs: dict[str, Any], *templates: Template) -> list[str]:
        data = definition(jobs=jobs)
        assert Workflow.model_validate(data)
        with pytest.raises(DefinitionError) as refused:
            parse_workflow(data, Library(templates))
        return [problem.field for problem in refused.value.problems]

    def test_templates(self, video: dict[str, Any], field: str) -> None:
        for kind, parameters, place in (
            ("transcode", {"container": "mkv", "video": video}, "video"),
            ("adaptive_dynamic_streaming", ladder(video), "streams[1].video"),
        ):
            assert own_template(kind, parameters).parameters
            with pytest.raises(DefinitionError, match="with codec 'av1'") as refused:
                parse_template({"kind": kind, "name": "new", "parameters": parameters})
            assert [problem.field for problem in refused.value.problems] == [f"parameters.{place}.{field}"]

    def test_items(self, video: dict[str, Any], field: str) -> None:
        raw = {"parameters": {"container": "mkv", "video": video}}
        assert self.problems({"transcode": [raw]}) == [f"jobs.transcode[0].parameters.video.{field}"]
        over = {"template": 100010, "override": {"video": {**video, "bitrate_kbps": 0}}}
        assert self.problems({"transcode": [over]}) == [f"jobs.transcode[0].override.video.{field}"]
        rungs = {"adaptive_dynamic_streaming": [{"parameters": ladder(video)}]}
        assert self.problems(rungs) == [f"jobs.adaptive_dynamic_streaming[0].parameters.streams[1].video.{field}"]

    def test_items_of_a_stored_template(self, video: dict[str, Any], field: str) -> None:
        old = own_template("transcode", {"container": "mkv", "video": video})
        assert self.problems({"transcode": [{"template": old.id}]}, old) == ["jobs.transcode[0].template"]


@pytest.mark.parametrize("codec", ["av1", "h264", "h265", "vp9"])
def test_the_limits_themselves_are_valid(codec: str) -> None:
    most = {"codec": codec, "crf": 30, "max_bitrate_kbps": 100_000, "buffer_s": 10}
    more = {} if codec == "av1" else {"max_bitrate_kbps": 200_000, "buffer_s": 30}
    parameters = {"container": "mkv", "video": most | more}
    assert parse_workflow(definition(jobs={"transcode": [{"parameters": parameters}]}))


@pytest.mark.parametrize(
    "audio", [{"loudness_lufs": -16}, {"channels": 1, "channel_mix": ["0.5 0.5"]}, {"source_language": "de"}]
)
def test_a_source_cannot_stand_in_for_sound_that_is_changed(audio: dict[str, Any]) -> None:
    item = {"parameters": {"container": "mp4", "video": {}, "audio": audio}, "on_larger": "keep_source"}
    assert TranscodeItem.model_validate(item)  # as an earlier version has stored it
    with pytest.raises(DefinitionError, match="leave out loudness_lufs, channel_mix and source_language") as refused:
        parse_workflow(definition(jobs={"transcode": [item]}))
    assert [problem.field for problem in refused.value.problems] == ["jobs.transcode[0].on_larger"]
    assert parse_workflow(definition(jobs={"transcode": [{**item, "on_larger": "fail"}]}))


def test_a_source_can_stand_in_for_all_its_tracks() -> None:
    parameters = {"container": "mp4", "video": {}, "audio": {"tracks": "all", "language": "de", "channels": 0}}
    item = {"parameters": parameters, "on_larger": "keep_source"}
    assert parse_workflow(definition(jobs={"transcode": [item]}))


class TestSurroundOfAacInTransportStreams:
    """7.1 is refused when it is saved, and loaded."""

    AUDIO: ClassVar = {"codec": "aac", "channels": 8}
    REFUSED: ClassVar = [
        ("transcode", {"container": "ts"}, "audio"),
        ("transcode", {"container": "hls"}, "audio"),
        ("transcode", {"container": "hls", "segment_type": "ts-byterange"}, "audio"),
        ("adaptive_dynamic_streaming", {"format": "hls", "segment_type": "ts-segment"}, "streams[0].audio"),
    ]
    ACCEPTED: ClassVar = [
        ("transcode", {"container": "mp4"}),
        ("transcode", {"container": "hls", "segment_type": "mp4"}),
        ("adaptive_dynamic_streaming", {"format": "dash"}),
    ]

    def parameters(self, kind: str, container: dict[str, Any], audio: dict[str, Any]) -> dict[str, Any]:
        streams = {"video": {"codec": "h264"}, "audio": audio}
        return {**container, **(streams if kind == "transcode" else {"streams": [streams]})}

    @pytest.mark.parametrize(("kind", "container", "place"), REFUSED)
    def test_is_refused(self, kind: str, container: dict[str, Any], place: str) -> None:
        parameters = self.parameters(kind, container, self.AUDIO)
        data = definition(jobs={kind: [{"parameters": parameters}]})
        assert Workflow.model_validate(data)
        with pytest.raises(DefinitionError, match=r"5\.1 channels at most in MPEG-TS") as refused:
            parse_workflow(data, Library(()))
        assert [one.field for one in refused.value.problems] == [f"jobs.{kind}[0].parameters.{place}.channels"]
        with pytest.raises(DefinitionError) as template:
            parse_template({"kind": kind, "name": "new", "parameters": parameters})
        assert [one.field for one in template.value.problems] == [f"parameters.{place}.channels"]

    @pytest.mark.parametrize(("kind", "container", "place"), REFUSED)
    def test_fewer_channels_are_not(self, kind: str, container: dict[str, Any], place: str) -> None:
        for channels in (0, 6):
            parameters = self.parameters(kind, container, {"codec": "aac", "channels": channels})
            assert parse_template({"kind": kind, "name": "new", "parameters": parameters}), place

    @pytest.mark.parametrize(("kind", "container"), ACCEPTED)
    def test_other_containers_have_it(self, kind: str, container: dict[str, Any]) -> None:
        assert parse_template({"kind": kind, "name": "new", "parameters": self.parameters(kind, container, self.AUDIO)})
