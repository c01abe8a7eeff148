"""CMAF in players: hls.js by the master playlist, Shaka Player by the MPD; they play, seek, switch and change audio."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_making import encode
from ladder_site import DASH, HLS, players
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import JobRequest, run_job
from media_workflows.naming import output_key
from media_workflows.settings import Settings

AUDIO = {"codec": "aac", "bitrate_kbps": 64, "tracks": "all"}
PARAMETERS = {
    "format": "cmaf",
    "segment_s": 2,
    "i_frame_playlists": True,
    "streams": [{"video": {"width": width, "crf": 35}, "audio": AUDIO} for width in (160, 320)],
}

_REACHED = """const reached = (from, width) => new Promise((done, fail) => {
    const look = () => {
      if (video.currentTime > from + 0.3 && (!width || video.videoWidth === width)) done();
    };
    video.addEventListener('timeupdate', look);
    setTimeout(() => fail(new Error(`${from}, ${width}: at ${video.currentTime}, ${video.videoWidth}`)), 90_000);
  });"""
HLS_JS = f"""async (url) => {{
  const video = document.querySelector('video'), hls = new Hls({{maxBufferLength: 1}});
  {_REACHED}
  const parsed = new Promise(done => hls.on(Hls.Events.MANIFEST_PARSED, done));
  hls.loadSource(url); hls.attachMedia(video);
  await parsed;
  hls.currentLevel = 0; await video.play(); await reached(0, 160);
  video.currentTime = 6.5; await reached(6.5, 160);
  hls.currentLevel = 1; await reached(6.5, 320);
  hls.audioTrack = hls.audioTracks.findIndex(one => one.lang === 'de');
  video.currentTime = 3; await reached(3, 320);
  return [hls.levels.map(one => one.width), hls.audioTracks[hls.audioTrack].lang, Math.round(video.duration)];
}}"""
SHAKA = f"""async (url) => {{
  const video = document.querySelector('video'), player = new shaka.Player();
  {_REACHED}
  player.configure({{abr: {{enabled: false}}, streaming: {{bufferingGoal: 1}}}});
  await player.attach(video); await player.load(url);
  const choose = width => player.selectVariantTrack(
    player.getVariantTracks().find(one => one.width === width && one.language === 'en'), true);
  choose(160); await video.play(); await reached(0, 160);
  video.currentTime = 6.5; await reached(6.5, 160);
  choose(320); await reached(6.5, 320);
  player.selectAudioTrack(player.getAudioTracks().find(one => one.language === 'de'));
  video.currentTime = 3; await reached(3, 320);
  const active = player.getVariantTracks().find(one => one.active);
  const widths = [...new Set(player.getVariantTracks().map(one => one.width))].sort((a, b) => a - b);
  return [widths, active.language, Math.round(video.duration)];
}}"""


def published(directory: Path) -> None:
    """The package of a clip of 8 s with two languages, as `HLS` and `DASH` below the directory."""
    source = directory / "a.mp4"
    languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"]
    inputs = ["testsrc2=s=320x180:r=25:d=8", "sine=440:d=8", "sine=880:d=8"]
    encode(
        *(word for one in inputs for word in ("-f", "lavfi", "-i", one)),
        *("-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"),
        *languages,
        str(source),
    )
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": PARAMETERS, "output_path": "a.{format}"})
    request = JobRequest(item.kind, [item], source, "in/a.mp4", directory / "work")
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    for file in outcome.files:
        place = directory / output_key(file.pattern, "out/", "in/a.mp4", dict(file.variables))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.path.read_bytes())


@pytest.mark.full
def test_players_play_both_manifests(tmp_path: Path) -> None:
    published(tmp_path)
    with players(tmp_path) as play:
        assert play[HLS](HLS_JS) == [[160, 320], "de", 8]
        assert play[DASH](SHAKA) == [[160, 320], "de", 8]
