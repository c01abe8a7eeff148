"""`media-workflows run-local` on small clips: outputs on disk, plain words when it cannot."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from clips import Clips
from media_workflows.cli import app
from media_workflows.media.source.probe import probe, probe_picture

WORKFLOWS = Path(__file__).parents[2] / "config" / "workflows"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


def run(file: Path, workflow: str, output: Path) -> Result:
    arguments = ["run-local", str(file), str(WORKFLOWS / workflow), "--output", str(output)]
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "500"})


def made(output: Path) -> dict[str, int]:
    return {str(path.relative_to(output)): path.stat().st_size for path in output.rglob("*") if path.is_file()}


def test_the_demo_workflow(clips: Clips, tmp_path: Path) -> None:
    result = run(clips.plain, "demo.yaml", tmp_path)
    assert result.exit_code == 0, result.output
    files = made(tmp_path)
    assert all(files.values())
    samples = {f"out/plain_sampleSnapshot_10_{number}.jpg" for number in range(10)}
    assert set(files) - samples == {
        "out/plain_transcode_100010.mp4",
        "out/plain_transcode_100210.m3u8",
        "out/plain_transcode_100210_0.ts",
        *(f"out/plain_snapshotByTimeOffset_10_{number}.jpg" for number in range(3)),
        "out/plain_animatedGraphic_0.gif",
    }
    assert "out/plain_sampleSnapshot_10_0.jpg" in files
    assert "plain_transcode_100210_0.ts" in (tmp_path / "out/plain_transcode_100210.m3u8").read_text()
    assert str(tmp_path / "out/plain_transcode_100010.mp4") in result.stdout.replace("\n", "")


def test_the_podcast_workflow(clips: Clips, tmp_path: Path) -> None:
    result = run(clips.audio_only, "podcast.yaml", tmp_path)
    assert result.exit_code == 0, result.output
    assert set(made(tmp_path)) == {"podcast-mp3/audio_only.mp3"}


def test_the_short_video_workflow(clips: Clips, tmp_path: Path) -> None:
    result = run(clips.plain, "short-video.yaml", tmp_path)
    assert result.exit_code == 0, result.output
    covers = {f"covers/plain_{number}.jpg" for number in range(3)}
    assert set(made(tmp_path)) == {"plain_transcode_100010.mp4", "plain_transcode_100030.mp4", *covers}


def test_joined_clips_lie_beside_the_file(clips: Clips, tmp_path: Path) -> None:
    for name, clip in (("film.mp4", clips.plain), ("film_intro.mp4", clips.short)):
        shutil.copy(clip, tmp_path / name)
    workflow = tmp_path / "w.yaml"
    item = "{template: 100010, head: ['{inputName}_intro.mp4']}"
    workflow.write_text(f"name: w\ntrigger: {{bucket: media-input}}\njobs: {{transcode: [{item}]}}\n")
    result = run(tmp_path / "film.mp4", str(workflow), tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert probe(tmp_path / "out/film_transcode_100010.mp4").duration_s == pytest.approx(2.5, abs=0.15)


@pytest.mark.parametrize("clip", ["text", "empty", "no_index"])
def test_a_broken_file(clips: Clips, tmp_path: Path, clip: str) -> None:
    file = getattr(clips, clip)
    result = run(file, "short-video.yaml", tmp_path / "outputs")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("error: ")
    assert len(result.stderr) > len("error: ") + 20
    assert "Traceback" not in result.output
    assert not (tmp_path / "outputs").exists()


def test_a_cut_file(clips: Clips, tmp_path: Path) -> None:
    result = run(clips.cut_in_the_middle, "short-video.yaml", tmp_path)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "failed" in result.output or result.stderr.startswith("error: ")
    assert "transcode_100010.mp4" not in " ".join(made(tmp_path))


def test_a_job_that_needs_pictures_on_a_file_that_has_none(clips: Clips, tmp_path: Path) -> None:
    result = run(clips.audio_only, "short-video.yaml", tmp_path)
    assert result.exit_code == 1
    assert "snapshot_by_time_offset (definition 10)" in result.stdout
    assert not any(name.endswith(".jpg") for name in made(tmp_path))


def test_a_name_with_brackets_is_shown_as_it_is(clips: Clips, tmp_path: Path) -> None:
    file = tmp_path / "[eng] clip.mp4"
    file.write_bytes(clips.plain.read_bytes())
    result = run(file, "short-video.yaml", tmp_path / "outputs")
    assert result.exit_code == 0
    assert "covers/[eng] clip_0.jpg" in result.stdout


def test_a_bad_workflow_file(clips: Clips, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: a b\n")
    result = CliRunner().invoke(app, ["run-local", str(clips.plain), str(bad)])
    assert result.exit_code == 1
    assert f"{bad}: name" in result.stderr


STEPS = """
name: w
trigger: {bucket: media-input}
output: {directory: out/}
steps:
  - id: covers
    input: small
    sample_snapshot: {template: 10, output_path: "{inputName}_{number}.{format}"}
    output: {directory: covers/}
  - {id: check, quality_control: {parameters: {black_screen: {}, low_resolution: {}}}}
  - id: small
    after: [check]
    when: quality.low_resolution && source.short_edge < 1000
    transcode: {parameters: {container: mp4, video: {codec: h264, width: 160}}}
  - id: large
    after: [check]
    when: "!quality.low_resolution"
    transcode: {template: 100030}
  - {id: behind, after: [large], image_sprite: {template: 10}}
  - id: late
    after: [small]
    when: steps.small.status == "success" && steps.small.output.duration_ratio > 0.9
    snapshot_by_time_offset: {template: 10, time_offsets: ["0s"]}
  - id: broken
    on_failure: continue
    snapshot_by_time_offset: {template: 10, time_offsets: ["99s"], output_path: "x{number}.{format}"}
  - id: sorry
    after: [broken]
    when: steps.broken.status == "failed"
    snapshot_by_time_offset: {template: 10, time_offsets: ["0s"], output_path: "sorry{number}.{format}"}
  - {id: ask, approval: {message: "?"}}
  - {id: asked, after: [ask], image_sprite: {template: 10}, output: {directory: asked/}}
  - {id: tags, analysis: {template: 10}}
  - id: news
    after: [tags]
    when: "'news' in analysis.tags"
    animated_graphic: {template: 20000, end_offset_s: 1}
"""


def test_steps_run_in_order_by_their_conditions(clips: Clips, tmp_path: Path) -> None:
    workflow = tmp_path / "w.yaml"
    workflow.write_text(STEPS)
    result = run(clips.plain, str(workflow), tmp_path / "made")
    assert result.exit_code == 0, result.output
    files = set(made(tmp_path / "made"))
    covers = {name for name in files if name.startswith("covers/plain_")}
    assert covers
    assert {name for name in files - covers if not name.endswith(".json")} == {
        "out/plain_transcode_0.mp4",
        "out/plain_snapshotByTimeOffset_10_0.jpg",
        "out/sorry0.jpg",
    }
    assert probe_picture(tmp_path / "made" / min(covers)).video.width == 160
    for line in (
        "large: would be skipped: its condition is false: !quality.low_resolution (quality.low_resolution = true)",
        "behind: would be skipped: all steps before it would be",
        "failed: broken (definition 10): time offset '99s'",
        "ask: not run locally, as it is a step of `approval`",
        "asked: decided during the run by steps.ask.answer",
        "tags: not run locally, it needs the libraries of words and persons",
        "news: decided during the run by analysis.tags",
    ):
        assert line in result.stdout


def test_a_failed_step_ends_what_is_after_it(clips: Clips, tmp_path: Path) -> None:
    workflow = tmp_path / "w.yaml"
    item = "{template: 10, time_offsets: ['99s']}"
    steps = f"[{{id: a, snapshot_by_time_offset: {item}}}, {{id: b, after: [a], sample_snapshot: {{template: 10}}}}]"
    workflow.write_text(f"name: w\ntrigger: {{bucket: media-input}}\nsteps: {steps}\n")
    result = run(clips.plain, str(workflow), tmp_path / "made")
    assert result.exit_code == 1
    assert "b: would not run, as a step before it would fail" in result.stdout
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("offset", ["0s", "99s"])
def test_together_writes_all_or_nothing(clips: Clips, tmp_path: Path, offset: str) -> None:
    workflow = tmp_path / "w.yaml"
    shot = "{id: a, snapshot_by_time_offset: {template: 10, time_offsets: ['0s']}}"
    item = f"{{template: 10, time_offsets: ['{offset}'], output_path: 'b{{number}}.{{format}}'}}"
    steps = f"[{shot}, {{id: b, after: [a], snapshot_by_time_offset: {item}}}]"
    workflow.write_text(f"name: w\ntrigger: {{bucket: media-input}}\npublish: together\nsteps: {steps}\n")
    result = run(clips.plain, str(workflow), tmp_path / "made")
    written = sorted(made(tmp_path / "made"))
    if offset == "0s":
        assert (result.exit_code, written) == (0, ["b0.jpg", "plain_snapshotByTimeOffset_10_0.jpg"])
    else:
        assert (result.exit_code, written) == (1, [])
        assert "nothing is written, as a step failed" in result.stdout
