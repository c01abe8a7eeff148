"""What players choose by: purposes of tracks, closed captions, key frames, frame rates and kinds of segments."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import av
import m3u8
import pytest
from av.stream import Disposition

import published_files
from caption_clips import captioned, purposes
from clip_making import H264, encode
from clips import Clips
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

KEY = "in/clip.mp4"
AAC = {"codec": "aac", "bitrate_kbps": 64}
SDH = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
_STATED = Disposition.default | Disposition.visual_impaired | Disposition.comment
_STATED |= Disposition.forced | Disposition.hearing_impaired
DASH = "{urn:mpeg:dash:schema:mpd:2011}"


def made(source: Path, work: Path, item: Any, extra: dict[str, Path] | None = None) -> ItemOutcome:
    request = JobRequest(item.kind, [item], source, KEY, work, extra or {})
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


def ladder(item: dict[str, Any] | None = None, **parameters: Any) -> AdaptiveDynamicStreamingItem:
    video = {"width": 160, "crf": 30, **parameters.pop("video", {})}
    streams = [{"video": video, "audio": parameters.pop("audio", AAC)}]
    return AdaptiveDynamicStreamingItem.model_validate(
        {"parameters": {"format": "hls", "streams": streams, **parameters}, **(item or {})}
    )


def hls(**parameters: Any) -> TranscodeItem:
    return TranscodeItem.model_validate({"parameters": {"container": "hls", **parameters}})


def published(outcome: ItemOutcome, bucket: Path) -> Path:
    """The files under the names they get; where the manifest is."""
    return published_files.published(outcome, bucket, KEY)["manifest"]


def pictures(path: Path) -> list[tuple[float, bool, bytes]]:
    """Seconds, whether it is a key frame, and the caption data of each picture."""
    with av.open(str(path), options={"allowed_extensions": "ALL"}) as container:
        return [
            (float(frame.time), frame.key_frame, bytes(cast(Any, frame.side_data.get("A53_CC")) or b""))
            for frame in container.decode(video=0)
        ]


class TestPurposes:
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, clips: Clips, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return purposes(tmp_path_factory.mktemp("purposes") / "a.mkv", clips.subtitles)

    def test_hls_says_whom_a_track_is_for(self, source: Path, tmp_path: Path) -> None:
        item = ladder(audio={**AAC, "tracks": "all"}, segment_type="ts-ts-segment", subtitles="source")
        media = m3u8.load(str(published(made(source, tmp_path / "work", item), tmp_path))).media
        found = [(one.name, one.forced, one.autoselect, one.characteristics) for one in media]
        assert found == [
            ("English", None, "YES", None),
            ("English (audio description)", None, "YES", "public.accessibility.describes-video"),
            ("English (commentary)", None, "NO", None),
            ("English", "NO", "YES", None),
            ("English (forced)", "YES", "YES", None),
            ("English (SDH)", "NO", "YES", SDH),
        ]

    def test_dash_says_whom_a_track_is_for(self, source: Path, tmp_path: Path) -> None:
        item = ladder(format="dash", audio={**AAC, "tracks": "all"}, subtitles="source")
        root = ElementTree.parse(published(made(source, tmp_path / "work", item), tmp_path)).getroot()
        found = [
            (
                one.get("contentType"),
                [role.get("value") for role in one.iter(f"{DASH}Role")],
                [(a.get("schemeIdUri", "").split(":")[1], a.get("value")) for a in one.iter(f"{DASH}Accessibility")],
            )
            for one in root.iter(f"{DASH}AdaptationSet")
        ]
        assert found == [
            ("video", [], []),
            ("audio", ["main"], []),
            ("audio", ["alternate"], [("mpeg", "description"), ("tva", "1")]),
            ("audio", ["commentary"], []),
            ("text", ["subtitle"], []),
            ("text", ["forced-subtitle"], []),
            ("text", ["caption"], [("tva", "2")]),
        ]

    @pytest.mark.parametrize("container", ["mkv", "mp4"])
    def test_a_transcode_keeps_them(self, source: Path, tmp_path: Path, container: str) -> None:
        parameters = {"container": container, "video": {"width": 160, "crf": 30}, "audio": {**AAC, "tracks": "all"}}
        item = TranscodeItem.model_validate({"parameters": {**parameters, "subtitles": "source"}})
        with av.open(str(made(source, tmp_path, item).files[0].path)) as opened:
            sounds = [one.disposition & _STATED for one in opened.streams.audio]
            texts = [one.disposition & _STATED for one in opened.streams.subtitles]
        assert sounds == [Disposition.default, Disposition.visual_impaired, Disposition.comment]
        # ffmpeg's muxer enables the first subtitle of an MP4 that has no default one.
        first = Disposition.default if container == "mp4" else Disposition(0)
        assert texts == [first, Disposition.forced, Disposition.hearing_impaired]

    def test_add_ons_say_it_themselves(self, clips: Clips, tmp_path: Path) -> None:
        add_ons = {
            "add_on_audios": [{"key": "ad.m4a", "language": "de", "visual_impaired": True}],
            "add_on_subtitles": [
                {"key": "a.srt", "language": "zh", "forced": True},
                {"key": "b.srt", "language": "fr", "hearing_impaired": True},
            ],
        }
        extra = {"ad.m4a": clips.audio_only, "a.srt": clips.subtitles, "b.srt": clips.subtitles}
        item = ladder(add_ons, segment_type="ts-ts-segment")
        media = m3u8.load(str(published(made(clips.bilingual, tmp_path / "work", item, extra), tmp_path))).media
        assert [(one.name, one.forced, one.characteristics) for one in media] == [
            ("English", None, None),
            ("Deutsch (audio description)", None, "public.accessibility.describes-video"),
            ("中文 (forced)", "YES", None),
            ("Français (SDH)", "NO", SDH),
        ]


class TestClosedCaptions:
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        path = captioned(tmp_path_factory.mktemp("captions") / "a.mp4")
        assert all(captions for _, _, captions in pictures(path))
        return path

    @pytest.mark.parametrize("codec", ["h264", "h265"])
    def test_what_is_in_the_pictures_is_in_the_master(self, source: Path, tmp_path: Path, codec: str) -> None:
        master = published(made(source, tmp_path / "work", ladder(video={"codec": codec})), tmp_path)
        text = master.read_text()
        assert (
            '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="captions",NAME="CC1",DEFAULT=NO,AUTOSELECT=YES,'
            'INSTREAM-ID="CC1"\n'
        ) in text
        assert 'CLOSED-CAPTIONS="captions"' in text
        playlist = master.parent / m3u8.load(str(master)).playlists[0].uri
        assert all(captions for _, _, captions in pictures(playlist))

    def test_a_codec_without_captions_says_so(self, source: Path, tmp_path: Path) -> None:
        outcome = made(source, tmp_path / "work", ladder(video={"codec": "av1"}))
        assert [(one.code, one.parameters["codec"]) for one in outcome.notices] == [("TrackLeftOut", "av1")]
        assert "CLOSED-CAPTIONS=NONE" in published(outcome, tmp_path).read_text()

    def test_a_file_says_so_too(self, source: Path, tmp_path: Path) -> None:
        parameters = {"container": "webm", "video": {"codec": "vp9"}}
        outcome = made(source, tmp_path, TranscodeItem.model_validate({"parameters": parameters}))
        assert ["closed captions" in one.message for one in outcome.notices] == [True]

    def test_none_where_there_are_none(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.plain, tmp_path / "work", ladder())
        assert outcome.notices == ()
        assert "CLOSED-CAPTIONS=NONE" in published(outcome, tmp_path).read_text()


class TestSegments:
    @pytest.mark.parametrize("codec", ["h265", "av1"])
    def test_what_apple_plays_in_mp4_only_is_in_mp4(self, clips: Clips, tmp_path: Path, codec: str) -> None:
        video = {"codec": codec, "width": 160, "crf": 40}
        for name, item in (("ladder", ladder(video=video)), ("file", hls(video=video))):
            outcome = made(clips.short, tmp_path / name, item)
            assert {file.path.suffix for file in outcome.files} == {".m3u8", ".mp4", ".m4s"}, name
            assert outcome.notices == ()

    def test_a_copy_of_h265_too(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.ten_bit, tmp_path, hls(video={"codec": "copy"}))
        assert {file.path.suffix for file in outcome.files} == {".m3u8", ".mp4", ".m4s"}

    def test_transport_streams_of_it_only_where_asked(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.short, tmp_path, ladder(video={"codec": "h265"}, segment_type="ts-segment"))
        assert [one.code for one in outcome.notices] == ["LimitedPlayback"]

    @pytest.mark.parametrize("kind", ["ladder", "file", "dash"])
    def test_a_key_frame_every_two_seconds(self, tmp_path: Path, kind: str) -> None:
        source = tmp_path / "long.mp4"
        encode("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=12", *H264, str(source))
        items = {"ladder": ladder(), "file": hls(video={"codec": "h264"}), "dash": ladder(format="dash")}
        outcome = made(source, tmp_path / "work", items[kind])
        main = published(outcome, tmp_path / "bucket")
        path = main if kind == "file" else next(main.parent.glob("*_0_0.m*"))
        keys = [second for second, is_key, _ in pictures(path) if is_key]
        assert [round(key - keys[0]) for key in keys] == [0, 2, 4, 6, 8, 10]
        if kind != "dash":
            assert [round(one.duration) for one in m3u8.load(str(path)).segments] == [10, 2]

    @pytest.mark.parametrize(
        ("parameters", "shown_s"),
        [
            ({"segment_type": "ts-ts-byterange"}, [2, 2, 2, 2, 2, 2]),
            ({"segment_type": "mp4-segment", "segment_s": 4}, [4, 4, 4]),
            ({"format": "cmaf", "segment_s": 4}, [4, 4, 4]),
        ],
    )
    def test_i_frame_playlists(self, tmp_path: Path, parameters: dict[str, Any], shown_s: list[int]) -> None:
        """The key frames of ts, the first of each segment of mp4; a sub-stream may have a directory of its own."""
        source = tmp_path / "long.mp4"
        encode("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=12", *H264, str(source))
        item = ladder({"sub_stream_path": "{subStreamNumber}/a.{format}"}, i_frame_playlists=True, **parameters)
        master = published(made(source, tmp_path / "work", item), tmp_path / "bucket").with_suffix(".m3u8")
        (listed,) = m3u8.load(str(master)).iframe_playlists
        assert listed.uri == "0_iframes/a.m3u8"
        playlist = m3u8.load(str(master.parent / listed.uri))
        assert [round(one.duration, 3) for one in playlist.segments] == shown_s
        for one in playlist.segments:
            size, offset = map(int, one.byterange.split("@"))
            assert 0 < size <= (master.parent / "0_iframes" / one.uri).resolve().stat().st_size - offset


class TestRates:
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        path = tmp_path_factory.mktemp("fast") / "a.mp4"
        encode("-f", "lavfi", "-i", "testsrc2=s=160x120:r=120:d=2", *H264, str(path))
        return path

    @pytest.mark.parametrize("kind", ["ladder", "file"])
    def test_sixty_at_most(self, source: Path, tmp_path: Path, kind: str) -> None:
        video = {"codec": "h264", "gop_s": 0.5}
        item = ladder(video=video) if kind == "ladder" else hls(video=video)
        outcome = made(source, tmp_path / "work", item)
        (info,) = (file.info for file in outcome.files if file.info and file.info.video)
        assert info.video.fps == pytest.approx(60, abs=0.5)
        assert [one.code for one in outcome.notices] == ["ParameterAdjusted"]
        main = published(outcome, tmp_path / "bucket")
        path = main if kind == "file" else next(main.parent.glob("*_0_0.m3u8"))
        keys = [second for second, is_key, _ in pictures(path) if is_key]
        assert keys[1] - keys[0] == pytest.approx(0.5, abs=0.02)

    def test_more_where_asked(self, source: Path, tmp_path: Path) -> None:
        outcome = made(source, tmp_path, ladder(video={"fps": 120}))
        assert [round(file.info.video.fps) for file in outcome.files if file.info and file.info.video] == [120]
        assert outcome.notices == ()
