"""`run_job` on clips with known faults, judged by what is in the files it makes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import m3u8
import pytest
from PIL import Image, ImageSequence

from clips import Clips
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import (
    EncodeError,
    IncompleteSourceError,
    InvalidOffsetError,
    JobCancelledError,
    MediaError,
    NoVideoError,
    UnreadableSourceError,
)
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobOutcome, JobRequest
from media_workflows.media.source.probe import probe, probe_playlist
from media_workflows.naming import output_key
from media_workflows.settings import Settings
from pictures import encoded, plain
from pixels import frames, is_black, is_blue, is_red, pixel

FAST = {"codec": "h264", "crf": 20}


def run(source: Path, work_dir: Path, *items: JobItem[Any], key: str = "in/clip.mp4", **options: Any) -> JobOutcome:
    return run_job(JobRequest(items[0].kind, items, source, key, work_dir), lambda _: None, Settings(), **options)


def _frame_durations_ms(path: Path) -> list[int]:
    durations_ms = []
    with Image.open(path) as picture:
        for frame in ImageSequence.Iterator(picture):
            frame.load()
            durations_ms.append(frame.info["duration"])
    return durations_ms


def only(outcome: JobOutcome) -> ItemOutcome:
    (item,) = outcome.items
    if item.error:
        raise item.error
    return item


def transcode(container: str = "mp4", **fields: Any) -> TranscodeItem:
    parameters = {"container": container, "video": FAST, "audio": {"codec": "aac"}}
    parameters |= fields.pop("parameters", {})
    return TranscodeItem.model_validate({"parameters": parameters, **fields})


def snapshots(*offsets: str, **fields: Any) -> SnapshotByTimeOffsetItem:
    parameters = {"format": "png", **fields.pop("parameters", {})}
    return SnapshotByTimeOffsetItem.model_validate({"parameters": parameters, "time_offsets": offsets, **fields})


def animation(end_s: float = 1, start_s: float = 0, **parameters: object) -> AnimatedGraphicItem:
    return AnimatedGraphicItem.model_validate(
        {"parameters": {"fps": 5, **parameters}, "start_offset_s": start_s, "end_offset_s": end_s}
    )


@pytest.mark.isolates
class TestSources:
    @pytest.mark.parametrize("name", ["playlist_of_a_local_file", "playlist_of_a_url", "concat_script"])
    def test_a_playlist_is_refused_whatever_its_name(self, clips: Clips, name: str) -> None:
        with pytest.raises(UnreadableSourceError, match="playlist, a text that points to other files"):
            probe(getattr(clips, name))

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("empty", "0 bytes"),
            ("text", "not a supported media file"),
            ("still_picture", "still picture"),
            ("no_index", "index is missing"),
        ],
    )
    def test_other_refusals_say_why(self, clips: Clips, name: str, says: str) -> None:
        with pytest.raises(UnreadableSourceError, match=says):
            probe(getattr(clips, name))

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableSourceError):
            probe(tmp_path / "nothing.mp4")

    def test_a_cover_is_not_video(self, clips: Clips) -> None:
        info = probe(clips.attached_picture)
        assert info.video is None
        assert len(info.audio) == 1

    def test_rotation_and_pixel_aspect_make_the_display_size(self, clips: Clips) -> None:
        rotated, wide = probe(clips.rotated_90).video, probe(clips.anamorphic_sar).video
        assert (rotated.width, rotated.display_width, rotated.display_height) == (160, 120, 160)
        assert (wide.width, wide.display_width, wide.display_height) == (120, 240, 120)

    def test_plain_properties(self, clips: Clips) -> None:
        info = probe(clips.plain)
        assert info.video.codec == "h264"
        assert info.video.fps == 25
        assert info.duration_s == pytest.approx(2, abs=0.1)
        assert info.audio[0].codec == "aac"
        assert info.size_bytes == clips.plain.stat().st_size


class TestTranscode:
    def test_rotation_is_applied(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.rotated_90, tmp_path, transcode())).files[0]
        assert (made.info.video.width, made.info.video.height, made.info.video.rotation) == (120, 160, 0)
        frame = frames(made.path)[0]
        assert is_red(pixel(frame, 0.2, 0.5))
        assert is_blue(pixel(frame, 0.8, 0.5))

    def test_square_pixels_come_out(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.anamorphic_sar, tmp_path, transcode())).files[0]
        assert (made.info.video.width, made.info.video.height, made.info.video.display_width) == (240, 120, 240)

    def test_a_ladder_is_one_pass_and_bars_are_black(self, clips: Clips, tmp_path: Path) -> None:
        wide = {"video": {**FAST, "width": 320, "height": 128, "fps": 25}}
        items = [transcode(parameters=wide), transcode(parameters={"video": {**FAST, "height": 128, "fps": 25}})]
        first, second = run(clips.plain, tmp_path, *items).items
        assert first.error is second.error is None
        frame = frames(first.files[0].path)[0]
        assert (frame.width, frame.height) == (320, 128)
        assert is_black(pixel(frame, 0.05, 0.5))
        assert is_red(pixel(frame, 0.5, 0.2))
        assert second.files[0].info.video.height == 128
        assert not list(tmp_path.glob("alone*"))

    def test_odd_444_source_becomes_even_420(self, clips: Clips, tmp_path: Path) -> None:
        video = only(run(clips.odd_dimensions, tmp_path, transcode())).files[0].info.video
        assert (video.width % 2, video.height % 2, video.pixel_format) == (0, 0, "yuv420p")

    def test_ten_bits_become_eight(self, clips: Clips, tmp_path: Path) -> None:
        assert only(run(clips.ten_bit, tmp_path, transcode())).files[0].info.video.pixel_format == "yuv420p"

    def test_h265_in_mp4_carries_the_apple_tag(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.plain, tmp_path, transcode(parameters={"video": {"codec": "h265"}}))).files[0]
        assert made.info.video.codec == "hevc"
        assert b"hvc1" in made.path.read_bytes()

    def test_the_index_comes_first(self, clips: Clips, tmp_path: Path) -> None:
        data = only(run(clips.plain, tmp_path, transcode())).files[0].path.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")

    def test_varying_rate_keeps_its_frames(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.vfr, tmp_path, transcode())).files[0]
        assert len(frames(made.path)) == len(frames(clips.vfr))

    def test_codecs_of_constant_rates_take_the_usual_one_where_the_nominal_is_a_clock_s(
        self, clips: Clips, tmp_path: Path
    ) -> None:
        mxf = {"container": "mxf", "video": {"codec": "mpeg2"}, "audio": {"codec": "pcm"}}
        made = only(run(clips.clock_rate, tmp_path, transcode(parameters=mxf))).files[0]
        assert made.info.video.fps == 30

    def test_asked_rate_is_met(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.plain, tmp_path, transcode(parameters={"video": {**FAST, "fps": 10}}))).files[0]
        assert len(frames(made.path)) == 20

    def test_streams_the_source_lacks_are_left_out(self, clips: Clips, tmp_path: Path) -> None:
        silent = only(run(clips.no_audio, tmp_path / "a", transcode())).files[0].info
        blind = only(run(clips.audio_only, tmp_path / "b", transcode())).files[0].info
        assert (silent.video is not None, silent.audio) == (True, ())
        assert (blind.video, len(blind.audio)) == (None, 1)

    def test_nothing_left_is_an_error(self, clips: Clips, tmp_path: Path) -> None:
        item = transcode("m4a", parameters={"video": None})
        with pytest.raises(MediaError, match="the source has video only"):
            only(run(clips.no_audio, tmp_path, item))

    @pytest.mark.parametrize("container", ["mov", "mkv", "ts", "flv"])
    def test_containers(self, clips: Clips, tmp_path: Path, container: str) -> None:
        made = only(run(clips.plain, tmp_path, transcode(container))).files[0]
        assert made.info.video.codec == "h264"
        assert made.info.audio[0].codec == "aac"

    @pytest.mark.parametrize(("container", "codec"), [("m4a", "aac"), ("mp3", "mp3")])
    def test_audio_containers(self, clips: Clips, tmp_path: Path, container: str, codec: str) -> None:
        parameters = {"video": None, "audio": {"codec": codec, "bitrate_kbps": 64, "channels": 0}}
        info = only(run(clips.plain, tmp_path, transcode(container, parameters=parameters))).files[0].info
        assert [track.codec for track in info.audio] == [codec]
        assert info.audio[0].channels == 1

    def test_remux_keeps_the_stream(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.plain, tmp_path, TranscodeItem(template=875))).files[0]
        assert made.info.video.codec == "h264"

    def test_remux_of_an_unfit_codec_says_so(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match="ffv1, which mp4 cannot hold"):
            only(run(clips.odd_dimensions, tmp_path, TranscodeItem(template=875)))

    def test_audio_may_outlast_video(self, clips: Clips, tmp_path: Path) -> None:
        assert only(run(clips.short_video_long_audio, tmp_path, transcode())).files[0].info.duration_s > 2.8


class TestHls:
    def test_playlist_names_the_published_segments(self, clips: Clips, tmp_path: Path) -> None:
        outcome = only(run(clips.plain, tmp_path, transcode("hls"), key="in/我的 #1 clip.mp4"))
        manifest, segment = outcome.files
        key = output_key(segment.pattern, "out/", "in/我的 #1 clip.mp4", dict(segment.variables))
        assert (manifest.role, segment.role, key) == ("manifest", "segment", "out/我的 #1 clip_transcode_0_0.ts")
        uris = [line for line in manifest.path.read_text().splitlines() if not line.startswith("#")]
        assert uris == ["%E6%88%91%E7%9A%84%20%231%20clip_transcode_0_0.ts"]
        assert "#EXT-X-ENDLIST" in manifest.path.read_text()
        assert manifest.info.duration_s == pytest.approx(2, abs=0.2)

    def test_sound_behind_the_end_of_the_picture_keeps_its_place(self, clips: Clips, tmp_path: Path) -> None:
        """ffmpeg counts the picture alone: 10 s of sound after its end would be missing from the playlist."""
        made = only(run(clips.twelve_seconds_two_of_video, tmp_path, transcode("hls"))).files
        lengths = [line for line in made[0].path.read_text().splitlines() if line.startswith("#EXTINF")]
        assert [round(float(line.removeprefix("#EXTINF:").rstrip(","))) for line in lengths] == [10, 2]
        assert is_red(pixel(frames(made[2].path)[-1], 0.5, 0.2))

    def test_long_clips_have_several_segments(self, clips: Clips, tmp_path: Path) -> None:
        item = transcode("hls", parameters={"video": None})
        made = only(run(clips.twelve_seconds_two_of_video, tmp_path, item)).files
        assert [file.variables.get("number") for file in made] == [None, "0", "1"]

    @pytest.mark.grid
    @pytest.mark.parametrize("segment_type", ["ts", "ts-byterange", "mp4", "mp4-byterange"])
    @pytest.mark.parametrize("codec", ["h264", "h265", "copy"])
    def test_segment_types_and_lengths(self, clips: Clips, tmp_path: Path, segment_type: str, codec: str) -> None:
        parameters = {"video": {"codec": codec}, "segment_type": segment_type, "segment_s": 1}
        item = transcode("hls", parameters=parameters, segment_path="s/{inputName}-{number}.{format}")
        outcome = only(run(clips.plain, tmp_path / "work", item))
        for file in outcome.files:
            target = tmp_path / output_key(file.pattern, "out/", "in/clip.mp4", dict(file.variables))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.path.read_bytes())
        path = tmp_path / "out/clip_transcode_0.m3u8"
        playlist = m3u8.load(str(path))
        assert [segment.duration for segment in playlist.segments] == pytest.approx([1, 1], abs=0.1)
        assert playlist.is_independent_segments == (codec != "copy")
        extension = {"ts": "ts", "mp4": "m4s", "ts-byterange": "ts", "mp4-byterange": "mp4"}[segment_type]
        numbers = (0, 0) if segment_type.endswith("byterange") else (0, 1)
        assert [s.uri for s in playlist.segments] == [f"s/clip-{number}.{extension}" for number in numbers]
        assert (tmp_path / "out/s/clip-init.mp4").exists() == (segment_type == "mp4")
        info = probe_playlist(path)
        assert (info.video.codec, len(info.audio)) == ("hevc" if codec == "h265" else "h264", 1)
        assert len(frames(path)) == 50

    def test_segments_count_as_asked(self, clips: Clips, tmp_path: Path) -> None:
        numbers = {"initial": 1, "min_length": 3}
        item = transcode("hls", parameters={"video": None}, number_format=numbers)
        manifest, *segments = only(run(clips.twelve_seconds_two_of_video, tmp_path, item)).files
        assert [file.variables["number"] for file in segments] == ["001", "002"]
        assert "clip_transcode_0_002.ts" in manifest.path.read_text()

    def test_published_names_play(self, clips: Clips, tmp_path: Path) -> None:
        outcome = only(run(clips.plain, tmp_path / "work", transcode("hls", output_path="sub/x_{inputName}.{format}")))
        for file in outcome.files:
            target = tmp_path / output_key(file.pattern, "out/", "in/clip.mp4", dict(file.variables))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.path.read_bytes())
        info = probe_playlist(tmp_path / "out/sub/x_clip.m3u8")
        assert info.video.codec == "h264"
        assert (tmp_path / "out/sub/x_clip_0.ts").is_file()


class TestSnapshots:
    def test_offsets_give_their_frames(self, clips: Clips, tmp_path: Path) -> None:
        item = snapshots("0s", "50%", "1.2s", "100%", "2s")
        made = only(run(clips.counting, tmp_path, item)).files
        expected = [0, 25, 30, 49, 49]
        source = frames(clips.counting)
        for file, number in zip(made, expected, strict=True):
            wanted, found = pixel(source[number], 0.5, 0.5), pixel(frames(file.path)[0], 0.5, 0.5)
            assert found[0] == pytest.approx(wanted[0], abs=2), file.time_offset_s
        assert [file.variables["number"] for file in made] == list("01234")
        assert [file.time_offset_s for file in made] == [0, 1, 1.2, 2, 2]

    def test_a_stream_without_index_is_decoded_from_its_start(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.transport_stream, tmp_path, snapshots("0s", "100%"))).files
        assert len(made) == 2

    def test_rotation_and_odd_sizes(self, clips: Clips, tmp_path: Path) -> None:
        rotated = only(run(clips.rotated_90, tmp_path / "a", snapshots("10%"))).files[0]
        assert is_red(pixel(frames(rotated.path)[0], 0.2, 0.5))
        odd = only(run(clips.odd_dimensions, tmp_path / "b", snapshots("10%"))).files[0].info.video
        assert (odd.width, odd.height) == (161, 121)

    @pytest.mark.parametrize("format_", ["jpg", "webp"])
    def test_formats_keep_colours(self, clips: Clips, tmp_path: Path, format_: str) -> None:
        made = only(run(clips.plain, tmp_path, snapshots("1s", parameters={"format": format_}))).files[0]
        frame = frames(made.path)[0]
        assert is_red(pixel(frame, 0.5, 0.2))
        assert is_blue(pixel(frame, 0.5, 0.8))

    def test_an_offset_behind_the_end_fails_its_item_alone(self, clips: Clips, tmp_path: Path) -> None:
        bad, good = run(clips.plain, tmp_path, snapshots("9s"), snapshots("1s")).items
        assert isinstance(bad.error, InvalidOffsetError)
        assert "'9s'" in str(bad.error)
        assert "2.0" in str(bad.error)
        assert len(good.files) == 1

    def test_few_samples_and_many_samples_agree(self, clips: Clips, tmp_path: Path) -> None:
        parameters = {"sample_type": "time", "format": "png"}
        few = SampleSnapshotItem.model_validate({"parameters": {**parameters, "sample_interval": 0.4}})
        many = SampleSnapshotItem.model_validate({"parameters": {**parameters, "sample_interval": 0.04}})
        first, second = run(clips.counting, tmp_path, few, many).items
        assert (len(first.files), len(second.files)) == (5, 50)
        levels = [pixel(frames(file.path)[0], 0.5, 0.5)[0] for file in second.files]
        assert levels == sorted(set(levels))
        for number, file in enumerate(first.files):
            assert pixel(frames(file.path)[0], 0.5, 0.5)[0] == pytest.approx(levels[number * 10], abs=2)

    def test_no_video_is_an_error(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(NoVideoError):
            only(run(clips.attached_picture, tmp_path, snapshots("0s")))


class TestAnimations:
    def test_gif_has_its_frames_and_loops(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.counting, tmp_path, animation())).files[0]
        assert len(frames(made.path)) == 5
        assert b"NETSCAPE2.0\x03\x01\x00\x00" in made.path.read_bytes()
        assert made.content_type == "image/gif"

    def test_a_webp_of_one_frame_is_a_still(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.counting, tmp_path, animation(0.1, format="webp", width=160))).files[0]
        assert (made.info.video.width, made.info.video.height) == (160, 120)

    def test_a_webp_without_motion_is_one_picture(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.plain, tmp_path, animation(1, format="webp", width=160))).files[0]
        assert (made.info.video.width, made.info.video.height) == (160, 120)

    def test_bars_of_odd_pictures_keep_their_odd_sides(self, clips: Clips, tmp_path: Path) -> None:
        size = {"width": 129, "height": 201, "resolution_adaptive": False}
        made = only(run(clips.plain, tmp_path, snapshots("0s", parameters={"format": "jpg", **size}))).files[0]
        assert (made.info.video.width, made.info.video.height) == (129, 201)

    def test_webp_has_its_frames_and_loops(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.counting, tmp_path, animation(format="webp", width=160))).files[0]
        data = made.path.read_bytes()
        assert _frame_durations_ms(made.path) == [200] * 5
        loops = data[data.index(b"ANIM") + 12 :][:2]
        assert loops == b"\x00\x00"
        assert (made.info.video.width, made.info.video.height) == (160, 120)

    def test_cut_at_the_end_and_refused_behind_it(self, clips: Clips, tmp_path: Path) -> None:
        late, behind = run(clips.counting, tmp_path, animation(99, 1), animation(99, 2)).items
        assert len(frames(late.files[0].path)) == 5
        assert isinstance(behind.error, InvalidOffsetError)

    def test_range_starts_where_asked(self, clips: Clips, tmp_path: Path) -> None:
        made = only(run(clips.counting, tmp_path, animation(2, 1))).files[0]
        wanted = pixel(frames(clips.counting)[25], 0.5, 0.5)[0]
        assert pixel(frames(made.path)[0], 0.5, 0.5)[0] == pytest.approx(wanted, abs=6)


@pytest.mark.isolates
class TestFaults:
    def test_a_cut_source_is_distinguished_from_a_bad_output(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(IncompleteSourceError, match=r"ends at 0\.\d s of 3\.0 s: the file is incomplete"):
            only(run(clips.cut_in_the_middle, tmp_path, transcode()))

    def test_a_cut_wav_is_detected_by_its_bytes(self, clips: Clips, tmp_path: Path) -> None:
        audio = transcode("m4a", parameters={"video": None})
        with pytest.raises(IncompleteSourceError, match=r"holds \d+ of \d+ bytes"):
            only(run(clips.cut_wav, tmp_path / "a", audio))
        assert only(run(clips.piped_wav, tmp_path / "b", audio)).files

    def test_what_a_cut_source_still_holds_is_made(self, clips: Clips, tmp_path: Path) -> None:
        early, late = run(clips.cut_in_the_middle, tmp_path, snapshots("0.2s"), snapshots("100%")).items
        assert len(early.files) == 1
        assert isinstance(late.error, IncompleteSourceError)

    def test_one_bad_item_does_not_sink_the_others(self, clips: Clips, tmp_path: Path) -> None:
        whole = plain(width=64, height=64)
        broken = encoded(whole[: len(whole) // 2] + b"broken" * 20)
        mark = {"mark": {"type": "image", "content": broken}}
        bad, good = run(clips.plain, tmp_path, transcode(watermarks=[mark]), transcode("mkv")).items
        assert isinstance(bad.error, EncodeError)
        assert "its last output:" in str(bad.error)
        assert good.files[0].path.is_file()

    def test_progress_reaches_the_end(self, clips: Clips, tmp_path: Path) -> None:
        seen: list[Progress] = []
        run_job(JobRequest("transcode", [transcode()], clips.plain, "in/a.mp4", tmp_path), seen.append, Settings())
        assert seen[-1].percent == 100
        assert list(dict.fromkeys(progress.phase for progress in seen)) == ["probing", "encoding", "verifying"]

    def test_an_error_in_the_callback_leaves_no_process(self, clips: Clips, tmp_path: Path) -> None:
        def fail(progress: Progress) -> None:
            if progress.fps is not None:  # ffmpeg itself reports
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_job(JobRequest("transcode", [_slow()], clips.plain, "in/a.mp4", tmp_path), fail, Settings())
        assert not _children_running(tmp_path)

    def test_cancel_from_another_thread(self, clips: Clips, tmp_path: Path) -> None:
        cancellation = CancelToken()
        threading.Timer(0.4, cancellation.cancel).start()
        begun = time.monotonic()
        with pytest.raises(JobCancelledError):
            run(clips.plain, tmp_path, _slow(), cancellation=cancellation)
        assert time.monotonic() - begun < 60  # the whole would take minutes
        assert not _children_running(tmp_path)

    @pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
    def test_ffmpeg_dies_with_its_parent(self, clips: Clips, tmp_path: Path) -> None:
        program = (
            "import sys; from pathlib import Path; from media_workflows.media.jobs.job import run_job;"
            "from media_workflows.media.jobs.request import JobRequest;"
            "from media_workflows.domain.jobs.transcode import TranscodeItem as T;"
            "items = [T.model_validate_json(sys.argv[3])];"
            "request = JobRequest('transcode', items, Path(sys.argv[1]), 'a.mp4', Path(sys.argv[2]));"
            "run_job(request, lambda _: None)"
        )
        item = _slow().model_dump_json()
        parent = subprocess.Popen([sys.executable, "-c", program, str(clips.plain), str(tmp_path), item])
        _wait_for(lambda: _children_running(tmp_path))  # Python has to start, too
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        _wait_for(lambda: not _children_running(tmp_path))


def _slow() -> TranscodeItem:
    """Some seconds of work on a 2 s clip."""
    return transcode(parameters={"video": {"codec": "h265", "crf": 5, "width": 4096, "height": 2160, "fps": 120}})


def _children_running(work_dir: Path) -> bool:
    """Whether a process has `work_dir` as its directory."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == work_dir and b"ffmpeg" in (process / "cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


def _wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.05)
