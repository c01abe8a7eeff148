"""Outputs that show something else than their source are rejected; shapes and sizes that make no sense are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clip_making import encode
from clips import Clips
from media_workflows.domain.jobs import Jobs
from media_workflows.errors import OutputRejectedError, PictureSizeError, UnreadableSourceError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.plan.depiction import Depiction, Tile
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.media.source.probe import probe
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify.outputs import verify_file
from media_workflows.media.verify.source_frames import SourceFrames
from media_workflows.settings import Settings
from pixels import frames, is_blue, is_red, pixel

SPOILED = {
    "black": "drawbox=c=black:t=fill",
    "green": "drawbox=c=0x00ff00:t=fill",
    "grey": "drawbox=c=gray:t=fill",
    "upside down": "vflip",
    "turned": "hflip,vflip",
    "squashed": "scale=80:240,pad=320:240:120:0",
}


def outcome_of(source: Path, work_dir: Path, kind: str, **item: Any) -> ItemOutcome:
    items = getattr(Jobs.model_validate({kind: [item]}), kind)
    request = JobRequest(kind, items, source, f"in/{source.name}", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    return outcome


def verified(source: Path, output: Path, depicts: Depiction) -> None:
    info = probe(source)
    timeline = SourceTimeline(source, info)
    file = PlannedFile(output, "", {"format": "mp4"}, Expectation(video=True, audio=False), depicts=depicts)
    verify_file(file, timeline, SourceFrames(source, info, timeline))


@pytest.fixture(scope="module")
def natural(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Upright and lopsided, unlike a test card; it changes all the time."""
    path = tmp_path_factory.mktemp("natural") / "natural.mp4"
    picture = "gradients=s=320x240:r=10:d=6:c0=navy:c1=orange:x0=0:y0=0:x1=0:y1=239:speed=0.00001:seed=3"
    moving = "drawbox=x=20:y='20+t*20':w=90:h=60:c=white:t=fill"
    encode("-f", "lavfi", "-i", f"{picture},{moving}", "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path))
    return path


@pytest.fixture(scope="module")
def colourful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red beside blue: other colours have much the same luma."""
    path = tmp_path_factory.mktemp("colourful") / "colourful.mkv"
    encode("-f", "lavfi", "-i", "color=red:s=320x240:d=1,drawbox=w=160:h=240:c=blue:t=fill", "-c:v", "ffv1", str(path))
    return path


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("card") / "card.mkv"
    encode("-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=1", "-pix_fmt", "yuv420p", "-c:v", "ffv1", str(path))
    return path


class TestSpoiledOutputs:
    @pytest.mark.parametrize("name", SPOILED)
    def test_videos(self, natural: Path, tmp_path: Path, name: str) -> None:
        output = tmp_path / "out.mp4"
        encode("-i", str(natural), "-vf", SPOILED[name], "-c:v", "libx264", str(output))
        with pytest.raises(OutputRejectedError, match=r"does not show the source at 0\.00 s.*expected a mean colour"):
            verified(natural, output, Depiction(length_s=6))

    @pytest.mark.parametrize("name", SPOILED)
    def test_pictures(self, natural: Path, tmp_path: Path, name: str) -> None:
        output = tmp_path / "out.png"
        encode("-ss", "3", "-i", str(natural), "-vf", SPOILED[name], "-frames:v", "1", "-update", "1", str(output))
        with pytest.raises(OutputRejectedError, match=r"does not show the source at 3\.00 s"):
            verified(natural, output, Depiction(tiles=[Tile(3.0)]))

    @pytest.mark.parametrize("size", ["32:24", "21:16"])
    @pytest.mark.parametrize("name", SPOILED)
    def test_small_tiles(self, natural: Path, tmp_path: Path, name: str, size: str) -> None:
        output = tmp_path / "thumbnails_0.jpg"
        filters = f"{SPOILED[name]},scale={size}"
        encode("-ss", "3", "-i", str(natural), "-vf", filters, "-frames:v", "1", "-update", "1", str(output))
        with pytest.raises(OutputRejectedError, match=r"thumbnails_0\.jpg does not show the source at 3\.00 s"):
            verified(natural, output, Depiction(tiles=[Tile(3.0)]))

    def test_a_small_tile_of_another_picture(self, natural: Path, card: Path, tmp_path: Path) -> None:
        output = tmp_path / "tile.jpg"
        encode("-i", str(card), "-vf", "scale=32:24", "-frames:v", "1", "-update", "1", str(output))
        with pytest.raises(OutputRejectedError, match="different picture"):
            verified(natural, output, Depiction(tiles=[Tile(0.0)]))

    @pytest.mark.parametrize("colours", ["hue=h=120", "colorchannelmixer=rr=0:rb=1:br=1:bb=0", "hue=s=0"])
    def test_small_tiles_in_other_colours(self, colourful: Path, tmp_path: Path, colours: str) -> None:
        output = tmp_path / "tile.jpg"
        encode("-i", str(colourful), "-vf", f"{colours},scale=32:24", "-frames:v", "1", "-update", "1", str(output))
        with pytest.raises(OutputRejectedError, match=r"different picture|colours are different|turned or mirrored"):
            verified(colourful, output, Depiction(tiles=[Tile(0.0)]))

    def test_a_frozen_video(self, tmp_path: Path) -> None:
        source, output = tmp_path / "source.mp4", tmp_path / "out.mp4"
        halves = "color=red:s=160x120:d=3[a];color=blue:s=160x120:d=3[b];[a][b]concat"
        encode("-f", "lavfi", "-i", halves, str(source))
        encode("-f", "lavfi", "-i", "color=red:s=160x120:d=6", str(output))
        with pytest.raises(OutputRejectedError, match=r"its colours are different; expected .*found 2\d\d,0,0"):
            verified(source, output, Depiction(length_s=6))

    def test_good_ones_pass(self, natural: Path, tmp_path: Path) -> None:
        encode("-i", str(natural), "-vf", "scale=64:48", "-b:v", "20k", str(tmp_path / "low.mp4"))
        verified(natural, tmp_path / "low.mp4", Depiction(length_s=6))


class TestSmallThumbnails:
    """Scaling spreads the colours of test cards over cells that are not much larger than a pixel."""

    @pytest.mark.parametrize("pattern", ["testsrc2=s=160x90", "testsrc=s=320x180", "smptehdbars=s=320x180"])
    def test_a_ladder(self, tmp_path: Path, pattern: str) -> None:
        source = tmp_path / "source.mp4"
        encode("-f", "lavfi", "-i", f"{pattern}:r=10:d=3", "-pix_fmt", "yuv420p", "-c:v", "libx264", str(source))
        streams = [{"video": {"codec": "h264", "width": 128, "crf": 40}, "audio": None}]
        for width in (30, 32, 40, 60):
            parameters = {"format": "cmaf", "streams": streams, "thumbnails": {"interval_s": 1, "width": width}}
            outcome = outcome_of(source, tmp_path / str(width), "adaptive_dynamic_streaming", parameters=parameters)
            assert outcome.error is None, width

    @pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
    @pytest.mark.parametrize("size", ["30:17", "32:18", "36:20", "57:32", "71:40"])
    def test_pictures(self, card: Path, tmp_path: Path, size: str, suffix: str) -> None:
        output = tmp_path / f"tile.{suffix}"
        encode("-i", str(card), "-vf", f"scale={size}", "-q:v", "2", "-frames:v", "1", "-update", "1", str(output))
        verified(card, output, Depiction(tiles=[Tile(0.0)]))

    def test_videos(self, card: Path, tmp_path: Path) -> None:
        encode("-i", str(card), "-vf", "scale=32:18", "-c:v", "libx264", str(tmp_path / "small.mp4"))
        verified(card, tmp_path / "small.mp4", Depiction(length_s=1))


class TestShapes:
    @pytest.mark.parametrize("name", ["zero_matrix", "turned_by_45_degrees", "wide_pixels"])
    def test_what_makes_no_sense_is_ignored_and_named(self, clips: Clips, tmp_path: Path, name: str) -> None:
        source = getattr(clips, name)
        parameters = {"container": "mp4", "video": {}, "audio": {}}
        for number, outcome in enumerate(
            (
                outcome_of(source, tmp_path / "a", "transcode", parameters=parameters),
                outcome_of(
                    source, tmp_path / "b", "snapshot_by_time_offset", time_offsets=["1s"], parameters={"format": "png"}
                ),
            )
        ):
            assert outcome.error is None
            assert [notice.code for notice in outcome.notices] == ["SourceShapeIgnored"]
            shown = frames(outcome.files[0].path)[0]
            assert (shown.width, shown.height, shown.rotation) == (160, 120, 0), number
            assert is_red(pixel(shown, 0.05, 0.1))
            assert is_blue(pixel(shown, 0.95, 0.9))

    def test_a_webm_of_one_frame_is_whole(self, clips: Clips, tmp_path: Path) -> None:
        parameters = {"container": "mkv", "video": {}, "audio": {}}
        outcome = outcome_of(clips.one_frame_webm, tmp_path, "transcode", parameters=parameters)
        assert outcome.error is None


@pytest.mark.parametrize(
    ("size", "kind", "item", "says"),
    [
        ("64x4", "transcode", {"parameters": {"container": "mp4", "video": {"codec": "h265"}, "audio": None}}, "H.265"),
        ("4x4", "transcode", {"parameters": {"container": "mp4", "video": {"codec": "av1"}, "audio": None}}, "AV1"),
        (
            "2000x16",
            "transcode",
            {"parameters": {"container": "mp4", "video": {"height": 360}}},
            "H.264 supports at most",
        ),
        (
            "2000x16",
            "snapshot_by_time_offset",
            {"time_offsets": ["0s"], "parameters": {"format": "webp", "height": 720}},
            "WEBP supports at most 16383x16383",
        ),
        (
            "16x480",
            "snapshot_by_time_offset",
            {"time_offsets": ["0s"], "parameters": {"format": "png", "height": 2000}},
            "at most 100000000 pixels are encoded",
        ),
    ],
)
def test_sizes_are_refused_in_words(size: str, kind: str, item: dict[str, Any], says: str, tmp_path: Path) -> None:
    source = tmp_path / "source.mkv"
    encode("-f", "lavfi", "-i", f"color=red:s={size}:r=5:d=1", "-c:v", "ffv1", str(source))
    error = outcome_of(source, tmp_path, kind, **item).error
    assert isinstance(error, PictureSizeError)
    assert says in str(error)


def test_zeros_named_mp3(tmp_path: Path) -> None:
    source = tmp_path / "zeros.mp3"
    source.write_bytes(bytes(200_000))
    with pytest.raises(UnreadableSourceError, match="holds no mp3 audio"):
        probe(source)


class TestCopies:
    """A copy keeps the source's display matrix, by which players turn it."""

    @pytest.mark.parametrize(
        ("container", "message"),
        [
            ("mp4", ""),
            ("mov", ""),
            ("mkv", ""),
            ("ts", "degrees, which ts cannot store"),
            ("hls", "degrees, which ts cannot store"),
        ],
    )
    @pytest.mark.parametrize("degrees", [90, 180, 270])
    def test_a_rotated_source(self, natural: Path, tmp_path: Path, degrees: int, container: str, message: str) -> None:
        source = tmp_path / "rotated.mp4"
        encode("-display_rotation", str(degrees), "-i", str(natural), "-c", "copy", str(source))
        parameters = {"container": container, "video": {"codec": "copy"}, "audio": {"codec": "copy"}}
        outcome = outcome_of(source, tmp_path / "work", "transcode", parameters=parameters)
        assert message in str(outcome.error or "")
        assert bool(outcome.error) is bool(message)
