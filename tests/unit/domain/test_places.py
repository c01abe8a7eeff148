"""The places that a workflow reads and writes: what permissions are decided by."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import graph, workflow
from media_workflows.domain.places import Place, add_on_directories, awaited_add_ons, first_outside, places_of
from media_workflows.domain.workflow import parse_workflow

SHOT = {"template": 10, "time_offsets": ["0s"]}
VIDEO = {"template": 100010}
SEPARATE = {"format": "dash", "streams": [{"video": {}, "audio": {"codec": "aac"}}]}


def places(jobs: dict[str, Any], **output: str) -> list[str]:
    return [str(place) for place in places_of(workflow("w", "media", "in/", jobs=jobs, output=output))]


@pytest.mark.parametrize(
    ("jobs", "output", "expected"),
    [
        ({"snapshot_by_time_offset": [SHOT]}, {}, ["media/in/"]),
        ({"snapshot_by_time_offset": [SHOT]}, {"bucket": "made"}, ["made/in/", "media/in/"]),
        (
            {"snapshot_by_time_offset": [SHOT]},
            {"bucket": "made", "directory": "out/{inputDirectory}/x/"},
            ["made/out/", "media/in/"],
        ),
        (
            {"snapshot_by_time_offset": [SHOT | {"output_path": "/else/{inputName}_{number}.{format}"}]},
            {"directory": "out/"},
            ["media/else/", "media/in/"],
        ),
        (
            {"transcode": [VIDEO | {"head": ["clips/a.mp4"], "tail": ["{inputName}.mp4"]}]},
            {"directory": "out/"},
            ["media/", "media/clips/a.mp4", "media/in/", "media/out/"],
        ),
        (
            {"transcode": [VIDEO | {"burned_in_subtitles": {"key": "subs/{inputName}.srt"}}]},
            {"directory": "out/"},
            ["media/in/", "media/out/", "media/subs/"],
        ),
        (
            {"content_review": [{"template": 10, "gate": "publish_on_pass", "quarantine_directory": "bad/"}]},
            {"directory": "out/"},
            ["media/bad/", "media/in/", "media/out/"],
        ),
    ],
    ids=["beside-source", "other-bucket", "fixed-part", "absolute", "clips", "subtitles", "quarantine"],
)
def test_everything_that_a_workflow_reads_or_writes(
    jobs: dict[str, Any], output: dict[str, str], expected: list[str]
) -> None:
    assert places(jobs, **output) == expected


def test_steps_write_to_places_of_their_own() -> None:
    steps = [
        {"id": "hd", "transcode": {"template": 100040, "head": ["clips/a.mp4"]}, "output": {"bucket": "better"}},
        {"id": "covers", "sample_snapshot": {"template": 10}, "output": {"directory": "covers/"}},
    ]
    data = graph(*steps, trigger={"bucket": "media", "directory": "in/"}, output={"bucket": "made", "directory": "x/"})
    found = [str(place) for place in places_of(parse_workflow(data))]
    assert found == ["better/x/", "made/covers/", "media/clips/a.mp4", "media/in/"]


def test_what_is_published_together_waits_in_each_bucket() -> None:
    steps = [
        {"id": "hd", "transcode": {"template": 100040}},
        {"id": "archive", "copy": {"bucket": "kept", "of": ["hd"]}},
    ]
    data = graph(*steps, trigger={"bucket": "media", "directory": "in/"}, publish="together")
    found = [str(place) for place in places_of(parse_workflow(data))]
    assert found == ["kept/", "kept/_unpublished/", "media/_unpublished/", "media/in/"]


def test_a_place_holds_what_lies_below_it() -> None:
    allowed = [Place.parse("media/in/"), Place.parse("made")]
    assert first_outside([Place("media", "in/a/"), Place("made", ""), Place("made", "x/")], allowed) is None
    for outside in (Place("media", ""), Place("media", "in"), Place("media", "in2/"), Place("other", "in/")):
        assert first_outside([Place("made"), outside], allowed) == outside


def test_a_star_stands_for_the_rest_of_a_bucket_s_name() -> None:
    one, all_, part = Place.parse("team-a-*"), Place.parse("*"), Place.parse("team-a-*/in/")
    assert one.holds(Place("team-a-media", "x/"))
    assert not one.holds(Place("team-b-media"))
    assert all_.holds(Place("team-b-media", "x/"))
    assert part.holds(Place("team-a-media", "in/a/"))
    assert not part.holds(Place("team-a-media"))


def test_what_leads_to_a_place_may_be_shown_on_the_way() -> None:
    bound = Place.parse("team-*/in/")
    assert Place("team-a").leads_to(bound)
    assert Place("team-a", "in/a/").leads_to(bound)
    assert not Place("team-a", "out/").leads_to(bound)
    assert not Place("other").leads_to(bound)


def test_the_add_ons_of_ladders() -> None:
    """Their directories are watched, but not the top of the bucket; with `wait_for` their objects are awaited."""
    keys = ["subs/{inputName}.srt", "{inputName}.vtt", "subs/x/{inputDirectory}/a.srt"]
    ladder = {"template": 10, "add_on_subtitles": [{"key": key} for key in keys], "output_path": "a.{format}"}
    sounds = {"parameters": SEPARATE, "add_on_audios": [{"key": "dub/{inputName}.m4a"}], "output_path": "b.{format}"}
    waits = {"template": 10, "add_on_subtitles": [{"key": "subs/{inputName}.srt"}], "wait_for": {"timeout_s": 60}}
    made = workflow("w", "media", "in/", jobs={"adaptive_dynamic_streaming": [ladder, sounds, waits]})
    assert add_on_directories(made) == {"subs/", "subs/x/", "dub/"}
    assert awaited_add_ons(made) == [("subs/{inputName}.srt", 60)]
