"""Files of broadcasters, recorders and players' collections: each is processed, or refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from av.video.frame import VideoFrame

from clips import Clips
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import SourceClockError, UndecodableError, UnreadableSourceError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.source.formats import DEMUXERS
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from pixels import frames, pixel


def outcome(source: Path, work_dir: Path, item: JobItem[Any]) -> ItemOutcome:
    return run_job(JobRequest(item.kind, [item], source, "in/clip", work_dir), lambda _: None, Settings()).items[0]


def mp4(**more: Any) -> TranscodeItem:
    video = {"codec": "h264", "height": 128}
    return TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video, "audio": {}, **more}})


def picture_at(*offsets: str) -> SnapshotByTimeOffsetItem:
    return SnapshotByTimeOffsetItem.model_validate({"parameters": {"format": "png"}, "time_offsets": offsets})


class TestTagsAndSideData:
    @pytest.mark.parametrize(("name", "codec"), [("dts_without_descriptor", "dts"), ("aac_in_avi", "aac")])
    def test_codec_tags_that_are_numbers(self, clips: Clips, tmp_path: Path, name: str, codec: str) -> None:
        source = getattr(clips, name)
        assert [track.codec for track in probe(source).audio] == [codec]
        made = outcome(source, tmp_path, mp4())
        assert made.error is None
        assert (made.files[0].info.video.codec, made.files[0].info.audio[0].codec) == ("h264", "aac")

    def test_side_data_of_an_unknown_kind(self, clips: Clips, tmp_path: Path) -> None:
        assert probe(clips.motion_jpeg_with_exif).video.hdr == ""
        assert outcome(clips.motion_jpeg_with_exif, tmp_path, mp4()).error is None


AC4 = "audio stream 1 (ac4, eng) cannot be decoded here: there is no decoder for it"
ZZZZ = "video stream 0 (zzzz) cannot be decoded here: there is no decoder for it"
LATE = "audio stream 1 (aac) starts too late in the file to be detected"


class TestUndecodable:
    """Before, such a stream was dropped: sound alone was published as success, and pictures had "no video"."""

    def test_the_probe_names_it(self, clips: Clips) -> None:
        (picture,), (sound,) = probe(clips.unknown_picture).other, probe(clips.ac4_sound).other
        assert (picture.index, picture.type, picture.tag, picture.reason) == (0, "video", "zzzz", "NoDecoder")
        assert (sound.index, sound.type, sound.codec, sound.language) == (1, "audio", "ac4", "eng")
        assert probe(clips.plain).other == ()

    @pytest.mark.parametrize(
        ("name", "item", "cause"),
        [
            ("unknown_picture", mp4(), ZZZZ),
            ("unknown_picture", picture_at("50%"), ZZZZ),
            ("ac4_sound", mp4(), AC4),
            ("ac4_sound", mp4(container="mp3", video=None, audio={"codec": "mp3"}), AC4),
            ("late_sound", mp4(), LATE),
        ],
    )
    def test_a_job_that_needs_it_fails_and_says_what_it_is(
        self, clips: Clips, tmp_path: Path, name: str, item: JobItem[Any], cause: str
    ) -> None:
        error = outcome(getattr(clips, name), tmp_path, item).error
        assert isinstance(error, UndecodableError)
        assert str(error).startswith(f"the source has no {cause.split()[0]} that can be decoded: {cause}; ")

    @pytest.mark.parametrize(
        ("name", "item", "code", "cause"),
        [
            ("unknown_picture", mp4(container="m4a", video=None), "StreamUndecodable", ZZZZ),
            ("ac4_sound", mp4(audio=None), "StreamUndecodable", AC4),
            ("late_sound", mp4(audio=None), "TrackLeftOut", LATE),
        ],
    )
    def test_a_job_that_can_do_without_names_it(
        self, clips: Clips, tmp_path: Path, name: str, item: JobItem[Any], code: str, cause: str
    ) -> None:
        made = outcome(getattr(clips, name), tmp_path, item)
        assert made.error is None
        assert [(one.code, one.message) for one in made.notices] == [(code, f"{cause}; it is left out")]

    def test_a_damaged_track_beside_a_good_one_is_named(self, clips: Clips, tmp_path: Path) -> None:
        notices = outcome(clips.default_sound_is_damaged, tmp_path, mp4()).notices
        assert [(one.code, one.parameters["index"]) for one in notices if one.code == "StreamUndecodable"] == [
            ("StreamUndecodable", 1)
        ]

    def test_pictures_do_not_miss_sound(self, clips: Clips, tmp_path: Path) -> None:
        assert outcome(clips.ac4_sound, tmp_path, picture_at("0s")).notices == ()

    def test_a_complete_file_of_it_alone_is_not_incomplete(self, clips: Clips) -> None:
        with pytest.raises(UnreadableSourceError, match=r"audio stream 0 \(ac4\) cannot be decoded here"):
            probe(clips.only_ac4_sound)


class TestClock:
    @pytest.mark.parametrize("name", ["counting_joined_ts", "counting_joined_ps"])
    def test_joined_recordings_are_one_piece_and_it_is_said(self, clips: Clips, tmp_path: Path, name: str) -> None:
        made = outcome(getattr(clips, name), tmp_path, mp4())
        assert made.error is None
        assert made.files[0].info.duration_s == pytest.approx(18, abs=0.2)
        (notice,) = made.notices
        assert (notice.code, notice.parameters) == ("SourceClockCorrected", {"corrections": 1})

    @pytest.mark.parametrize("item", [mp4(), picture_at("50%")])
    def test_a_damaged_timestamp_does_not_become_minutes_of_silence(
        self, clips: Clips, tmp_path: Path, item: JobItem[Any]
    ) -> None:
        with pytest.raises(SourceClockError, match=r"stream 1 jump from 0\.9 s to 1040\.0 s, .* lasts 2\.0 s"):
            outcome(clips.jumping_flv, tmp_path, item)


MOVING = ["animated_gif", "animated_png", "bare_h264", "bare_h265", "bare_mpeg4", "ivf"]


def luma(frame: VideoFrame) -> float:
    """Of the middle, 16 to 235."""
    return 16 + pixel(frame, 0.5, 0.5)[1] * 219 / 255


class TestFormats:
    @pytest.mark.parametrize("name", MOVING)
    def test_animations_and_bare_streams_become_mp4(self, clips: Clips, tmp_path: Path, name: str) -> None:
        source = getattr(clips, name)
        assert (probe(source).duration_s, probe(source).video.fps) == (pytest.approx(2, abs=0.11), 10)
        made = outcome(source, tmp_path, mp4())
        assert made.error is None
        shown = frames(made.files[0].path)
        assert made.files[0].info.duration_s == pytest.approx(2, abs=0.11)
        assert [luma(frame) for frame in shown] == pytest.approx([16 + 10 * n for n in range(20)], abs=5)

    @pytest.mark.parametrize("name", MOVING)
    def test_pictures_are_of_their_moment(self, clips: Clips, tmp_path: Path, name: str) -> None:
        made = outcome(getattr(clips, name), tmp_path, picture_at("0.3s", "1.2s", "100%"))
        assert made.error is None
        assert [luma(frames(file.path)[0]) for file in made.files] == pytest.approx([46, 136, 206], abs=5)

    @pytest.mark.parametrize("suffix", [".wv", ".tta", ".thd", ".dts", ".ac3", ".eac3", ".aac", ".mp2"])
    def test_sound(self, clips: Clips, tmp_path: Path, suffix: str) -> None:
        made = outcome(clips.sound(suffix), tmp_path, mp4(container="m4a", video=None))
        assert made.error is None
        assert made.files[0].info.duration_s == pytest.approx(2, abs=0.15)

    def test_players_formats_without_an_encoder_are_allowed(self) -> None:
        """Monkey's Audio, Musepack (both generations), TAK, VVC and AV1 streams."""
        assert set(DEMUXERS) >= {"ape", "mpc", "mpc8", "tak", "vvc", "obu", "dtshd", "mlp"}

    @pytest.mark.parametrize(
        ("name", "cause"),
        [
            ("one_frame_gif", "the source is a still picture"),
            ("animated_webp", "the source is an animated WebP, which cannot be read here"),
            ("bare_ac4", r"no stream of the source can be decoded: audio stream 0 \(ac4\) cannot be decoded here"),
        ],
    )
    def test_others_are_refused_by_name(self, clips: Clips, name: str, cause: str) -> None:
        with pytest.raises(UnreadableSourceError, match=cause):
            probe(getattr(clips, name))

    def test_a_bare_stream_cannot_be_copied(self, clips: Clips, tmp_path: Path) -> None:
        """It has no timestamps: ffmpeg writes some, and the frames in another order."""
        error = outcome(clips.bare_h264, tmp_path, mp4(video={"codec": "copy"})).error
        assert error is not None
        assert str(error).startswith("the source is a bare video stream (h264) without timestamps")
