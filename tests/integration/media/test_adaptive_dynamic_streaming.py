"""Ladders as players see them: opened through the manifest, with the published names."""

from __future__ import annotations

import functools
import http.server
import itertools
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import av
import imageio_ffmpeg
import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser

import published_files
from clips import Clips
from http_servers import serving
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.errors import MediaError, NoVideoError, OutputRejectedError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.adaptive_dynamic_streaming import build
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.packaging import contents
from media_workflows.media.packaging.hls.master_check import require_complete
from media_workflows.media.packaging.hls.master_playlist import MasterPlaylist, VariantEntry
from media_workflows.media.source.codec_strings import codec_string
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings

KEY = "in/clip.mp4"
AAC = {"codec": "aac", "bitrate_kbps": 64}
ALL = {**AAC, "tracks": "all"}
MUXED = ("ts-segment", "ts-byterange", "mp4-segment", "mp4-byterange")
APART = ("ts-ts-segment", "ts-ts-byterange", "mp4-mp4-segment", "mp4-mp4-byterange")


def streams(audio: object = AAC, **video: object) -> list[dict[str, object]]:
    """Two rungs, 160 and 320 pixels wide."""
    return [{"video": {"width": width, "crf": 30, **video}, "audio": audio} for width in (160, 320)]


def ladder(item: dict[str, object] | None = None, **parameters: Any) -> AdaptiveDynamicStreamingItem:
    whole = {"format": "hls", "segment_s": 1, "streams": streams(), **parameters}
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": whole, **(item or {})})


def made(
    source: Path, work: Path, item: AdaptiveDynamicStreamingItem, key: str = KEY, extra: dict[str, Path] | None = None
) -> ItemOutcome:
    """The item's outcome. Raises its error."""
    request = JobRequest(item.kind, [item], source, key, work, extra or {})
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


def published(outcome: ItemOutcome, bucket: Path, key: str = KEY) -> Path:
    """The files under the names they get; where the manifest is."""
    return published_files.published(outcome, bucket, key)["manifest"]


@pytest.fixture
def hls(clips: Clips, tmp_path: Path) -> functools.partial[Path]:
    """Makes a ladder of the bilingual clip; the master playlist."""

    def make(**parameters: Any) -> Path:
        return published(made(clips.bilingual, tmp_path / "work", ladder(**parameters)), tmp_path / "bucket")

    return functools.partial(make)


def opened(path: Path) -> av.container.InputContainer:
    return av.open(str(path), options={"allowed_extensions": "ALL", "protocol_whitelist": "file,crypto"})


def key_frames(path: Path) -> list[float]:
    """Seconds of the key frames that begin a segment or lie within one."""
    with opened(path) as container:
        return [float(p.pts * p.time_base) for p in container.demux(video=0) if p.is_keyframe and p.pts is not None]


def first_s(path: Path, kind: str) -> float:
    with opened(path) as container:
        (stream,) = (stream for stream in container.streams if stream.type == kind)
        return min(float(p.pts * p.time_base) for p in container.demux(stream) if p.pts is not None)


def segment_bytes(playlist: m3u8.M3U8, directory: Path) -> list[int]:
    return [
        int(segment.byterange.split("@")[0]) if segment.byterange else (directory / segment.uri).stat().st_size
        for segment in playlist.segments
    ]


def peak_bps(path: Path) -> float:
    """By the definition of RFC 8216, section 4.1."""
    playlist = m3u8.load(str(path))
    sizes, lengths = segment_bytes(playlist, path.parent), [segment.duration for segment in playlist.segments]
    target = playlist.target_duration
    runs = [(sum(sizes[a:b]), sum(lengths[a:b])) for a, b in itertools.combinations(range(len(sizes) + 1), 2)]
    peak: float = max(8 * size / length for size, length in runs if 0.5 * target <= length <= 1.5 * target)
    return peak


@pytest.mark.parametrize("segment_type", [*MUXED, *APART])
def test_every_variant_is_what_the_master_says(hls: functools.partial[Path], segment_type: str) -> None:
    master_path = hls(segment_type=segment_type)
    master = m3u8.load(str(master_path))
    assert [playlist.stream_info.resolution for playlist in master.playlists] == [(160, 90), (320, 180)]
    for variant in master.playlists:
        path = master_path.parent / variant.uri
        sounds = [master_path.parent / media.uri for media in master.media]
        with opened(path) as container:
            info = variant.stream_info
            stated = info.codecs.split(",")
            (video,) = container.streams.video
            assert (video.width, video.height) == info.resolution
            assert video.average_rate is not None
            assert info.frame_rate == pytest.approx(float(video.average_rate), abs=0.01)
            assert codec_string(video) == stated[0]
            assert container.duration / av.time_base == pytest.approx(3.5, abs=0.1)
            assert len(container.streams.audio) == (segment_type in MUXED)
            assert sum(1 for _ in container.decode(video)) == 88
        assert stated[1] == "mp4a.40.2"
        assert info.bandwidth >= peak_bps(path) + sum(peak_bps(sound) for sound in sounds) - 2
        assert info.average_bandwidth <= info.bandwidth
        assert len(sounds) == (segment_type in APART)


@pytest.mark.parametrize("segment_type", [*MUXED, *APART])
def test_playlists_are_complete_and_their_ranges_cover_the_files(
    hls: functools.partial[Path], segment_type: str
) -> None:
    directory = hls(segment_type=segment_type).parent
    named = set()
    for path in directory.glob("*_0_?.m3u8"):
        playlist = m3u8.load(str(path))
        assert (playlist.is_endlist, playlist.playlist_type, playlist.is_independent_segments) == (True, "vod", True)
        assert all(round(segment.duration) <= playlist.target_duration for segment in playlist.segments)
        maps = [segment_map for segment_map in playlist.segment_map if segment_map]
        assert playlist.version >= (7 if maps else 4 if "byterange" in segment_type else 3)
        named |= {segment.uri for segment in playlist.segments} | {one.uri for one in maps}
        if segment_type.endswith("byterange"):
            ranges = [one.byterange for one in (*maps, *playlist.segments)]
            expected = 0
            for size, offset in (tuple(map(int, one.split("@"))) for one in ranges):
                assert offset == expected
                expected += size
            assert expected == (directory / playlist.segments[0].uri).stat().st_size
    assert named == {path.name for path in directory.iterdir() if path.suffix != ".m3u8"}


@pytest.mark.parametrize("codecs", [("h264", "h264"), ("h265", "h264"), ("av1", "h265")])
def test_segments_begin_with_key_frames_at_the_same_times(
    clips: Clips, tmp_path: Path, codecs: tuple[str, str]
) -> None:
    """Also across codecs, and in spite of a scene change in the middle of a segment."""
    rungs = [{"video": {"codec": codec, "width": 160, "crf": 35}, "audio": AAC} for codec in codecs]
    item = ladder(streams=rungs, segment_type="mp4-mp4-segment")
    directory = published(made(clips.bilingual, tmp_path / "work", item), tmp_path / "bucket").parent
    first, second = (key_frames(directory / f"clip_adaptiveDynamicStreaming_0_{number}.m3u8") for number in (0, 1))
    assert first == pytest.approx([0, 1, 2, 3])
    assert second == pytest.approx(first)


@pytest.mark.parametrize("segment_type", ["ts-ts-segment", "mp4-mp4-segment"])
def test_sound_of_its_own_playlist_is_in_time(hls: functools.partial[Path], segment_type: str) -> None:
    """Each muxer would else shift reordered pictures and the encoder's priming away by itself."""
    rungs = [{"video": {"width": 160, "b_frames": frames}, "audio": AAC} for frames in (3, 0)]
    directory = hls(segment_type=segment_type, streams=rungs).parent
    starts = [first_s(directory / f"clip_adaptiveDynamicStreaming_0_{number}.m3u8", "video") for number in (0, 1)]
    assert starts[0] == pytest.approx(starts[1])
    sound = first_s(directory / "clip_adaptiveDynamicStreaming_0_2.m3u8", "audio")
    assert sound == pytest.approx(starts[0] - 1024 / 44_100, abs=0.001)


def test_every_sound_and_subtitle_is_a_choice(hls: functools.partial[Path]) -> None:
    path = hls(segment_type="ts-ts-segment", streams=streams(ALL), subtitles="source")
    master = m3u8.load(str(path))
    sounds = [(one.group_id, one.language, one.default, one.channels) for one in master.media if one.type == "AUDIO"]
    assert sounds == [("audio0", "en", "YES", "2"), ("audio0", "de", "NO", "2")]
    (text,) = (one for one in master.media if one.type == "SUBTITLES")
    assert (text.language, text.name, text.default) == ("en", "English", "NO")
    assert "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n" in path.read_text()
    assert [p.stream_info.audio for p in master.playlists] == ["audio0", "audio0"]
    assert [p.stream_info.subtitles for p in master.playlists] == ["subtitles", "subtitles"]
    subtitle = m3u8.load(str(path.parent / text.uri))
    words = (path.parent / subtitle.segments[0].uri).read_text("utf-8")
    assert "Hello" in words
    assert "你好" in words


@pytest.mark.parametrize("segment_type", ["ts-segment", "mp4-segment"])
def test_subtitles_are_in_time(hls: functools.partial[Path], segment_type: str) -> None:
    directory = hls(segment_type=segment_type, subtitles="source").parent
    words = (directory / "clip_adaptiveDynamicStreaming_0_2_0.vtt").read_text("utf-8")
    ticks = re.search(r"^X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:00:00:00.000$", words, re.MULTILINE)
    picture = directory / "clip_adaptiveDynamicStreaming_0_0.m3u8"
    assert int(ticks[1]) / 90_000 == pytest.approx(first_s(picture, "video"), abs=0.001)


def test_each_output_has_its_own_key(clips: Clips, tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        outcome = made(clips.bilingual, tmp_path / name, ladder(encryption={}))
        keys |= {file.path.read_bytes() for file in outcome.files if file.path.suffix == ".key"}
    assert len(keys) == 2


def test_a_key_server_is_named_and_the_key_in_no_text(clips: Clips, tmp_path: Path) -> None:
    server = "https://keys.example/one?of=many"
    encryption = {"key_path": "secret/{inputName}.{format}", "key_uri": server}
    outcome = made(clips.bilingual, tmp_path / "work", ladder(encryption=encryption))
    directory = published(outcome, tmp_path / "bucket").parent
    key = (directory / "secret/clip.key").read_bytes()
    playlists = [path.read_text() for path in directory.glob("*_0_?.m3u8")]
    assert all(f'#EXT-X-KEY:METHOD=AES-128,URI="{server}"' in text for text in playlists)
    assert all(key.hex() not in text and "secret" not in text for text in playlists)
    assert key.hex() not in repr(outcome)
    assert repr(key) not in repr(outcome)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """With the byte ranges that the library's handler lacks."""

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not asked or not path.is_file():
            return super().do_GET()
        data = path.read_bytes()
        first, last = int(asked[1]), int(asked[2] or len(data) - 1)
        body = data[first : last + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{first + len(body) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The bucket over HTTP, as players read it: names are percent-decoded."""
    handler = functools.partial(_Handler, directory=str(tmp_path / "bucket"))
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)) as running:
        yield f"http://127.0.0.1:{running.server_port}"


@pytest.mark.parametrize("segment_type", [*MUXED, "mp4-mp4-byterange"])
def test_encrypted_segments_play_with_the_key_and_not_without(
    clips: Clips, tmp_path: Path, server: str, segment_type: str
) -> None:
    """Over HTTP: ffmpeg decrypts ranges of local files wrongly."""
    outcome = made(clips.bilingual, tmp_path / "work", ladder(segment_type=segment_type, encryption={}))
    master_path = published(outcome, tmp_path / "bucket")
    directory, name = master_path.parent, "clip_adaptiveDynamicStreaming_0_1.m3u8"
    (key,) = (file for file in outcome.files if file.path.suffix == ".key")
    assert (len(key.path.read_bytes()), key.role) == (16, "segment")
    assert _decoded_frames(f"{server}/out/{name}") == 88
    own_peak = peak_bps(directory / name) + sum(peak_bps(path) for path in directory.glob("*_2.m3u8"))
    assert m3u8.load(str(master_path)).playlists[1].stream_info.bandwidth >= own_peak - 2
    (directory / "clip_adaptiveDynamicStreaming_0.key").write_bytes(bytes(16))
    with pytest.raises((av.error.FFmpegError, AssertionError)):
        assert _decoded_frames(f"{server}/out/{name}") == 88


def _decoded_frames(url: str) -> int:
    options = {"allowed_extensions": "ALL", "protocol_whitelist": "http,tcp,crypto"}
    with av.open(url, options=options) as container:
        return sum(1 for _ in container.decode(video=0))


def test_awkward_names_play_over_http(clips: Clips, tmp_path: Path, server: str) -> None:
    key = "in/a b#%ü 中文:x?.mp4"
    item = ladder(
        {
            "output_path": "abr/{inputName}.{format}",
            "sub_stream_path": "v {subStreamNumber}/{inputName}.{format}",
            "segment_path": "v {subStreamNumber}/segments/{inputName}_{segmentNumber}.{format}",
        },
        segment_type="mp4-mp4-segment",
        encryption={"key_path": "keys/{inputName}.{format}"},
        subtitles="source",
        streams=streams(ALL),
    )
    master = published(made(clips.bilingual, tmp_path / "work", item, key), tmp_path / "bucket", key)
    assert master.relative_to(tmp_path / "bucket").as_posix() == "out/abr/a b#%ü 中文:x?.m3u8"
    uris = [line for line in master.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all((master.parent / unquote(uri)).is_file() for uri in uris)
    url = f"{server}/{quote(master.relative_to(tmp_path / 'bucket').as_posix())}"
    shown = _ffmpeg("-allowed_extensions", "ALL", "-i", url, "-map", "0:v", "-map", "0:a", "-f", "null", "-")
    assert sorted(_streams(shown)) == ["Audio", "Audio", "Subtitle", "Video", "Video"]
    assert "frame=   88" in shown


def _streams(shown: str) -> list[str]:
    """Kinds of the input's streams, by what ffmpeg says of it; a stream may be in several programs."""
    found = re.findall(r"Stream #(0:\d+).*?: (Video|Audio|Subtitle)", shown.partition("Stream mapping")[0])
    return list(dict(found).values())


def _ffmpeg(*arguments: str) -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stderr


class TestDash:
    @pytest.mark.parametrize("segment_type", ["mp4-byterange", "mp4-mp4-byterange"])
    def test_the_mpd_is_what_its_files_are(self, clips: Clips, tmp_path: Path, segment_type: str) -> None:
        item = ladder(format="dash", segment_type=segment_type, streams=streams(ALL), subtitles="source")
        path = published(made(clips.bilingual, tmp_path / "work", item), tmp_path / "bucket")
        mpd = MPEGDASHParser.parse(str(path))
        assert mpd.profiles == "urn:mpeg:dash:profile:isoff-on-demand:2011"
        sets = mpd.periods[0].adaptation_sets
        assert [(one.content_type, one.lang) for one in sets] == [
            ("video", None),
            ("audio", "en"),
            ("audio", "de"),
            ("text", "en"),
        ]
        assert [(r.width, r.height) for r in sets[0].representations] == [(160, 90), (320, 180)]
        for representation in (r for one in sets[:3] for r in one.representations):
            _check_representation(representation, path.parent)
        assert "Hello" in (path.parent / sets[3].representations[0].base_urls[0].base_url_value).read_text()

    def test_ffmpeg_plays_it(self, clips: Clips, tmp_path: Path) -> None:
        item = ladder(format="dash", streams=streams(ALL), subtitles="source")
        path = published(made(clips.bilingual, tmp_path / "work", item), tmp_path / "bucket")
        maps = ["-map", "0:v:1", "-map", "0:a:1"]
        shown = _ffmpeg("-allowed_extensions", "ALL", "-i", str(path), *maps, "-f", "null", "-")
        assert sorted(_streams(shown)) == ["Audio", "Audio", "Subtitle", "Video", "Video"]
        assert "frame=   88" in shown

    def test_codecs_that_do_not_change_into_each_other_are_sets_of_their_own(
        self, clips: Clips, tmp_path: Path
    ) -> None:
        rungs = [
            {"video": {"codec": "h264", "width": 160}, "audio": AAC},
            {"video": {"codec": "h265", "width": 160}, "audio": {"codec": "opus", "bitrate_kbps": 48}},
        ]
        path = published(
            made(clips.plain, tmp_path / "work", ladder(format="dash", streams=rungs)), tmp_path / "bucket"
        )
        sets = MPEGDASHParser.parse(str(path)).periods[0].adaptation_sets
        codecs = [representation.codecs.split(".")[0] for one in sets for representation in one.representations]
        assert codecs == ["avc1", "hvc1", "mp4a", "opus"]


def _check_representation(representation: Any, directory: Path) -> None:
    """Against the file, whose boxes are read here by hand."""
    path = directory / unquote(representation.base_urls[0].base_url_value)
    data = path.read_bytes()
    (base,) = representation.segment_bases
    first, last = map(int, base.index_range.split("-"))
    assert data[first + 4 : first + 8] == b"sidx"
    assert int.from_bytes(data[first : first + 4], "big") == last - first + 1
    assert base.initializations[0].range == f"0-{first - 1}"
    assert data[4:8] == b"ftyp"
    assert data[last + 5 : last + 9] == b"moof"
    with av.open(str(path)) as container:
        stream: Any
        (stream,) = container.streams
        assert representation.codecs == codec_string(stream)
        assert representation.bandwidth >= 8 * len(data) / 3.6
        if stream.type == "video":
            assert Fraction(representation.frame_rate) == stream.average_rate
            assert key_frames(path) == pytest.approx([0, 1, 2, 3])


class TestSources:
    """Odd input."""

    def test_without_sound_the_pictures_remain(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.no_audio, tmp_path, ladder(segment_type="ts-ts-segment"))
        infos = [file.info for file in outcome.files if file.info]
        assert [(info.video.width, info.audio) for info in infos] == [(160, ()), (320, ())]

    def test_without_picture_a_ladder_of_pictures_is_refused(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(NoVideoError, match="use a ladder with pure_audio"):
            made(clips.audio_only, tmp_path, ladder())

    @pytest.mark.parametrize("options", [{}, {"segment_type": "mp4-mp4-segment"}, {"format": "dash"}])
    def test_pure_audio(self, clips: Clips, tmp_path: Path, options: dict[str, Any]) -> None:
        rungs = [{"audio": AAC}, {"audio": {**AAC, "bitrate_kbps": 96}}]
        outcome = made(clips.plain, tmp_path, ladder(pure_audio=True, streams=rungs, **options))
        infos = [file.info for file in outcome.files if file.info]
        assert [(info.video, len(info.audio)) for info in infos] == [(None, 1), (None, 1)]

    def test_pure_audio_of_a_silent_source_is_refused(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match="no audio"):
            made(clips.no_audio, tmp_path, ladder(pure_audio=True, streams=[{"audio": AAC}]))

    def test_portrait(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.rotated_90, tmp_path, ladder())
        sizes = [(file.info.video.width, file.info.video.height) for file in outcome.files if file.info]
        assert sizes == [(120, 160), (240, 320)]

    @pytest.mark.parametrize("options", [{}, {"format": "dash"}, {"streams": streams(fps=23.976)}])
    def test_varying_frame_rate(self, clips: Clips, tmp_path: Path, options: dict[str, Any]) -> None:
        outcome = made(clips.vfr, tmp_path, ladder(**options))
        videos = [file.info for file in outcome.files if file.info and file.info.video]
        assert [info.duration_s for info in videos] == pytest.approx([2, 2], abs=0.4)

    @pytest.mark.parametrize("parameters", [{}, {"segment_type": "mp4-mp4-segment"}, {"format": "dash"}])
    def test_further_key_frames_cut_no_segments(
        self, clips: Clips, tmp_path: Path, parameters: dict[str, object]
    ) -> None:
        item = ladder({"key_frames_s": [0.4, 1.0, 1.52]}, **parameters)
        directory = published(made(clips.plain, tmp_path / "work", item), tmp_path / "bucket").parent
        extension = "mp4" if item.resolved_parameters.format == "dash" else "m3u8"
        for number in (0, 1):
            rung = directory / f"clip_adaptiveDynamicStreaming_0_{number}.{extension}"
            begins_s, *further = key_frames(rung)
            assert [at - begins_s for at in further] == pytest.approx([0.4, 1, 1.52])
            if extension == "m3u8":
                lengths = [segment.duration for segment in m3u8.load(str(rung)).segments]
                assert lengths == pytest.approx([1, 1], abs=0.05)

    def test_a_nominal_rate_that_is_a_clock_s_makes_no_frames(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.clock_rate, tmp_path, ladder(streams=streams(fps=0)))
        assert [file.info.video.fps for file in outcome.files if file.info and file.info.video] == [30, 30]

    @pytest.mark.parametrize("segment_type", ["ts-segment", "mp4-byterange"])
    def test_sound_that_outlasts_the_picture_is_in_segments_too(
        self, clips: Clips, tmp_path: Path, segment_type: str
    ) -> None:
        outcome = made(clips.short_video_long_audio, tmp_path, ladder(segment_type=segment_type))
        lengths = [file.info.duration_s for file in outcome.files if file.info]
        assert lengths == pytest.approx([3, 3], abs=0.1)

    def test_the_preset_leaves_out_what_is_larger_than_the_source(self, clips: Clips, tmp_path: Path) -> None:
        outcome = made(clips.bilingual, tmp_path, AdaptiveDynamicStreamingItem(template=10))
        (info,) = (file.info for file in outcome.files if file.info)
        assert (info.video.height, info.video.fps) == (240, 24)  # the lowest stays, though the source has 180

    def test_watermarks_are_on_every_rung(self, clips: Clips, tmp_path: Path) -> None:
        mark = {"type": "text", "text": "MARK", "font_size_px": 40, "font_color": "0x00FF00"}
        item = ladder({"watermarks": [{"mark": mark}]})
        directory = published(made(clips.plain, tmp_path / "work", item), tmp_path / "bucket").parent
        for number in (0, 1):
            with opened(directory / f"clip_adaptiveDynamicStreaming_0_{number}.m3u8") as container:
                data = bytes(next(container.decode(video=0)).reformat(format="rgb24").planes[0])
            assert any(data[at + 1] > 180 and data[at] < 100 for at in range(0, len(data) - 2, 3))


class TestAddOns:
    def item(self, **parameters: Any) -> AdaptiveDynamicStreamingItem:
        add_ons = {
            "add_on_audios": [{"key": "dub/{inputName}.m4a", "language": "fra", "name": "Français", "default": True}],
            "add_on_subtitles": [{"key": "subs/{inputName}.srt", "language": "zh-Hans", "name": "中文"}],
        }
        return ladder(add_ons, **{"segment_type": "mp4-mp4-segment", **parameters})

    def test_further_sound_and_subtitles(self, clips: Clips, tmp_path: Path) -> None:
        extra = {"dub/{inputName}.m4a": clips.audio_only, "subs/{inputName}.srt": clips.subtitles}
        outcome = made(clips.bilingual, tmp_path / "work", self.item(), extra=extra)
        master = m3u8.load(str(published(outcome, tmp_path / "bucket")))
        assert [(one.type, one.language, one.name, one.default) for one in master.media] == [
            ("AUDIO", "en", "English", "NO"),
            ("AUDIO", "fr", "Français", "YES"),
            ("SUBTITLES", "zh-Hans", "中文", "NO"),
        ]

    def test_what_is_missing_is_reported(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match=r"'dub/\{inputName\}.m4a'"):
            made(clips.bilingual, tmp_path, self.item())

    def test_subtitles_that_are_no_sound(self, clips: Clips, tmp_path: Path) -> None:
        extra = {"dub/{inputName}.m4a": clips.subtitles, "subs/{inputName}.srt": clips.subtitles}
        with pytest.raises(MediaError, match="has no audio"):
            made(clips.bilingual, tmp_path, self.item(), extra=extra)


class TestVerification:
    def test_a_master_that_misses_a_stream_is_not_published(
        self, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def short(version: int, variants: list[VariantEntry], *rest: Any) -> MasterPlaylist:
            return MasterPlaylist(version, variants[:1], *rest)

        monkeypatch.setattr(contents, "MasterPlaylist", short)
        with pytest.raises(OutputRejectedError, match="the master playlist shows"):
            made(clips.plain, tmp_path, ladder())

    def test_a_segment_that_is_not_there_is_noticed(self, tmp_path: Path) -> None:
        playlist = tmp_path / "x.m3u8"
        playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nnone.ts\n#EXT-X-ENDLIST\n")
        with pytest.raises(OutputRejectedError, match="cannot be opened"):
            require_complete("x.m3u8", {"x.m3u8": playlist}, Counter(video=1), tmp_path / "room")
        assert not (tmp_path / "room").exists()


@pytest.mark.parametrize("options", [{"encryption": {}}, {"segment_type": "mp4-mp4-segment"}, {"format": "dash"}])
def test_what_is_foreseen_is_what_is_made(clips: Clips, tmp_path: Path, options: dict[str, Any]) -> None:
    """But for the segments, of which one stands for all of a sub-stream."""
    item = ladder(subtitles="source", **options)
    context = BuildContext(clips.bilingual, probe(clips.bilingual), tmp_path, BUNDLED_FONT)
    plan = build(context, item, 0)
    foreseen = Counter((file.pattern, file.role) for file in (*plan.files, *plan.finish.foreseen()))
    found = Counter((file.pattern, file.role) for file in made(clips.bilingual, tmp_path, item).files)
    assert set(foreseen) == set(found)
    assert all(foreseen[one] == found[one] for one in found if "{segmentNumber}" not in one[0])
