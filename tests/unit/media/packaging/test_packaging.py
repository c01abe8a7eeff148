"""Adaptive packaging without ffmpeg: which rungs, which options, which text."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import ffmpeg
import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.media_info import AudioStream, MediaInfo, SubtitleStream
from media_workflows.errors import MediaError, OutputRejectedError, SheetSizeError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.ffmpeg.graph import merged
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Size
from media_workflows.media.jobs.adaptive_dynamic_streaming import build
from media_workflows.media.packaging.audio_group import AudioGroup, labels_in_groups
from media_workflows.media.packaging.cmaf.indexed_renditions import IndexedRenditions
from media_workflows.media.packaging.cmaf.package import CmafPackage
from media_workflows.media.packaging.contents import AddedTrack, DashContents, HlsContents, from_record, to_record
from media_workflows.media.packaging.dash import package as dash_package
from media_workflows.media.packaging.dash.mpd import Representation, mpd
from media_workflows.media.packaging.dash.package import DashPackage
from media_workflows.media.packaging.dash.sidx import read_index
from media_workflows.media.packaging.hls import encryption, rendition_playlists
from media_workflows.media.packaging.hls.i_frames import IFrameEntry
from media_workflows.media.packaging.hls.master_playlist import AudioEntry, MasterPlaylist, VariantEntry
from media_workflows.media.packaging.hls.media_playlist import MediaPlaylist, Segment, peak_bps, read_playlist
from media_workflows.media.packaging.hls.package import HlsPackage
from media_workflows.media.packaging.hls.rendition_playlists import RenditionPlaylists
from media_workflows.media.packaging.labels import Label, Purpose, bcp47, distinct, group_labels, label
from media_workflows.media.packaging.ladder import ladder
from media_workflows.media.packaging.renditions import Layout, Rendition, relative_uri
from media_workflows.media.packaging.stream_stats import PictureStats, StreamStats
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.packaging.thumbnail_entry import ThumbnailEntry, ThumbnailSheets
from media_workflows.media.packaging.thumbnails import dash_thumbnails, hls_thumbnails
from media_workflows.media.packaging.webvtt import shift_to
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.media.source.subtitles.cues import Cue, Cues
from probed import video_stream

VIDEO = video_stream(1280, 720, bitrate_bps=1_000_000)
ENGLISH = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2, language="eng", duration_s=20)
GERMAN = ENGLISH.model_copy(update={"index": 2, "language": "deu", "title": "Deutsch"})
INFO = MediaInfo(
    container="mov,mp4", duration_s=20, size_bytes=1, bitrate_bps=1_200_000, video=VIDEO, audio=(ENGLISH, GERMAN)
)
AAC = {"codec": "aac", "bitrate_kbps": 64}


def item(streams: list[dict[str, Any]] | None = None, **parameters: Any) -> AdaptiveDynamicStreamingItem:
    rungs = streams or [rung(360, 500), rung(720, 1500), rung(1080, 3000)]
    return AdaptiveDynamicStreamingItem.model_validate(
        {"parameters": {"format": "hls", "streams": rungs, **parameters}}
    )


def rung(height: int, kbps: int = 0, audio: dict[str, Any] | None = AAC, **video: Any) -> dict[str, Any]:
    return {"video": {"height": height, "bitrate_kbps": kbps, **video}, "audio": audio}


def planned(asked: AdaptiveDynamicStreamingItem, info: MediaInfo = INFO) -> ItemPlan:
    return build(BuildContext(Path("/in/x.mp4"), info, Path("/work"), BUNDLED_FONT), asked, 0)


def command(plan: ItemPlan) -> list[str]:
    compiled: list[str] = ffmpeg.compile(merged([output.node for output in plan.outputs]))
    return compiled


class TestLadder:
    def numbers(self, info: MediaInfo = INFO, **parameters: Any) -> list[int]:
        return [one.number for one in ladder(item(**parameters).resolved_parameters, info)]

    def test_all_by_default(self) -> None:
        assert self.numbers() == [0, 1, 2]

    def test_larger_ones_can_be_left_out(self) -> None:
        assert self.numbers(disable_higher_video_resolution=True) == [0, 1]

    def test_the_short_side_counts(self) -> None:
        portrait = VIDEO.model_copy(update={"display_width": 720, "display_height": 1280})
        upright = INFO.model_copy(update={"video": portrait})
        assert self.numbers(upright, disable_higher_video_resolution=True) == [0, 1]

    def test_higher_bitrates_can_be_left_out(self) -> None:
        assert self.numbers(disable_higher_video_bitrate=True) == [0]

    def test_a_picture_without_a_bitrate_of_its_own_has_the_containers(self) -> None:
        quiet = INFO.model_copy(
            update={"video": VIDEO.model_copy(update={"bitrate_bps": 0}), "bitrate_bps": 1_600_000, "audio": ()}
        )
        assert self.numbers(quiet, disable_higher_video_bitrate=True) == [0, 1]

    def test_the_lowest_stays(self) -> None:
        tiny = INFO.model_copy(update={"video": VIDEO.model_copy(update={"display_width": 160, "display_height": 90})})
        assert self.numbers(tiny, disable_higher_video_resolution=True, disable_higher_video_bitrate=True) == [0]

    def test_constant_quality_is_never_above_the_source(self) -> None:
        quality = [{"video": {"height": 720, "crf": 20}}]
        assert self.numbers(streams=quality, disable_higher_video_bitrate=True) == [0]

    def test_no_key_frames_at_scene_changes(self) -> None:
        assert all(
            one.picture.parameters.no_scene_cut for one in ladder(item().resolved_parameters, INFO) if one.picture
        )


class TestCommand:
    def test_one_decode_for_all(self) -> None:
        asked = command(planned(item(segment_type="ts-ts-segment")))
        assert asked.count("-i") == 1
        assert asked.count("libx264") == 3

    def test_sound_apart_is_encoded_once_for_each_setting(self) -> None:
        assert command(planned(item(segment_type="mp4-mp4-segment"))).count("-c:a") == 1
        two = [rung(360), rung(720, audio={**AAC, "bitrate_kbps": 128})]
        assert command(planned(item(two, segment_type="mp4-mp4-segment"))).count("-c:a") == 2

    def test_cmaf_is_encoded_once_for_both_manifests(self) -> None:
        plan = planned(item(format="cmaf"))
        asked = command(plan)
        assert (asked.count("libx264"), asked.count("-c:a")) == (3, 1)
        assert [flags.endswith("+cmaf") or "+cmaf+" in flags for flags in asked if "global_sidx" in flags] == [True] * 4
        assert [one.path.suffix for one in plan.files] == [".mp4", ".mp4", ".mp4", ".m4a"]
        assert [one.path.suffix for one in plan.further if one.role == "manifest"] == [".m3u8", ".mpd"]

    def test_all_tracks(self) -> None:
        every = [rung(360, audio={**AAC, "tracks": "all"})]
        asked = command(planned(item(every, format="dash")))
        (graph,) = (word for word in asked if "aresample" in word)
        assert [number in graph for number in ("[0:1]", "[0:2]")] == [True, True]

    @pytest.mark.parametrize(("segment_s", "interval_s"), [(1, 1), (2, 2), (6.5, 1.625), (10, 2)])
    def test_key_frames_where_segments_begin_and_every_2_s(self, segment_s: float, interval_s: float) -> None:
        asked = command(planned(item(segment_s=segment_s)))
        assert asked.count(f"expr:gte(t,n_forced*{interval_s:g})") == 3
        assert asked.count("-forced-idr") == 3

    def test_a_gop_that_is_asked_for(self) -> None:
        asked = command(planned(item([rung(360, gop_s=4)], segment_s=8)))
        assert "expr:gte(t,n_forced*8)" in asked
        assert asked[asked.index("-g") + 1] == "100"

    def test_closed_gops_of_h265(self) -> None:
        asked = command(planned(item([rung(360, codec="h265")])))
        (told,) = (value for value in asked if value.startswith("log-level"))
        assert "scenecut=0" in told
        assert told.endswith("open-gop=0")

    def test_the_timelines_of_all_playlists_begin_together(self) -> None:
        assert command(planned(item())).count("-output_ts_offset") == 3
        fragmented = command(planned(item(segment_type="mp4-segment")))
        assert fragmented.count("disabled") == 3

    def test_a_picture_is_held_while_sound_goes_on_in_its_segments(self) -> None:
        short = INFO.model_copy(update={"video": VIDEO.model_copy(update={"duration_s": 5.0})})
        (graph,) = (word for word in command(planned(item(), short)) if "tpad" in word)
        assert graph.count("tpad=stop_duration=15.000000:stop_mode=clone") == 1
        assert any("tpad" in word for word in command(planned(item(segment_type="ts-ts-segment"), short)))

    def test_subtitles_that_are_pictures_are_left_out(self) -> None:
        texts = (
            SubtitleStream(index=3, codec="dvd_subtitle", is_text=False),
            SubtitleStream(index=4, codec="subrip", is_text=True),
        )
        info = INFO.model_copy(update={"subtitles": texts})
        found = Cues("", (Cue(0, 1, "0", "Default,,0,0,0,,Hi"),), "subrip")
        asked: list[int] = []

        def cues(key: str, index: int, language: str = "") -> Cues:
            asked.append(index)
            return found

        context = BuildContext(Path("/in/x.mp4"), info, Path("/work"), BUNDLED_FONT, cues=cues)
        plan = build(context, item(subtitles="source"), 0)
        (path,) = (path for path in plan.assets if path.suffix == ".vtt")
        assert asked == [4]
        assert plan.assets[path] == b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHi\n"

    @pytest.mark.parametrize("has_audio", [True, False])
    def test_numbers_are_kept_for_missing_audio(self, has_audio: bool) -> None:
        """Of each audio setting; subtitles follow. A source without audio keeps the groups."""
        add_ons = [{"key": f"{name}.m4a", "optional": True} for name in "ab"]
        every = {**AAC, "tracks": "all"}
        streams = [rung(360, audio=every), rung(720, audio={**every, "bitrate_kbps": 192}), rung(1080, audio=every)]
        fields = item(segment_type="ts-ts-segment", streams=streams).model_dump() | {"add_on_audios": add_ons}
        info = INFO if has_audio else INFO.model_copy(update={"audio": ()})
        finish = planned(AdaptiveDynamicStreamingItem.model_validate(fields), info).finish
        assert isinstance(finish, HlsPackage)
        first = 3 + len(info.audio)
        second = first + len(add_ons) + len(info.audio)
        assert finish.contents.audio_groups == [AudioGroup("audio0", 0, first), AudioGroup("audio1", 1, second)]
        assert finish.contents.add_on_number == second + len(add_ons)
        assert len(finish.contents.audio) == 2 * len(info.audio)

    def test_a_missing_add_on(self) -> None:
        ordered = AdaptiveDynamicStreamingItem.model_validate(
            {**item(format="dash").model_dump(), "add_on_subtitles": [{"key": "x.srt"}]}
        )
        with pytest.raises(MediaError, match=r"'x\.srt'"):
            planned(ordered)


class TestNames:
    def uris(self, key: str, **fields: str) -> tuple[str, str, str]:
        """Of the sub-stream in the manifest, and of a segment and the key in the sub-stream's playlist."""
        layout = Layout(item(encryption={}).model_copy(update=fields), Path("/work"), 0)
        asked = layout.item.resolved_parameters.encryption
        assert asked is not None
        playlist = layout.sub_stream(1, Path("/work/a.m3u8"), "playlist")
        segment, secret = layout.segment(1, "0", Path("/work/b.ts")), layout.key_file(asked)
        return (
            relative_uri(playlist, layout.manifest, key),
            relative_uri(segment, playlist, key),
            relative_uri(secret, playlist, key),
        )

    def test_default(self) -> None:
        assert self.uris("in/a.mp4") == (
            "a_adaptiveDynamicStreaming_0_1.m3u8",
            "a_adaptiveDynamicStreaming_0_1_0.ts",
            "a_adaptiveDynamicStreaming_0.key",
        )

    def test_directories(self) -> None:
        fields = {
            "output_path": "/abr/{inputName}.{format}",
            "sub_stream_path": "v/{subStreamNumber}.{format}",
            "segment_path": "s/{subStreamNumber}/{segmentNumber}.{format}",
        }
        assert self.uris("in/a.mp4", **fields) == ("v/1.m3u8", "../s/1/0.ts", "../a.key")

    def test_percent_encoding(self) -> None:
        fields = {"output_path": "{inputName}.{format}"}
        assert self.uris('in/a:b #%"?.mp4', **fields)[1] == "a%3Ab%20%23%25%22%3F_1_0.ts"


PICTURE = PictureStats(640, 360, "1:1", 25.0, "SDR")
SOUND = StreamStats(("mp4a.40.2",), None, 2, 44_100, peak_bps=70, average_bps=64)


def picture(peak: int, average: int, **changes: Any) -> StreamStats:
    return StreamStats(("avc1.64001e",), replace(PICTURE, **changes), 0, 0, peak, average)


class TestMaster:
    def test_a_variant_counts_its_loudest_sound(self) -> None:
        audio = [
            AudioEntry("en.m3u8", SOUND, "audio0", Label("en", "en", True), 1),
            AudioEntry("de.m3u8", replace(SOUND, peak_bps=90), "audio0", Label("de", "Deutsch", False), 2),
        ]
        text = MasterPlaylist(7, [VariantEntry("v.m3u8", picture(900, 500), "audio0")], audio, []).text()
        assert text == (
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio0",LANGUAGE="en",NAME="en",DEFAULT=YES,AUTOSELECT=YES,'
            'CHANNELS="2",URI="en.m3u8"\n'
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio0",LANGUAGE="de",NAME="Deutsch",DEFAULT=NO,AUTOSELECT=YES,'
            'CHANNELS="2",URI="de.m3u8"\n'
            '#EXT-X-STREAM-INF:BANDWIDTH=990,AVERAGE-BANDWIDTH=564,CODECS="avc1.64001e,mp4a.40.2",'
            'RESOLUTION=640x360,FRAME-RATE=25.000,VIDEO-RANGE=SDR,AUDIO="audio0",CLOSED-CAPTIONS=NONE\nv.m3u8\n'
        )

    def test_players_find_the_sound_for_each_viewer(self) -> None:
        traits = {
            Purpose(visual_impaired=True): "public.accessibility.describes-video",
            Purpose(hearing_impaired=True): "public.accessibility.enhances-speech-intelligibility",
        }
        for purpose, trait in traits.items():
            audio = [AudioEntry("en.m3u8", SOUND, "audio0", label("en", "", "Audio", purpose=purpose), 1)]
            text = MasterPlaylist(7, [VariantEntry("v.m3u8", picture(900, 500), "audio0")], audio, []).text()
            assert f'CHARACTERISTICS="{trait}",CHANNELS="2"' in text

    def test_sound_alone_is_counted_once(self) -> None:
        audio = [AudioEntry("a.m3u8", SOUND, "audio0", Label("", "Audio", True), 0)]
        text = MasterPlaylist(6, [VariantEntry("a.m3u8", SOUND, "audio0")], audio, []).text()
        assert 'BANDWIDTH=70,AVERAGE-BANDWIDTH=64,CODECS="mp4a.40.2",AUDIO="audio0"\n' in text

    def test_no_variant_says_none_beside_one_with_captions(self) -> None:
        """RFC 8216, section 4.3.4.2: NONE of one is NONE of all."""
        variants = [VariantEntry("a.m3u8", picture(9, 8, captions=("CC1",))), VariantEntry("b.m3u8", picture(9, 8))]
        text = MasterPlaylist(7, variants, [], []).text()
        assert re.findall(r"CLOSED-CAPTIONS=(\S+)\n(\S+)", text) == [('"captions"', "a.m3u8")]

    def test_subtitles_and_wide_pixels(self) -> None:
        subtitles = [SubtitleEntry("s.m3u8", Label("en", "en"), 5, 2)]
        variant = VariantEntry("v.m3u8", picture(9, 8, pixel_aspect="2:1", range="PQ"))
        text = MasterPlaylist(6, [variant], [], subtitles).text()
        assert "RESOLUTION=1280x360" in text
        assert 'VIDEO-RANGE=PQ,SUBTITLES="subtitles"' in text
        assert "BANDWIDTH=14," in text


class TestMediaPlaylist:
    def test_reads_what_ffmpeg_writes(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").write_bytes(bytes(100))
        path = tmp_path / "a.m3u8"
        path.write_text(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
            '#EXT-X-MAP:URI="a.mp4",BYTERANGE="10@0"\n#EXTINF:2.000000,\n#EXT-X-BYTERANGE:60@10\na.mp4\n'
            "#EXTINF:1.000000,\n#EXT-X-BYTERANGE:30@70\na.mp4\n#EXT-X-ENDLIST\n"
        )
        playlist = read_playlist(path)
        assert playlist == MediaPlaylist(
            7, 2, [Segment("a.mp4", 60, 10, 2.0), Segment("a.mp4", 30, 70, 1.0)], Segment("a.mp4", 10, 0)
        )
        assert (playlist.duration_s, playlist.average_bps, playlist.uris) == (3.0, 240, ["a.mp4"])
        text = playlist.text(lambda uri: f"x%20{uri}", ['#EXT-X-KEY:METHOD=AES-128,URI="k?a=b"'])
        assert text.index('#EXT-X-MAP:URI="x%20a.mp4",BYTERANGE="10@0"') < text.index("#EXT-X-KEY")
        assert '#EXT-X-KEY:METHOD=AES-128,URI="k?a=b"\n#EXTINF:2.000000,\n#EXT-X-BYTERANGE:60@10\nx%20a.mp4\n' in text

    def test_a_short_one_has_a_target_of_a_second(self, tmp_path: Path) -> None:
        (tmp_path / "a.ts").write_bytes(bytes(100))
        path = tmp_path / "a.m3u8"
        path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:0\n#EXTINF:0.083333,\na.ts\n#EXT-X-ENDLIST\n")
        assert "#EXT-X-TARGETDURATION:1\n" in read_playlist(path).text(str)

    def test_sound_and_picture_have_one_target(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each alone would round its own longest segment: to 7 and to 6."""
        monkeypatch.setattr(rendition_playlists, "stream_stats", lambda *_: SOUND)
        layout = Layout(item(segment_type="ts-ts-segment"), tmp_path, 0)
        renditions = []
        for number, (length_s, target_s) in enumerate([(6.52, 7), (6.49, 6)]):
            (tmp_path / f"{number}.ts").write_bytes(bytes(100))
            path = tmp_path / f"{number}.m3u8"
            head = f"#EXTM3U\n#EXT-X-TARGETDURATION:{target_s}\n"
            path.write_text(f"{head}#EXTINF:{length_s},\n{number}.ts\n#EXT-X-ENDLIST\n")
            renditions.append(Rendition(number, layout.sub_stream(number, path, "playlist")))
        RenditionPlaylists(layout, renditions, None, "in/a.mp4").rename()
        texts = [(tmp_path / f"{number}.m3u8").read_text() for number in range(2)]
        assert [re.findall(r"TARGETDURATION:(\d+)", text) for text in texts] == [["7"], ["7"]]

    @pytest.mark.parametrize(
        ("sizes_and_lengths", "peak"),
        [
            ([(100, 2), (300, 2), (100, 2)], 1200),
            ([(100, 2), (300, 0.1)], 1524),  # the short one counts together with the one before it
            ([(100, 0.1)], 8000),  # nothing is long enough: the average
            ([], 0),
        ],
    )
    def test_peak(self, sizes_and_lengths: list[tuple[int, float]], peak: int) -> None:
        assert peak_bps([Segment("x", size, None, length) for size, length in sizes_and_lengths], 2) == peak


class TestEncryption:
    def test_ranges_stay_in_one_file_and_sizes_are_predicted(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").write_bytes(b"i" * 10 + b"1" * 60 + b"2" * 32)
        playlist = MediaPlaylist(
            7, 2, [Segment("a.mp4", 60, 10, 2.0), Segment("a.mp4", 32, 70, 1.0)], Segment("a.mp4", 10, 0)
        )
        secret = encryption.encrypted(playlist, tmp_path, b"k" * 16)
        assert [(piece.size_bytes, piece.offset) for piece in secret.segments] == [(64, 10), (48, 74)]
        assert [p.size_bytes for p in encryption.with_padded_sizes(playlist).segments] == [64, 48]
        data = (tmp_path / "a.mp4").read_bytes()
        assert data[:10] == b"i" * 10
        assert len(data) == 122
        assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]

    def test_keys_are_random(self, tmp_path: Path) -> None:
        first, second = (encryption.write_key(tmp_path / name) for name in "ab")
        assert len(first) == 16
        assert first != second


class TestIndex:
    def box(self, kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), kind) + body

    @pytest.mark.parametrize("version", [0, 1])
    def test_reads_both_versions(self, tmp_path: Path, version: int) -> None:
        times = struct.pack(">II" if version == 0 else ">QQ", 0, 5)
        entries = struct.pack(">IIIIII", 40, 2000, 0x90000000, 60, 1000, 0x90000000)
        sidx = self.box(
            b"sidx", bytes([version, 0, 0, 0]) + struct.pack(">II", 1, 1000) + times + b"\0\0\0\2" + entries
        )
        front = self.box(b"ftyp", b"iso6") + self.box(b"moov", bytes(20))
        path = tmp_path / "x.mp4"
        path.write_bytes(front + sidx + bytes(105))
        index = read_index(path)
        end = len(front) + len(sidx)
        assert (index.initialization, index.index) == (f"0-{len(front) - 1}", f"{len(front)}-{end - 1}")
        assert index.segments == (Segment("x.mp4", 40, end + 5, 2.0), Segment("x.mp4", 60, end + 45, 1.0))
        path.write_bytes(front + sidx + bytes(104))
        with pytest.raises(OutputRejectedError, match="segment index ends"):
            read_index(path)

    def test_sound_and_picture_of_cmaf_have_one_target(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dash_package, "stream_stats", lambda *_: SOUND)
        layout = Layout(item(format="cmaf"), tmp_path, 0)
        renditions = []
        for number, milliseconds in enumerate([6520, 6490]):
            body = bytes(4) + struct.pack(">IIIIIIII", 1, 1000, 0, 0, 1, 40, milliseconds, 0x90000000)
            path = tmp_path / f"{number}.mp4"
            path.write_bytes(self.box(b"ftyp", b"cmfc") + self.box(b"moov", b"") + self.box(b"sidx", body) + bytes(40))
            renditions.append(Rendition(number, layout.sub_stream(number, path, "segment")))
        files = IndexedRenditions(layout, renditions, "in/a.mp4").write_playlists()
        found = [re.findall(r"(?:TARGETDURATION|EXTINF):([0-9.]+)", one.path.read_text()) for one in files]
        assert found == [["7", "6.520000"], ["7", "6.490000"]]

    def test_none(self, tmp_path: Path) -> None:
        path = tmp_path / "x.mp4"
        path.write_bytes(self.box(b"ftyp", b"iso6") + self.box(b"mdat", bytes(9)))
        with pytest.raises(OutputRejectedError, match="no segment index"):
            read_index(path)


class TestLabels:
    @pytest.mark.parametrize(
        ("tag", "found"),
        [
            ("eng", "en"),
            ("ger", "de"),
            ("zh-Hans", "zh-Hans"),
            ("und", ""),
            ("und-Latn", ""),
            ("", ""),
            ("???", ""),
            ("zxx", ""),
        ],
    )
    def test_languages(self, tag: str, found: str) -> None:
        assert bcp47(tag) == found

    def test_names(self) -> None:
        names = {
            "eng": "English",
            "fr": "Français",
            "zh-Hans": "中文 (简体)",
            "grc": "Ancient Greek",
            "tlh-Latn": "Klingon",
        }
        assert {tag: label(tag, "", "Audio").name for tag in names} == names
        assert label("eng", "", "Subtitles", purpose=Purpose(hearing_impaired=True)).name == "English (SDH)"
        assert label("", "", "Audio").name == "Audio"
        assert label("", 'Say "hi"\n', "Audio").name == "Say 'hi'"

    def test_names_are_unique(self) -> None:
        assert [one.name for one in distinct([label("", "", "Audio")] * 3)] == ["Audio", "Audio (2)", "Audio (3)"]

    def test_players_choose_among_tracks_that_differ(self) -> None:
        """By language and purpose; the default one first, commentary never."""
        for_ears, comments = Purpose(hearing_impaired=True), Purpose(commentary=True)
        labels = [
            label("en", "", "Subtitles"),
            label("en", "Second", "Subtitles", default=True),
            label("en", "", "Subtitles", purpose=for_ears),
            label("en", "", "Subtitles", purpose=comments),
        ]
        found = [(one.default, one.autoselect) for one in group_labels(labels, needs_default=False)]
        assert found == [(False, False), (True, True), (False, True), (False, False)]

    def test_what_is_for_everyone_plays_first(self) -> None:
        labels = [label("en", "", "Audio", purpose=Purpose(visual_impaired=True)), label("en", "", "Audio")]
        assert [one.default for one in group_labels(labels, needs_default=True)] == [False, True]

    def test_the_default_of_the_file_plays_unless_an_add_on_is_it(self) -> None:
        """As where one track is kept; never audio description or commentary."""
        described = label("en", "", "Audio", purpose=Purpose(visual_impaired=True), preferred=True)
        labels = [described, label("en", "", "Audio"), label("zh", "", "Audio", preferred=True)]
        assert [one.default for one in group_labels(labels, needs_default=True)] == [False, False, True]
        labels.append(label("de", "", "Audio", default=True))
        assert [one.default for one in group_labels(labels, needs_default=True)] == [False, False, False, True]

    def test_the_ladder_knows_the_default_of_its_source(self) -> None:
        chosen = INFO.model_copy(update={"audio": (ENGLISH, GERMAN.model_copy(update={"is_default": True}))})
        finish = planned(item([rung(360, audio={**AAC, "tracks": "all"})], format="dash"), chosen).finish
        assert isinstance(finish, DashPackage)
        tracks = [(one.group, one.number, one.label) for one in finish.contents.audio if one.label]
        assert [one.default for one in labels_in_groups(tracks).values()] == [False, True]


class TestMpd:
    def test_a_set_of_pictures_says_how_large_they_are(self) -> None:
        """By which players choose (DASH-IF IOP 4.3, section 3.2.4); of pixels that are not square, too."""
        small = picture(9, 8, pixel_aspect="4:3", width=120, height=90, fps=12.5)
        large = picture(90, 80, pixel_aspect="4:3", width=240, height=180, fps=30000 / 1001)
        listed = [Representation(f"{n}.mp4", one, "0-9", "10-19", n) for n, one in enumerate((small, large))]
        root = ElementTree.fromstring(mpd(listed, [], 20, 2))
        (found,) = root.iter("{urn:mpeg:dash:schema:mpd:2011}AdaptationSet")
        stated = {name: found.get(name) for name in ("par", "maxWidth", "maxHeight", "maxFrameRate")}
        assert stated == {"par": "16:9", "maxWidth": "240", "maxHeight": "180", "maxFrameRate": "30000/1001"}

    @pytest.mark.parametrize("file_format", ["hls", "dash", "cmaf"])
    def test_subtitles_that_run_on_do_not_count(self, file_format: str) -> None:
        """Headers count them: players would wait for sound and picture that never come."""
        longer = INFO.model_copy(update={"duration_s": 27.0})
        plan = planned(item(format=file_format, thumbnails={"interval_s": 1}), longer)
        assert isinstance(plan.finish, HlsPackage | DashPackage | CmafPackage)
        assert plan.finish.duration_s == 20
        assert [one.picture_count for one in plan.files if one.path.suffix == ".jpg"] == [20]


class TestWebVtt:
    def test_shift(self, tmp_path: Path) -> None:
        path = tmp_path / "x.vtt"
        path.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n")
        shift_to(path, 10)
        assert path.read_text() == (
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\nHi\n"
        )


class TestIFrames:
    RANGES = (Segment("a.m4s", 300, 20, 2.0), Segment("b.m4s", 300, 0, 1.5))

    def test_a_playlist_says_that_it_has_key_frames_only(self) -> None:
        playlist = MediaPlaylist(7, 2, self.RANGES, Segment("init.mp4", 700), only_key_frames=True)
        lines = playlist.text(lambda uri: f"x/{uri}").splitlines()
        assert "#EXT-X-I-FRAMES-ONLY" in lines
        assert lines[-7:-1] == [
            "#EXTINF:2.000000,",
            "#EXT-X-BYTERANGE:300@20",
            "x/a.m4s",
            "#EXTINF:1.500000,",
            "#EXT-X-BYTERANGE:300@0",
            "x/b.m4s",
        ]

    def test_the_master_lists_them_without_a_frame_rate(self) -> None:
        picture = PictureStats(640, 360, "1:1", 25.0, "SDR")
        stats = StreamStats(("avc1.64001e",), picture, 0, 0, 9000, 8000)
        text = MasterPlaylist(7, [VariantEntry("0.m3u8", stats)], [], [], [IFrameEntry("0_iframes.m3u8", stats)]).text()
        assert text.splitlines()[-1] == (
            '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,AVERAGE-BANDWIDTH=8000,CODECS="avc1.64001e",RESOLUTION=640x360,'
            'VIDEO-RANGE=SDR,URI="0_iframes.m3u8"'
        )

    def test_one_for_each_picture(self) -> None:
        names = [one.variables.get("subStreamNumber") for one in planned(item(i_frame_playlists=True)).further]
        assert [name for name in names if name and name.endswith("_iframes")] == ["0_iframes", "1_iframes", "2_iframes"]


class TestThumbnails:
    GRID: ClassVar = {"interval_s": 2, "width": 160, "column_count": 3, "row_count": 2}
    ENTRY = ThumbnailEntry(Size(160, 90), 3, 2, 2, "a_thumbnails.m3u8", 9000)
    TEXT = SubtitleEntry("9.vtt", Label("en", "English"), 100, 9)

    def sheets(self, **parameters: Any) -> list[tuple[str, int | None, int | None, int | None]]:
        """Local name, width, height and thumbnails of each sheet of the source of 20 s."""
        files = planned(item(thumbnails=self.GRID, **parameters)).files
        return [
            (one.path.name, one.expects.width, one.expects.height, one.picture_count)
            for one in files
            if one.path.suffix == ".jpg"
        ]

    def test_sheets_of_the_same_decode(self) -> None:
        assert self.sheets() == [("item0_thumbnails_0.jpg", 480, 180, 6), ("item0_thumbnails_1.jpg", 480, 180, 4)]
        asked = command(planned(item(thumbnails=self.GRID)))
        assert (asked.count("-i"), asked[-1]) == (1, "item0_thumbnails_%d.jpg")

    def test_none_unless_asked(self) -> None:
        assert not [one for one in planned(item()).files if one.path.suffix == ".jpg"]

    def test_they_show_what_the_streams_show(self) -> None:
        turned = {"rotate_degrees": 90, "denoise": "strong"}
        streams = [rung(360, edit=turned)]
        assert [size for _, *size, _ in self.sheets(streams=streams)] == [[480, 568]] * 2
        graph = next(word for word in command(planned(item(streams, thumbnails=self.GRID))) if "tile=" in word)
        assert (graph.count("transpose="), graph.count("hqdn3d=")) == (2, 1)

    def test_too_large_sheets_of_a_tall_source(self) -> None:
        tall = VIDEO.model_copy(update={"display_width": 100, "display_height": 1000})
        with pytest.raises(SheetSizeError, match="160x1600 pixels: a sheet of thumbnails would have 16000 pixels"):
            planned(item(thumbnails={**self.GRID, "row_count": 10}), INFO.model_copy(update={"video": tall}))

    def test_lists(self, tmp_path: Path) -> None:
        """The last sheet lasts until the end; a '$' of the source's name is no variable of the template."""
        asked = item(thumbnails=self.GRID)
        layout = Layout(asked, tmp_path, 0)
        files = [layout.thumbnail_sheet(str(number)) for number in range(2)]
        for file in files:
            file.path.write_bytes(bytes(3000))
        sheets = ThumbnailSheets(Size(160, 90), 3, 2, 2, files, 20.0)
        entry, (playlist,) = hls_thumbnails(layout, sheets, "in/a$Number$.mp4")
        tiles = "#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=3x2,DURATION=2"
        stem = "a%24Number%24_adaptiveDynamicStreaming_0_thumbnails"
        assert playlist.path.read_text().splitlines() == [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            "#EXT-X-TARGETDURATION:12",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-IMAGES-ONLY",
            *("#EXTINF:12.000000,", tiles, f"{stem}_0.jpg"),
            *("#EXTINF:8.000000,", tiles, f"{stem}_1.jpg"),
            "#EXT-X-ENDLIST",
        ]
        assert entry is not None
        assert (entry.uri, entry.peak_bps) == (f"{stem}.m3u8", 3000)
        in_dash = dash_thumbnails(layout, sheets, "in/a$Number$.mp4")
        assert in_dash is not None
        assert in_dash.uri == f"{stem}_$Number$.jpg"

    def test_hls_keeps_them_when_a_track_joins(self) -> None:
        listed = HlsContents(7, (), (), (), (), 20.0, 0, 9, thumbnails=self.ENTRY)
        joined = AddedTrack(hls_subtitles=[self.TEXT]).listed(from_record(to_record(listed)))
        assert joined.text().splitlines()[-1] == (
            '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,RESOLUTION=160x90,CODECS="jpeg",URI="a_thumbnails.m3u8"'
        )
        assert "SUBTITLES" in joined.text()

    def test_dash_keeps_them_when_a_track_joins(self) -> None:
        entry = replace(self.ENTRY, uri="a_$Number$.jpg")
        joined = AddedTrack(dash_subtitles=[self.TEXT]).listed(
            from_record(to_record(DashContents((), (), (), 20.0, 2, 9, thumbnails=entry)))
        )
        assert [line.strip() for line in joined.text().splitlines()[-8:-2]] == [
            '<AdaptationSet id="1" contentType="image" mimeType="image/jpeg">',
            '<SegmentTemplate media="a_$Number$.jpg" duration="12" startNumber="0" />',
            '<Representation id="1" bandwidth="9000" width="480" height="180">',
            '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="3x2" />',
            "</Representation>",
            "</AdaptationSet>",
        ]
