"""`on_larger`: what is made of a rendition that has more bytes than its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import encode
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a still picture, in some hundred bytes per frame."""
    path = tmp_path_factory.mktemp("larger") / "small.mp4"
    encode("-f", "lavfi", "-i", "testsrc2=s=160x120:r=5:d=1", "-c:v", "libx264", "-crf", "51", str(path))
    return path


def made(
    source: Path, work_dir: Path, on_larger: str, container: str = "mp4", key: str = "", **parameters: Any
) -> ItemOutcome:
    asked = {"container": container, "video": {"crf": 1}, "audio": {"codec": "aac"}, **parameters}
    item = TranscodeItem.model_validate({"parameters": asked, "on_larger": on_larger})
    request = JobRequest(item.kind, [item], source, key or f"in/{source.name}", work_dir)
    return run_job(request, lambda _: None, Settings()).items[0]


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same picture with English and German sound and a subtitle."""
    directory = tmp_path_factory.mktemp("tracked")
    (directory / "one.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nOne\n")
    inputs = ["testsrc2=s=160x120:r=5:d=1", "sine=frequency=440:duration=1", "sine=frequency=880:duration=1"]
    given = [part for graph in inputs for part in ("-f", "lavfi", "-i", graph)]
    maps = [part for number in range(4) for part in ("-map", str(number))]
    labels = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu", "-metadata:s:s:0", "language=eng"]
    codecs = ["-c:v", "libx264", "-crf", "51", "-c:a", "aac", "-b:a", "32k", "-c:s", "mov_text"]
    path = directory / "tracked.mp4"
    encode(*given, "-i", str(directory / "one.srt"), *maps, *labels, *codecs, str(path))
    return path


@pytest.fixture(scope="module")
def one_track(tracked: Path) -> Path:
    """The same with the German sound alone, which has no label."""
    path = tracked.with_name("one_track.mp4")
    encode(
        "-i", str(tracked), "-map", "0:v", "-map", "0:a:1", "-c", "copy", "-metadata:s:a:0", "language=und", str(path)
    )
    return path


def tracks(path: Path) -> list[tuple[str, str]]:
    """Type and language of each track, as PyAV reads them."""
    with av.open(path) as container:
        return [(stream.type, stream.language or "") for stream in container.streams]


def packets(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_a_larger_output_is_published_unless_asked(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "publish")
    assert outcome.error is None
    assert outcome.files[0].path.stat().st_size > small.stat().st_size
    assert "SourceKept" not in [notice.code for notice in outcome.notices]


def test_the_source_is_kept_byte_for_byte(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "keep_source")
    (file,) = outcome.files
    assert file.path.read_bytes() == small.read_bytes()
    (notice,) = outcome.notices
    assert notice.code == "SourceKept"
    assert notice.parameters["source"] == small.stat().st_size < int(notice.parameters["made"])


def test_in_another_container_its_streams_are_kept(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "keep_source", "mkv")
    (file,) = outcome.files
    assert file.path.suffix == ".mkv"
    assert packets(file.path) == packets(small)
    assert "SourceKept" in [notice.code for notice in outcome.notices]


def test_a_codec_that_the_container_does_not_have_fails(small: Path, tmp_path: Path) -> None:
    parameters: dict[str, Any] = {"video": {"codec": "vp9", "crf": 1}, "audio": {"codec": "opus"}}
    outcome = made(small, tmp_path, "keep_source", "webm", **parameters)
    assert "the source cannot take its place" in str(outcome.error)


def test_it_fails_where_that_is_asked(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "fail")
    assert str(outcome.error).startswith(f"the output has {outcome.error and outcome.error.parameters['made']} bytes")
    assert outcome.files == ()


@pytest.mark.parametrize(
    ("is_in", "named", "brand"),
    [("mkv", "mp4", "isom"), ("mov", "mp4", "isom"), ("ts", "mov", "qt  "), ("mp4", "mkv", None)],
)
def test_a_file_of_another_format_than_its_name_is_remuxed(
    small: Path, tmp_path: Path, is_in: str, named: str, brand: str | None
) -> None:
    source = tmp_path / f"source.{is_in}"
    encode("-i", str(small), "-c", "copy", str(source))
    outcome = made(source, tmp_path / "work", "keep_source", named, key=f"in/a.{named}")
    assert outcome.error is None
    (file,) = outcome.files
    with av.open(file.path) as container:
        assert container.format.name.startswith("mov" if brand else "matroska")
        assert container.metadata.get("major_brand") == brand
    assert len(packets(file.path)) == len(packets(small))
    assert "SourceKept" in [notice.code for notice in outcome.notices]


def test_matroska_is_no_webm(small: Path, tmp_path: Path) -> None:
    """Not even where its name says so: WebM does not have H.264."""
    source = tmp_path / "source.mkv"
    encode("-i", str(small), "-c", "copy", str(source))
    codecs: dict[str, Any] = {"video": {"codec": "vp9", "crf": 1}, "audio": None}
    outcome = made(source, tmp_path / "work", "keep_source", "webm", key="in/a.webm", **codecs)
    assert "the source cannot take its place: the video of the source is h264" in str(outcome.error)


@pytest.mark.parametrize("container", ["mp4", "mkv"])
@pytest.mark.parametrize("audio", [{}, {"tracks": "all"}])
def test_all_tracks_are_kept(tracked: Path, tmp_path: Path, container: str, audio: dict[str, Any]) -> None:
    outcome = made(tracked, tmp_path, "keep_source", container, audio=audio, subtitles="source")
    assert outcome.error is None
    (file,) = outcome.files
    assert (file.path.read_bytes() == tracked.read_bytes()) == (container == "mp4")
    assert sorted(type_ for type_, _ in tracks(file.path)) == ["audio", "audio", "subtitle", "video"]


@pytest.mark.parametrize(
    ("audio", "languages"),
    [({"language": "fra"}, ["fra"]), ({"name": "Film"}, ["und"]), ({"source_language": "de"}, None)],
)
def test_labels_of_the_sound_are_kept(
    one_track: Path, tmp_path: Path, audio: dict[str, Any], languages: list[str] | None
) -> None:
    """None: the bytes of the source, whose only track is the one that is chosen."""
    outcome = made(one_track, tmp_path, "keep_source", audio=audio)
    assert outcome.error is None
    (file,) = outcome.files
    assert "SourceKept" in [notice.code for notice in outcome.notices]
    assert (file.path.read_bytes() == one_track.read_bytes()) == (languages is None)
    if languages:
        assert [language or "und" for type_, language in tracks(file.path) if type_ == "audio"] == languages
        with av.open(file.path) as container:
            assert audio.get("name", "") in container.streams.audio[0].metadata.values() or "name" not in audio


@pytest.mark.parametrize(
    ("audio", "why"),
    [
        ({"loudness_lufs": -30}, "changes its sound"),
        ({"channels": 1, "channel_mix": ["0.5"]}, "changes its sound"),
        ({"source_language": "de"}, "chooses or labels one of several audio tracks"),
        ({"language": "fr"}, "chooses or labels one of several audio tracks"),
    ],
)
def test_other_sound_is_not_replaced_by_the_source(
    tracked: Path, tmp_path: Path, audio: dict[str, Any], why: str
) -> None:
    """Saving refuses most of such items, but an earlier version may have stored them."""
    outcome = made(tracked, tmp_path, "keep_source", audio=audio)
    assert f"the source cannot take its place: the item {why}" in str(outcome.error)
    assert made(tracked, tmp_path / "larger", "publish", audio=audio).error is None


def test_sound_that_the_source_does_not_have_changes_nothing(small: Path, tmp_path: Path) -> None:
    outcome = made(small, tmp_path, "keep_source", audio={"loudness_lufs": -30})
    assert outcome.files[0].path.read_bytes() == small.read_bytes()
