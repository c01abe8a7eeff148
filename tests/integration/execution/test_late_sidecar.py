"""Add-ons that arrive after the run join its published ladders: real ffmpeg, S3 and PostgreSQL, real HLS and DASH."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest

from clip_making import encode, tone
from clips import Clips
from ladder_site import CUE, DASH, HLS, KIND, LadderSite, ladder_site, players, without_manifests
from media_workflows.domain.candidates import SIDECARS_DAG
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaError
from media_workflows.execution import claims as step_claims
from media_workflows.execution.late_sidecar import join_sidecar, unfinished_runs
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.workflows import StoredWorkflow

STREAMS = [{"video": {"width": width, "crf": 35}, "audio": {"codec": "aac"}} for width in (160, 320)]
ADD_ONS = [
    {"key": "subs/{inputName}.zh.srt", "language": "zh-Hans", "optional": True},
    {"key": "subs/{inputName}.en.srt", "language": "en", "optional": True, "default": True},
]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> LadderSite:
    return ladder_site(s3_server, tmp_path)


def prepared(site: LadderSite, **parameters: Any) -> StoredWorkflow:
    ladders = [{"format": name, "streams": STREAMS, **parameters} for name in ("hls", "dash")]
    return site.store({"add_on_subtitles": ADD_ONS}, ladders)


def put(site: LadderSite, language: str, text: str) -> None:
    site.put(f"subs/a.{language}.srt", CUE.format(text).encode())


def test_late_subtitles_join_both_ladders(site: LadderSite, clips: Clips, tmp_path: Path) -> None:
    """One after the other, an earlier track twice, a second version of it, and two at once; thumbnails stay."""
    stored = prepared(site, thumbnails={"interval_s": 1, "width": 96, "column_count": 2, "row_count": 1})
    result = site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    assert {notice.code for item in result.items for notice in item.notices} >= {"AddOnMissing"}
    assert (site.hls(), site.dash()) == ({}, {})
    first, lists = site.bodies(), site.thumbnail_lists()
    assert [len(one) for one in lists] == [1, 1]

    put(site, "en", "Good morning")
    assert unfinished_runs(site.request(stored, "subs/a.en.srt")) == []
    assert site.join(stored, "subs/a.en.srt") == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert [(one, "Good morning" in text) for one, (_, text) in site.hls().items()] == [("en", True)]
    assert site.hls()["en"][0] == "YES"
    assert ["Good morning" in text for text in site.dash().values()] == [True]
    assert site.streams(tmp_path / "one").count("subtitle") == 1
    assert without_manifests(first).items() <= site.bodies().items()

    before = site.bodies()
    assert site.join(stored, "subs/a.en.srt") == []  # a retry, or another event of the same upload
    assert site.bodies() == before

    put(site, "zh", "早上好")
    put(site, "en", "Good evening")
    joins = [threading.Thread(target=site.join, args=(stored, f"subs/a.{language}.srt")) for language in ("zh", "en")]
    for join in joins:
        join.start()
    for join in joins:
        join.join()
    assert list(site.hls()) == ["zh-Hans", "en"]  # the item's order, whatever arrived first
    assert ("早上好" in site.hls()["zh-Hans"][1], "Good evening" in site.hls()["en"][1]) == (True, True)
    assert ("早上好" in site.dash()["zh-Hans"], "Good evening" in site.dash()["en"]) == (True, True)
    assert site.streams(tmp_path / "two").count("subtitle") == 2
    assert site.thumbnail_lists() == lists
    assert without_manifests(first).items() <= site.bodies().items()  # no segment was written

    items = site.result(stored).items
    assert {notice.code for item in items for notice in item.notices} == set()
    recorded = {output.key: output.md5 for item in items for output in item.outputs}
    assert recorded == {key: hashlib.md5(site.body(key)).hexdigest() for key in site.keys("out/")}
    with transaction() as session:
        bodies = [json.loads(one.body) for one in events_of_run(session, stored.id, site.run_id) if one.kind == "track"]
    joined = [(one["WorkflowTrackEvent"]["Language"], one["WorkflowTrackEvent"]["Replaces"]) for one in bodies]
    assert sorted(joined) == [
        ("en", False),
        ("en", False),
        ("en", True),
        ("en", True),
        ("zh-Hans", False),
        ("zh-Hans", False),
    ]


def test_a_killed_join_is_repeated(site: LadderSite, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its files were published, before they were recorded: the next try makes the same."""
    stored = prepared(site)
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    put(site, "en", "Good morning")
    request = site.request(stored, "subs/a.en.srt")
    with monkeypatch.context() as patch:
        patch.setattr(store, "record_job", _killed)
        with pytest.raises(KeyboardInterrupt):
            join_sidecar(request, site.resources)
    after_kill = site.bodies()
    assert join_sidecar(request, site.resources) == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert {key: site.bodies()[key] for key in after_kill if key != DASH} == {
        key: checksum for key, checksum in after_kill.items() if key != DASH
    }
    assert ("en" in site.hls(), "en" in site.dash()) == (True, True)


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.full
def test_what_is_no_subtitle_changes_nothing(site: LadderSite, clips: Clips) -> None:
    stored = prepared(site)
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    before = site.bodies()
    site.put("subs/a.en.srt", b"\0\1\2 nothing")
    with pytest.raises(MediaError):
        site.join(stored, "subs/a.en.srt")
    assert site.bodies() == before


@pytest.mark.full
def test_a_ladder_of_another_run_stays(site: LadderSite, clips: Clips) -> None:
    """Its manifest was deleted, or is another run's."""
    stored = prepared(site)
    site.run(stored, site.upload(clips.plain, "in/a.mp4"))
    site.clients.s3.delete_object(Bucket=site.bucket, Key=HLS)
    put(site, "en", "Good morning")
    assert site.join(stored, "subs/a.en.srt") == [f"{site.bucket}/{DASH}"]
    assert HLS not in site.bodies()


def test_a_run_waits_for_a_join(database: str) -> None:
    places = [("b", f"{uuid.uuid4().hex}.m3u8")]
    run = step_claims.StepClaims(StepKey("wf_1", uuid.uuid4().hex, KIND), lambda _: None)
    join = step_claims.StepClaims(StepKey(SIDECARS_DAG, uuid.uuid4().hex, "join"), lambda _: None)
    with join.kept():
        join.claim(places)
        waiting = threading.Thread(target=run.claim, args=(places,))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(60)
    assert not waiting.is_alive()


# A player chooses a language by `choose`, and has to show the cues of that language at these places alone.
_WALK = """const video = document.querySelector('video');
  const cues = () => [...video.textTracks].filter(one => one.mode === 'showing')
    .flatMap(one => [...(one.activeCues || [])]).map(one => one.text).join();
  const until = (text) => new Promise((done, fail) => {
    const end = Date.now() + 60_000, look = () => {
      if (cues() === text && video.readyState > 1 && !video.seeking) done(text);
      else if (Date.now() > end) fail(new Error(`'${cues()}' and not '${text}' at ${video.currentTime}`));
      else setTimeout(look, 50);
    };
    look();
  });
  const at = async (time, text) => { video.pause(); video.currentTime = time; return await until(text); };
  const walk = async (choose) => {
    await choose('zh');
    video.defaultPlaybackRate = video.playbackRate = 0.25;
    await video.play();
    const shown = [await until('早上好'), await at(6.5, '晚安'), await at(3, ''), await at(0.5, '早上好')];
    await video.play(); await choose('en');
    return [...shown, await until('Good morning'), await at(6.5, 'Good night'), video.videoWidth > 0];
  };"""
HLS_JS = f"""async (url) => {{
  {_WALK}
  const hls = new Hls();
  const found = new Promise(done => hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, done));
  hls.loadSource(url); hls.attachMedia(video); await found;
  return await walk(name => {{
    hls.subtitleDisplay = true; hls.subtitleTrack = hls.subtitleTracks.findIndex(one => one.lang.startsWith(name));
  }});
}}"""
SHAKA = f"""async (url) => {{
  {_WALK}
  const player = new shaka.Player();
  await player.attach(video); await player.load(url);
  return await walk(name => player.selectTextTrack(player.getTextTracks().find(one => one.language.startsWith(name))));
}}"""
TWO_CUES = "1\n00:00:00,100 --> 00:00:02,000\n{}\n\n2\n00:00:06,000 --> 00:00:07,500\n{}\n"
SHOWN = ["早上好", "晚安", "", "早上好", "Good morning", "Good night", True]


@pytest.mark.full
@pytest.mark.parametrize("formats", [("hls", "dash"), ("cmaf",)])
def test_players_show_the_cues(site: LadderSite, tmp_path: Path, formats: tuple[str, ...]) -> None:
    """hls.js and Shaka Player play ladders with two subtitles that joined them: at both cues, and between."""
    source, places = tmp_path / "a.mp4", tmp_path / "played"
    encode("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8", *tone(8), "-preset", "ultrafast", str(source))
    stored = site.store({"add_on_subtitles": ADD_ONS}, [{"format": one, "streams": STREAMS} for one in formats])
    site.run(stored, site.upload(source, "in/a.mp4"))
    for language, texts in {"zh": ("早上好", "晚安"), "en": ("Good morning", "Good night")}.items():
        site.put(f"subs/a.{language}.srt", TWO_CUES.format(*texts).encode())
        site.join(stored, f"subs/a.{language}.srt")
    site.download(places)
    with players(places) as play:
        assert {manifest: play[manifest](script) for manifest, script in {HLS: HLS_JS, DASH: SHAKA}.items()} == {
            HLS: SHOWN,
            DASH: SHOWN,
        }
