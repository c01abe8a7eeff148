"""The builders are pure: settings in, ffmpeg arguments and planned files out. Nothing runs here."""

from __future__ import annotations

import ast
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import ffmpeg
import pytest

import media_workflows.media
from definitions import PNG
from media_workflows.domain.jobs import MEDIA_KINDS
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.sampling import sample_count
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.errors import InvalidOffsetError, MediaError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.ffmpeg.graph import merged
from media_workflows.media.filters.build_context import BuildContext, ExtraInput
from media_workflows.media.jobs.job import BUILDERS
from media_workflows.media.packaging.hls import single_rendition
from media_workflows.media.plan.planned import SEEKS_PER_PASS, Plan, build_plan
from media_workflows.naming import output_key
from probed import video_stream

VIDEO = video_stream()
AUDIO = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=6)
INFO = MediaInfo(container="mov,mp4", duration_s=20, size_bytes=1, bitrate_bps=1, video=VIDEO, audio=(AUDIO,))


def plan(*items: JobItem[Any], info: MediaInfo = INFO, seek: bool = True) -> Plan:
    context = BuildContext(Path("/in/-odd %d name.mp4"), info, Path("/work"), BUNDLED_FONT, seek=seek)
    return build_plan(BUILDERS[items[0].kind], context, dict(enumerate(items)))


def command(made: Plan, number: int = 0) -> list[str]:
    compiled: list[str] = ffmpeg.compile(made.graphs[number])
    return compiled


def option(arguments: list[str], name: str) -> list[str]:
    return [value for flag, value in itertools.pairwise(arguments) if flag == name]


def raw(**parameters: object) -> TranscodeItem:
    return TranscodeItem.model_validate({"parameters": {"container": "mp4", **parameters}})


def test_every_kind_has_a_builder() -> None:
    assert tuple(BUILDERS) == MEDIA_KINDS


def test_one_module_spawns() -> None:
    spawners = set()
    for path in Path(media_workflows.media.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            spawners |= {path.name for name in names if name in ("subprocess", "multiprocessing")}
    assert spawners == {"run.py"}


class TestSharing:
    def test_a_ladder_reads_the_source_once(self) -> None:
        made = plan(*(TranscodeItem(template=id_) for id_ in (100010, 100020, 100030, 100240)))
        arguments = command(made)
        assert len(made.graphs) == 1
        assert option(arguments, "-i") == ["file:/in/-odd %d name.mp4"]
        assert option(arguments, "-filter_complex")[0].count("fps=fps=25") == 1

    def test_the_source_is_opened_with_the_allow_lists(self) -> None:
        arguments = command(plan(TranscodeItem(template=100010)))
        assert option(arguments, "-protocol_whitelist") == ["file"]
        allowed = option(arguments, "-format_whitelist")[0].split(",")
        assert not {"hls", "dash", "concat", "sdp", "image2", "imf"} & set(allowed)

    def test_equal_offsets_share_a_seek_and_many_seeks_take_turns(self) -> None:
        twice = [SnapshotByTimeOffsetItem(template=10, time_offsets=["1s", "50%"])] * 2
        arguments = command(plan(*twice))
        assert option(arguments, "-ss") == ["1.000000", "10.000000"]
        many = SnapshotByTimeOffsetItem(template=10, time_offsets=[f"{second}s" for second in range(20)])
        made = plan(many)
        assert len(made.graphs) == -(-20 // SEEKS_PER_PASS)

    def test_split_is_put_where_a_filter_is_read_twice(self) -> None:
        half = ffmpeg.input("a").filter("hflip")
        graph = merged([half.output("x"), half.filter("vflip").output("y")])
        text = option(ffmpeg.compile(graph), "-filter_complex")[0]
        assert text.count("hflip") == 1
        assert "split=2" in text

    def test_no_user_text_in_a_graph(self) -> None:
        mark = {"mark": {"type": "text", "text": "中文';"}}
        item = TranscodeItem.model_validate({"template": 100010, "output_path": "我的.{format}", "watermarks": [mark]})
        made = plan(item)
        assert not any("中文" in part or "我的" in part for part in command(made))
        assert [path.suffix for path in made.assets] == [".png"]

    def test_overlays_do_not_go_through_rgb(self) -> None:
        """`auto` would convert every frame to RGB and back, which costs more than twice the drawing."""
        item = {"template": 100010, "watermarks": [{"mark": {"type": "text", "text": "a"}}], "mosaics": [{}]}
        graph = option(command(plan(TranscodeItem.model_validate(item))), "-filter_complex")[0]
        assert graph.count("overlay=format=yuv420:") == 2


class TestTranscode:
    def test_average_bitrate_has_a_bounded_peak(self) -> None:
        arguments = command(plan(TranscodeItem(template=100010)))
        assert [option(arguments, name)[0] for name in ("-b:v", "-maxrate", "-bufsize")] == ["400k", "600k", "800k"]
        assert option(arguments, "-movflags") == ["+faststart"]

    def test_crf_gop_profile(self) -> None:
        arguments = command(plan(raw(video={"crf": 18, "gop_frames": 50, "profile": "high"})))
        assert [option(arguments, name)[0] for name in ("-crf", "-g", "-profile:v")] == ["18", "50", "high"]
        assert not option(arguments, "-b:v")
        assert "-c:a" not in arguments

    def test_mp3_is_at_most_stereo_at_a_rate_it_has(self) -> None:
        audio = {"codec": "mp3", "channels": 0, "sample_rate_hz": 96_000}
        arguments = command(plan(raw(container="mp3", audio=audio)))
        assert (option(arguments, "-ac"), option(arguments, "-ar")) == (["2"], ["48000"])

    @pytest.mark.parametrize(
        ("fps", "rate"), [(23.976, "24000/1001"), (29.97, "30000/1001"), (25, "25"), (12.5, "25/2")]
    )
    def test_broadcast_rates_are_exact(self, fps: float, rate: str) -> None:
        graph = option(command(plan(raw(video={"fps": fps}))), "-filter_complex")[0]
        assert f"fps=fps={rate}:" in graph

    def test_joined_clips_have_the_exact_rate_of_the_source(self) -> None:
        info = INFO.model_copy(update={"video": video_stream(fps=29.97)})
        extra = {"t": ExtraInput(Path("/in/t.mp4"), INFO)}
        item = raw(video={}, audio={}).model_copy(update={"tail": ["t"]})
        context = BuildContext(Path("/in/a.mp4"), info, Path("/work"), BUNDLED_FONT, extra=extra)
        graph = option(command(build_plan(BUILDERS["transcode"], context, {0: item})), "-filter_complex")[0]
        assert graph.count("fps=fps=30000/1001") == 2

    def test_zero_channels_keep_the_sources(self) -> None:
        assert not option(command(plan(raw(audio={"codec": "aac", "channels": 0}))), "-ac")

    def test_a_copy_carries_no_watermark(self) -> None:
        mark = {"mark": {"type": "image", "content": PNG}}
        made = plan(TranscodeItem.model_validate({"template": 875, "watermarks": [mark]}))
        assert "keeps the picture as it is" in str(made.failures[0])

    def test_nothing_left(self) -> None:
        made = plan(raw(container="m4a", audio={}), info=INFO.model_copy(update={"audio": ()}))
        assert isinstance(made.failures[0], MediaError)
        assert made.graphs == ()


class TestNames:
    def test_variables(self) -> None:
        item = SnapshotByTimeOffsetItem(template=10, time_offsets=["0s", "1s"])
        files = plan(item).items[0].files
        keys = [output_key(file.pattern, "out/", "in/a b.MP4", dict(file.variables)) for file in files]
        assert keys == ["out/a b_snapshotByTimeOffset_10_0.jpg", "out/a b_snapshotByTimeOffset_10_1.jpg"]

    @pytest.mark.parametrize(
        ("output_path", "key"),
        [
            ("", "out/a_transcode_100210_0.ts"),
            ("x/{inputName}.{format}", "out/x/a_0.ts"),
            ("/top.{format}", "top_0.ts"),
        ],
    )
    def test_segments_lie_beside_their_manifest(self, tmp_path: Path, output_path: str, key: str) -> None:
        item = TranscodeItem(template=100210, output_path=output_path)
        series = plan(item).items[0].finish
        assert isinstance(series, single_rendition.SegmentSeries)
        manifest = tmp_path / "item0.m3u8"
        manifest.write_text("#EXTM3U\n#EXTINF:2,\nitem0_segment00000.ts\n#EXT-X-ENDLIST\n")
        (tmp_path / "item0_segment00000.ts").touch()
        (segment,) = replace(series, manifest=replace(series.manifest, path=manifest))("in/a.mp4")
        assert output_key(segment.pattern, "out/", "in/a.mp4", dict(segment.variables)) == key
        assert segment.role == "segment"

    def test_numbers(self) -> None:
        item = SampleSnapshotItem.model_validate(
            {"template": 10, "number_format": {"initial": 1, "increment": 2, "min_length": 3}}
        )
        files = plan(item).items[0].files
        assert [file.variables["number"] for file in files[:3]] == ["001", "003", "005"]


class TestTimes:
    @pytest.mark.parametrize(
        ("duration_s", "interval_s", "count"), [(20, 2, 10), (20, 3, 7), (0.3, 0.1, 3), (1, 5, 1), (0, 0, 1)]
    )
    def test_samples_lie_before_the_end(self, duration_s: float, interval_s: float, count: int) -> None:
        assert sample_count(duration_s, interval_s) == count

    def test_few_samples_jump_and_many_decode_once(self) -> None:
        few = SampleSnapshotItem(template=10)
        many = SampleSnapshotItem.model_validate({"parameters": {"sample_type": "percent", "sample_interval": 2}})
        assert len(plan(few).items[0].files) == 10
        made = plan(many)
        assert len(made.items[0].files) == 50
        assert option(command(made), "-frames:v") == ["50"]
        assert not option(command(made), "-ss")

    def test_an_offset_behind_the_end(self) -> None:
        made = plan(SnapshotByTimeOffsetItem(template=10, time_offsets=["20s", "21s"]))
        assert isinstance(made.failures[0], InvalidOffsetError)
        assert "'21s'" in str(made.failures[0])
        assert "20.000 s" in str(made.failures[0])

    def test_an_animation_is_cut_at_the_end(self) -> None:
        item = AnimatedGraphicItem(template=20000, start_offset_s=19, end_offset_s=30)
        made = plan(item)
        assert option(command(made), "-t") == ["1.000000"]
        assert made.items[0].files[0].expects.duration_s == 1

    def test_the_second_attempt_does_not_jump(self) -> None:
        for item in (
            SnapshotByTimeOffsetItem(template=10, time_offsets=["3s"]),
            AnimatedGraphicItem(template=20000, start_offset_s=3, end_offset_s=4),
        ):
            assert not option(command(plan(item, seek=False)), "-ss")
