"""CMAF in players: hls.js by the master playlist, Shaka Player by the MPD; they play, seek, switch and change audio."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import pytest

from clip_making import encode
from ladder_site import DASH, DASH_JS, HLS, SHAKA_BY_HLS, players
from media_workflows.domain.content_key import ContentKey
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.naming import output_key
from media_workflows.settings import Settings

CONTENT_KEY = ContentKey(
    bytes.fromhex("0123456789abcdef0123456789abcdef"), UUID("00112233-4455-6677-8899-aabbccddeeff")
)
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
HLS_JS_FAILS = """(url) => new Promise(done => {
  const video = document.querySelector('video'), hls = new Hls();
  hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal || data.details.startsWith('frag')) done(data.details); });
  video.addEventListener('timeupdate', () => { if (video.currentTime > 1) done('played'); });
  hls.loadSource(url); hls.attachMedia(video); video.play();
})"""
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


_DASH_JS_PLAYER = f"""
  const video = document.querySelector('video'), player = dashjs.MediaPlayer().create();
  {_REACHED}"""
DASH_JS_SCRIPT = f"""async (url) => {{
  {_DASH_JS_PLAYER}
  player.updateSettings({{streaming: {{abr: {{autoSwitchBitrate: {{video: false}}, initialBitrate: {{video: 1}}}}}}}});
  const started = new Promise(done => player.on('streamInitialized', done));
  player.initialize(video, url, true); await started;
  await reached(0, 160);
  player.seek(6.5); await reached(6.5, 160);
  player.setRepresentationForTypeByIndex('video', 1, true); player.seek(1); await reached(1, 320);
  player.setCurrentTrack(player.getTracksFor('audio').find(one => one.lang === 'de'));
  player.seek(3); await reached(3, 320);
  const widths = player.getRepresentationsByType('video').map(one => one.width);
  return [widths, player.getCurrentTrackFor('audio').lang, Math.round(video.duration)];
}}"""


SEEN_S = [0, 0.9, 2.5, 3.7, 4.1, 7.9]
SHAKA_THUMBNAILS = f"""async (url) => {{
  const player = new shaka.Player();
  await player.attach(document.querySelector('video')); await player.load(url);
  const [track, ...others] = player.getImageTracks(), found = [others.length];
  for (const time of {SEEN_S}) {{
    const one = await player.getThumbnails(track.id, time);
    found.push([one.uris[0], one.positionX, one.positionY, one.width, one.height]);
  }}
  return found;
}}"""
DASH_JS_THUMBNAILS = f"""async (url) => {{
  {_DASH_JS_PLAYER}
  const started = new Promise(done => player.on('streamInitialized', done)), found = [0];
  player.initialize(video, url, true); await started;
  for (const time of {SEEN_S}) {{
    const one = await new Promise(done => player.provideThumbnail(time, done));
    found.push([one.url, one.x, one.y, one.width, one.height]);
  }}
  return found;
}}"""


def with_keys(keys: dict[str, str]) -> dict[str, str]:
    """Scripts by player that play with these keys (key by its id, in hexadecimal digits), or return what fails."""
    shaka = f"""async (url) => {{
      const video = document.querySelector('video'), player = new shaka.Player();
      {_REACHED}
      player.configure({{drm: {{clearKeys: {json.dumps(keys)}}}}});
      const failed = new Promise(done => player.addEventListener('error', event => done(event.detail.code)));
      const played = async () => {{
        await player.attach(video); await player.load(url); await video.play(); await reached(0);
        video.currentTime = 5; await reached(5); return 'played';
      }};
      return Promise.race([failed, played().catch(error => error.code)]);
    }}"""
    coded = {_base64(key_id): _base64(key) for key_id, key in keys.items()}
    dash_js = f"""async (url) => {{
      {_DASH_JS_PLAYER}
      const keys = {json.dumps(coded)};
      if (Object.keys(keys).length) player.setProtectionData({{'org.w3.clearkey': {{clearkeys: keys}}}});
      const failed = new Promise(done => player.on('error', event => done(event.error.code)));
      player.initialize(video, url, true);
      const played = async () => {{ await reached(0); player.seek(5); await reached(5); return 'played'; }};
      return Promise.race([failed, played()]);
    }}"""
    return {DASH: shaka, SHAKA_BY_HLS: shaka, DASH_JS: dash_js}


def _base64(digits: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(digits)).decode().rstrip("=")


def published(directory: Path, **parameters: Any) -> None:
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
    asked = {"parameters": {**PARAMETERS, **parameters}, "output_path": "a.{format}"}
    item = AdaptiveDynamicStreamingItem.model_validate(asked)
    request = JobRequest(item.kind, [item], source, "in/a.mp4", directory / "work", content_key=lambda _: CONTENT_KEY)
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
        assert play[DASH_JS](DASH_JS_SCRIPT) == [[160, 320], "de", 8]


def moments_shown(directory: Path, tiles: Sequence[tuple[str, int, int, int, int]]) -> list[int]:
    """The second of the source that each tile (URL of the sheet, place, size) resembles most."""
    with av.open(str(directory / "a.mp4")) as container:
        frames = [one for one in container.decode(video=0) if (one.time or 0.0).is_integer()]
    found = []
    for url, left, top, width, height in tiles:
        with av.open(str(directory / "out" / url.rpartition("/")[2])) as container:
            (sheet,) = container.decode(video=0)
        tile = sheet.to_ndarray(format="rgb24")[top : top + height, left : left + width].astype(int)
        pictures = [one.reformat(width, height, "rgb24").to_ndarray().astype(int) for one in frames]
        distances = [abs(tile - picture).mean() for picture in pictures]
        found.append(distances.index(min(distances)))
    return found


@pytest.mark.full
def test_players_show_thumbnails(tmp_path: Path) -> None:
    """The one of the second at which the viewer would seek."""
    published(tmp_path, thumbnails={"interval_s": 1, "width": 160, "column_count": 2, "row_count": 2})
    scripts = {DASH: SHAKA_THUMBNAILS, SHAKA_BY_HLS: SHAKA_THUMBNAILS, DASH_JS: DASH_JS_THUMBNAILS}
    with players(tmp_path) as play:
        for name, script in scripts.items():
            others, *tiles = play[name](script)
            assert others == 0
            assert moments_shown(tmp_path, tiles) == [int(seen_s) for seen_s in SEEN_S], name


@pytest.mark.full
@pytest.mark.parametrize("method", ["cenc", "cbcs"])
def test_players_need_the_key(tmp_path: Path, method: str) -> None:
    encryption = {"method": method, "connection": "media_keys", "key_uri": "/out/owner.key"}
    published(tmp_path, encryption=encryption)
    (tmp_path / "out" / "owner.key").write_bytes(b"no key at all..")
    right = {CONTENT_KEY.key_id.hex: CONTENT_KEY.key.hex()}
    with players(tmp_path) as play:
        assert {name: play[name](script) for name, script in with_keys(right).items()} == dict.fromkeys(
            (DASH, SHAKA_BY_HLS, DASH_JS), "played"
        )
    for wrong in ({}, {CONTENT_KEY.key_id.hex: "f" * 32}):
        with players(tmp_path) as play:
            assert all(play[name](script) != "played" for name, script in with_keys(wrong).items())


@pytest.mark.full
def test_hls_js_needs_the_own_key_of_aes_128(tmp_path: Path) -> None:
    own = {"connection": "media_keys", "key_uri": "owner.key"}
    published(tmp_path, format="hls", segment_type="ts-ts-segment", i_frame_playlists=False, encryption=own)
    assert not list((tmp_path / "out").glob("*.key"))
    key_file = tmp_path / "out" / "owner.key"
    key_file.write_bytes(CONTENT_KEY.key)
    with players(tmp_path) as play:
        assert play[HLS](HLS_JS) == [[160, 320], "de", 8]
    key_file.write_bytes(bytes(16))
    with players(tmp_path) as play:
        assert play[HLS](HLS_JS_FAILS) in ("fragParsingError", "bufferAppendError", "fragDecryptError")
