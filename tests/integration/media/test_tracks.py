"""Every track of a source is in the output, or a notice names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.services.dry_run import DryRunner
from media_workflows.settings import Settings
from track_clips import TrackClips


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> TrackClips:
    return TrackClips(tmp_path_factory.mktemp("tracks"))


def run(source: Path, work_dir: Path, item: Any) -> ItemOutcome:
    (outcome,) = run_job(JobRequest(item.kind, [item], source, "in/clip", work_dir), lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


def remux(container: str, **fields: Any) -> TranscodeItem:
    parameters = {"container": container, "video": {"codec": "copy"}, "audio": {"codec": "copy", "channels": 0}}
    return TranscodeItem.model_validate({"parameters": parameters, **fields})


def tracks(outcome: ItemOutcome) -> list[tuple[str, str, str]]:
    """Type, codec and language of each track but those that hold chapters."""
    with av.open(str(outcome.files[0].path)) as container:
        return [
            (s.type, s.codec_context.codec.canonical_name if s.codec_context else "", s.language or "")
            for s in container.streams
            if s.type != "data"
        ]


def cue_times(path: Path, number: int) -> list[float]:
    """Where the cues of a subtitle track begin, in seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[number]
        texts = [one for one in container.demux(stream) if one.pts is not None and one.size > 2]  # 2: a pause in MP4
        return [round(float((one.pts or 0) * one.time_base), 2) for one in texts]


def codes(outcome: ItemOutcome) -> list[tuple[str, str, str]]:
    """Code, track type and reason (or the new codec) of each notice about a track."""
    named: list[tuple[str, str, str]] = []
    for notice in outcome.notices:
        facts = notice.parameters
        if notice.code.startswith("Track"):
            named.append((notice.code, str(facts["type"]), str(facts.get("reason", facts.get("to")))))
    return named


FILMS = [("video", "h264", ""), ("video", "h264", "")]
SOUNDS = [("audio", "aac", ""), ("audio", "aac", "fra")]


class TestRemux:
    def test_matroska_keeps_everything_but_the_cover(self, many: TrackClips, tmp_path: Path) -> None:
        outcome = run(many.many, tmp_path, remux("mkv"))
        texts = [("subtitle", "subrip", "eng"), ("subtitle", "ass", "ger")]
        assert sorted(tracks(outcome)) == sorted([*FILMS, *SOUNDS, *texts, ("attachment", "", "")])
        assert codes(outcome) == [("TrackLeftOut", "cover", "cover")]
        with av.open(str(outcome.files[0].path)) as container:
            assert [one["metadata"]["title"] for one in container.chapters()] == ["One", "Two"]
            first, second = container.streams.subtitles
            assert (first.disposition.value, second.disposition.name) == (0, "forced|hearing_impaired")

    def test_mp4_converts_text_and_keeps_the_cover(self, many: TrackClips, tmp_path: Path) -> None:
        outcome = run(many.many, tmp_path, TranscodeItem(template=875))
        found = [(kind, codec, "" if language == "und" else language) for kind, codec, language in tracks(outcome)]
        texts = [("subtitle", "mov_text", "eng"), ("subtitle", "mov_text", "ger")]
        assert sorted(found) == sorted([*FILMS, *SOUNDS, *texts, ("video", "png", "")])
        assert codes(outcome) == [
            ("TrackConverted", "subtitle", "mov_text"),
            ("TrackConverted", "subtitle", "mov_text"),
            ("TrackLeftOut", "attachment", "container"),
        ]
        with av.open(str(outcome.files[0].path)) as container:
            assert len(container.chapters()) == 2

    def test_webm_gets_webvtt(self, many: TrackClips, tmp_path: Path) -> None:
        outcome = run(many.webm_codecs, tmp_path, remux("webm"))
        kinds = [(kind, codec) for kind, codec, _ in tracks(outcome)]
        assert kinds == [("video", "vp8"), ("audio", "opus"), ("audio", "opus"), ("subtitle", "webvtt")]

    def test_a_song_keeps_its_cover_in_mp4(self, many: TrackClips, tmp_path: Path) -> None:
        outcome = run(many.song_with_cover, tmp_path, remux("mp4"))
        assert [(kind, codec) for kind, codec, _ in tracks(outcome)] == [("audio", "mp3"), ("video", "png")]

    def test_text_goes_back_to_matroska(self, many: TrackClips, tmp_path: Path) -> None:
        as_mp4 = run(many.many, tmp_path / "mp4", remux("mp4")).files[0].path
        outcome = run(as_mp4, tmp_path / "mkv", remux("mkv"))
        assert [codec for kind, codec, _ in tracks(outcome) if kind == "subtitle"] == ["subrip", "subrip"]

    def test_hls_names_what_it_leaves_out(self, many: TrackClips, tmp_path: Path) -> None:
        outcome = run(many.many, tmp_path, TranscodeItem(template=876))
        reasons = sorted((kind, reason) for _, kind, reason in codes(outcome))
        assert reasons == [
            ("attachment", "container"),
            ("audio", "one_track"),
            ("cover", "cover"),
            ("subtitle", "container"),
            ("subtitle", "container"),
            ("video", "container"),
        ]

    @pytest.mark.parametrize("container", ["mkv", "mp4"])
    def test_a_cue_behind_the_film_is_no_reason_to_reject(
        self, many: TrackClips, tmp_path: Path, container: str
    ) -> None:
        outcome = run(many.late_subtitles, tmp_path, remux(container))
        assert [kind for kind, _, _ in tracks(outcome)] == ["video", "audio", "subtitle"]

    def test_a_part_without_cues(self, many: TrackClips, tmp_path: Path) -> None:
        outcome = run(many.late_subtitles, tmp_path, remux("mp4", end_offset_s=1))
        assert [kind for kind, _, _ in tracks(outcome)][:2] == ["video", "audio"]


class TestOtherItems:
    def test_a_transcode_names_each_track(self, many: TrackClips, tmp_path: Path) -> None:
        item = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": {}, "audio": {}}})
        outcome = run(many.many, tmp_path, item)
        assert codes(outcome) == [
            ("TrackLeftOut", "video", "not_selected"),
            ("TrackLeftOut", "audio", "not_selected"),
            ("TrackLeftOut", "subtitle", "not_selected"),
            ("TrackLeftOut", "subtitle", "not_selected"),
            ("TrackLeftOut", "attachment", "not_selected"),
            ("TrackLeftOut", "cover", "cover"),
        ]
        assert outcome.notices[1].message == (
            "audio track 3 (aac, fra) is left out: this item keeps only the main track"
        )

    @pytest.mark.parametrize(
        ("container", "codecs"), [("mkv", ["subrip", "ass"]), ("mp4", ["mov_text", "mov_text"])], ids=["mkv", "mp4"]
    )
    def test_a_transcode_keeps_texts(self, many: TrackClips, tmp_path: Path, container: str, codecs: list[str]) -> None:
        """With their languages, dispositions and times; no picture is lost and no cue added."""
        parameters = {"container": container, "video": {"width": 160}, "audio": {}, "subtitles": "source"}
        outcome = run(many.many, tmp_path, TranscodeItem.model_validate({"parameters": parameters}))
        found = [track for track in tracks(outcome) if track[0] == "subtitle"]
        assert found == [("subtitle", codec, language) for codec, language in zip(codecs, ("eng", "ger"), strict=True)]
        assert "subtitle" not in [kind for code, kind, _ in codes(outcome) if code == "TrackLeftOut"]
        with av.open(str(outcome.files[0].path)) as made:
            flags = [str(one.disposition.name) for one in made.streams.subtitles]
        assert [("forced" in one, "hearing_impaired" in one) for one in flags] == [(False, False), (True, True)]
        assert [cue_times(outcome.files[0].path, number) for number in (0, 1)] == [
            cue_times(many.many, number) for number in (0, 1)
        ]

    def test_a_dry_run_names_them_too(self, many: TrackClips) -> None:
        data = {
            "name": "a",
            "trigger": {"bucket": "media-input"},
            "output": {"bucket": "media-output"},
            "jobs": {"transcode": [{"template": 875}]},
        }
        workflow = resolved(parse_workflow(data), PRESET_LIBRARY)
        (job,) = DryRunner(workflow, tasks=(), calibrate=False).of_file(many.many, "in/many.mkv").jobs
        assert [notice.code for notice in job.items[0].notices] == ["TrackConverted", "TrackConverted", "TrackLeftOut"]

    def test_a_sound_alone_names_other_sounds_only(self, many: TrackClips, tmp_path: Path) -> None:
        item = TranscodeItem.model_validate({"parameters": {"container": "mp3", "audio": {"codec": "mp3"}}})
        assert codes(run(many.many, tmp_path, item)) == [("TrackLeftOut", "audio", "not_selected")]

    @pytest.mark.parametrize(("subtitles", "left_out"), [("none", 2), ("source", 0)])
    def test_a_ladder(self, many: TrackClips, tmp_path: Path, subtitles: str, left_out: int) -> None:
        stream = {"video": {"codec": "h264", "height": 128}, "audio": {"codec": "aac"}}
        parameters = {"format": "hls", "streams": [stream], "subtitles": subtitles}
        item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
        kinds = [kind for _, kind, _ in codes(run(many.many, tmp_path, item))]
        assert kinds == ["video", "audio", *["subtitle"] * left_out, "attachment", "cover"]
