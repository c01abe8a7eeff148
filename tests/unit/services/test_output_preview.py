"""What a dry run shows of series: what their members have in common."""

from __future__ import annotations

from pathlib import Path

from definitions import workflow
from media_workflows.domain.result import Role
from media_workflows.domain.workflow import parse_workflow
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.services.output_preview import OutputPreview


def file(pattern: str, role: Role = "segment", **variables: str) -> PlannedFile:
    return PlannedFile(Path("x"), pattern, variables, Expectation(video=False, audio=False), role=role)


def test_sub_streams_are_one_series_and_their_segments_are_not_counted() -> None:
    parsed = parse_workflow(
        {
            "name": "abr",
            "trigger": {"bucket": "media-in"},
            "output": {"directory": "out/"},
            "jobs": {"adaptive_dynamic_streaming": [{"template": 10}]},
        }
    )
    segments = [
        file("{inputName}_{subStreamNumber}_{segmentNumber}.{format}", subStreamNumber=number, format="ts")
        for number in "012"
    ]
    playlists = [
        file("{inputName}_{subStreamNumber}.{format}", "playlist", subStreamNumber=number, format="m3u8")
        for number in "012"
    ]
    manifest = file("{inputName}.{format}", "manifest", format="m3u8")
    shown = OutputPreview(parsed, parsed.output, "in/a.mp4", "wf_1", None).of([*segments, *playlists, manifest])
    assert [(one.key, one.count) for one in shown] == [
        ("out/a_{subStreamNumber}_{segmentNumber}.ts", None),
        ("out/a_{subStreamNumber}.m3u8", 3),
        ("out/a.m3u8", 1),
    ]


def test_sub_directories_are_shown() -> None:
    parsed = workflow(directory="in/", output={"directory": "out/{inputDirectory}/"})
    shown = OutputPreview(parsed, parsed.output, "in/cam1/a.mp4", "wf_1", None).of(
        [file("{inputName}.{format}", format="mp4")]
    )
    assert [one.key for one in shown] == ["out/cam1/a.mp4"]
