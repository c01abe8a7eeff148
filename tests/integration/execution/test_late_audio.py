"""Audio that arrives after the run joins its published ladders: real ffmpeg, S3 and PostgreSQL, real HLS and DASH."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser

from clip_making import encode, tone
from clips import Clips
from ladder_site import CUE, DASH, HLS, LadderSite, ladder_site, players, without_manifests
from media_workflows.errors import MediaError
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.workflows import StoredWorkflow

RATES_KBPS = (64, 96)  # two audio settings, hence two groups in HLS and two representations of a track in DASH
STREAMS = [
    {"video": {"width": width, "crf": 40}, "audio": {"codec": "aac", "bitrate_kbps": kbps}}
    for width, kbps in zip((128, 256), RATES_KBPS, strict=True)
]
LADDERS: dict[str, dict[str, Any]] = {
    "hls": {"format": "hls", "streams": STREAMS, "segment_type": "ts-ts-segment"},
    "dash": {"format": "dash", "streams": STREAMS},
}
ADD_ONS = {
    "add_on_audios": [
        {"key": "dub/{inputName}.de.m4a", "language": "de", "optional": True},
        {"key": "dub/{inputName}.fr.m4a", "language": "fr", "name": "Français", "default": True, "optional": True},
    ],
    "add_on_subtitles": [{"key": "subs/{inputName}.srt", "language": "en", "optional": True}],
}
FR, DE = "dub/a.fr.m4a", "dub/a.de.m4a"
DUB_HZ, DUB_S = 880, 0.5


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def dub(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An octave above the sound of the clips."""
    path = tmp_path_factory.mktemp("dub") / "dub.m4a"
    encode("-f", "lavfi", "-i", f"sine=frequency={DUB_HZ}:duration={DUB_S}", "-c:a", "aac", str(path))
    return path.read_bytes()


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> LadderSite:
    return ladder_site(s3_server, tmp_path)


def prepared(site: LadderSite, source: Path, *ladders: dict[str, Any]) -> StoredWorkflow:
    """After the run, without any add-on."""
    stored = site.store(ADD_ONS, ladders or tuple(LADDERS.values()))
    result = site.run(stored, site.upload(source, "in/a.mp4"))
    assert {item.status for item in result.items} == {"SUCCESS"}, result
    return stored


def hls_audio(site: LadderSite) -> list[tuple[str, str | None, str, str]]:
    """Group, language, name and default flag, by a parser of playlists."""
    media = m3u8.loads(site.body(HLS).decode()).media
    return [(one.group_id, one.language, one.name, one.default) for one in media if one.type == "AUDIO"]


def dash_audio(site: LadderSite) -> list[tuple[str | None, int]]:
    """Language and number of representations of the audio sets, by a parser of manifests."""
    (period,) = MPEGDASHParser.parse(site.body(DASH).decode()).periods
    sets = [one for one in period.adaptation_sets if one.content_type == "audio"]
    return [(one.lang, len(one.representations)) for one in sets]


def pitch_hz(manifest: Path, uri: str = "") -> float:
    """The pitch of the last audio track that ffmpeg opens by a manifest, or by a playlist beside it.

    Of its sound alone: silence follows up to the end of the picture. Somewhat too low, as an encoder's silence before
    the sound counts.
    """
    path = manifest.with_name(uri) if uri else manifest
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-allowed_extensions", "ALL"]
    command = command if path.suffix == ".m3u8" else command[:3]
    listed = subprocess.run([*command, "-i", str(path)], capture_output=True, text=True, check=False).stderr
    tracks = len(re.findall(r"Stream #0:\d+.*: Audio:", listed))
    assert tracks, listed
    measure = ["-map", f"0:a:{tracks - 1}", "-t", f"{DUB_S:g}", "-af", "aresample=44100,astats", "-f", "null", "-"]
    made = subprocess.run([*command, "-i", str(path), *measure], capture_output=True, text=True, check=True).stderr
    rates = re.findall(r"Zero crossings rate: ([\d.]+)", made)
    return float(rates[-1]) * 44_100 / 2


def test_late_audio_joins_both_ladders(site: LadderSite, clips: Clips, dub: bytes, tmp_path: Path) -> None:
    """In each audio group, with the template's language, name and default; then a subtitle and a second language."""
    stored = prepared(site, clips.short)
    first = site.bodies()
    assert hls_audio(site) == [(f"audio{n}", None, "Audio", "YES") for n in (0, 1)]

    site.put(FR, dub)
    assert site.join(stored, FR) == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert hls_audio(site) == [
        ("audio0", None, "Audio", "NO"),
        ("audio0", "fr", "Français", "YES"),
        ("audio1", None, "Audio", "NO"),
        ("audio1", "fr", "Français", "YES"),
    ]
    assert dash_audio(site) == [(None, 2), ("fr", 2)]
    assert without_manifests(first).items() <= site.bodies().items()  # no file but the manifests was written again
    site.download(tmp_path / "one")
    master = m3u8.loads(site.body(HLS).decode())
    (_, low, _, high) = (one.uri for one in master.media)
    for manifest, uri in ((HLS, low), (HLS, high), (DASH, "")):
        assert pitch_hz(tmp_path / "one" / manifest, uri) == pytest.approx(DUB_HZ, rel=0.2)

    before = site.bodies()
    assert site.join(stored, FR) == []
    assert site.bodies() == before
    site.put("subs/a.srt", CUE.format("Good morning").encode())
    site.put(DE, dub)
    for key in ("subs/a.srt", DE):
        assert site.join(stored, key) == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert [one[1] for one in hls_audio(site)] == [None, "de", "fr"] * 2  # the item's order, whatever came first
    assert dash_audio(site) == [(None, 2), ("de", 2), ("fr", 2)]
    assert list(site.hls()) == list(site.dash()) == ["en"]
    assert without_manifests(before).items() <= site.bodies().items()

    items = site.result(stored).items
    assert {notice.code for item in items for notice in item.notices} == set()
    recorded = {output.key: output.md5 for item in items for output in item.outputs}
    assert recorded == {key: hashlib.md5(site.body(key)).hexdigest() for key in site.keys("out/")}
    assert joined(site, stored) == [("audio", "de", False), ("audio", "fr", False), ("subtitle", "en", False)]


def test_late_tracks_join_both_manifests_of_cmaf(site: LadderSite, clips: Clips, dub: bytes, tmp_path: Path) -> None:
    """The same files in both: the audio once for each setting, and one WebVTT file."""
    stored = prepared(site, clips.short, LADDERS["dash"] | {"format": "cmaf"})
    first = site.bodies()
    site.put(FR, dub)
    assert site.join(stored, FR) == [f"{site.bucket}/{HLS}"]
    site.download(tmp_path)
    for manifest in (HLS, DASH):
        assert pitch_hz(tmp_path / manifest) == pytest.approx(DUB_HZ, rel=0.2)
    site.put("subs/a.srt", CUE.format("Good morning").encode())
    assert site.join(stored, "subs/a.srt") == [f"{site.bucket}/{HLS}"]
    assert [site.join(stored, key) for key in (FR, "subs/a.srt")] == [[], []]
    assert [one[:2] for one in hls_audio(site)] == [(f"audio{n}", lang) for n in (0, 1) for lang in (None, "fr")]
    assert dash_audio(site) == [(None, 2), ("fr", 2)]
    assert site.dash() == {"en": site.hls()["en"][1]}
    assert without_manifests(first).items() <= site.bodies().items()
    added = sorted(set(site.bodies()) - set(first))
    assert [Path(key).suffix for key in added] == [".m3u8", ".m4a", ".m3u8", ".m4a", ".m3u8", ".vtt"]
    (item,) = site.result(stored).items
    assert {output.key: output.md5 for output in item.outputs} == {
        key: hashlib.md5(site.body(key)).hexdigest() for key in site.keys("out/")
    }


def joined(site: LadderSite, stored: StoredWorkflow) -> list[tuple[str, str, bool]]:
    """Type, language and `Replaces` of the events, each once."""
    with transaction() as session:
        events = [json.loads(one.body) for one in events_of_run(session, stored.id, site.run_id) if one.kind == "track"]
    tracks = [one["WorkflowTrackEvent"] for one in events]
    return sorted({(one["Type"], one["Language"], one["Replaces"]) for one in tracks})


@pytest.mark.full
def test_a_second_version_replaces_the_first(site: LadderSite, clips: Clips, dub: bytes, tmp_path: Path) -> None:
    stored = prepared(site, clips.short)
    site.put(FR, clips.audio_only.read_bytes())
    site.join(stored, FR)
    listed = hls_audio(site)
    site.put(FR, dub)
    assert site.join(stored, FR) == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert hls_audio(site) == listed
    site.download(tmp_path)
    assert pitch_hz(tmp_path / DASH) == pytest.approx(DUB_HZ, rel=0.2)
    assert joined(site, stored) == [("audio", "fr", False), ("audio", "fr", True)]


@pytest.mark.full
def test_a_silent_source_gets_its_sound_later(site: LadderSite, clips: Clips, dub: bytes, tmp_path: Path) -> None:
    stored = prepared(site, clips.no_audio)
    first = site.bodies()
    assert (hls_audio(site), dash_audio(site)) == ([], [])
    site.put(DE, dub)
    assert site.join(stored, DE) == [f"{site.bucket}/{HLS}", f"{site.bucket}/{DASH}"]
    assert hls_audio(site) == [("audio0", "de", "Deutsch", "YES"), ("audio1", "de", "Deutsch", "YES")]
    site.download(tmp_path)
    assert pitch_hz(tmp_path / HLS) == pytest.approx(DUB_HZ, rel=0.2)
    assert without_manifests(first).items() <= site.bodies().items()


@pytest.mark.full
@pytest.mark.parametrize("segment_type", ["ts-ts-segment", "mp4-mp4-segment"])
def test_an_encrypted_ladder(site: LadderSite, clips: Clips, dub: bytes, tmp_path: Path, segment_type: str) -> None:
    """The track is encrypted with the ladder's key, and refused when that was removed."""
    stored = prepared(site, clips.short, LADDERS["hls"] | {"encryption": {}, "segment_type": segment_type})
    first = site.bodies()
    site.put(FR, dub)
    assert site.join(stored, FR) == [f"{site.bucket}/{HLS}"]
    uri = next(one.uri for one in m3u8.loads(site.body(HLS).decode()).media if one.language == "fr")
    (key,) = filter(None, m3u8.loads(site.body(f"out/{uri}").decode()).keys)
    assert (key.method, key.uri) == ("AES-128", "a.key")
    site.download(tmp_path)
    assert pitch_hz(tmp_path / HLS, uri) == pytest.approx(DUB_HZ, rel=0.2)
    assert without_manifests(first).items() <= site.bodies().items()

    site.clients.s3.delete_object(Bucket=site.bucket, Key="out/a.key")
    before = site.bodies()
    site.put(DE, dub)
    with pytest.raises(MediaError, match=r"its key .*out/a\.key, .* was removed or replaced: put it back"):
        site.join(stored, DE)
    assert site.bodies() == before


@pytest.mark.full
def test_a_file_without_audio_changes_nothing(site: LadderSite, clips: Clips) -> None:
    stored = prepared(site, clips.short, LADDERS["dash"])
    before = site.bodies()
    site.put(FR, clips.no_audio.read_bytes())
    with pytest.raises(MediaError, match="has no audio that can be decoded"):
        site.join(stored, FR)
    assert site.bodies() == before


@pytest.mark.full
def test_a_ladder_without_an_audio_setting_is_not_joined(site: LadderSite, clips: Clips, dub: bytes) -> None:
    """The only stream with audio is larger than the source and left out."""
    streams = [{"video": {"width": 128, "crf": 40}}, {"video": {"width": 640, "crf": 40}, "audio": {"codec": "aac"}}]
    stored = prepared(
        site, clips.short, {"format": "dash", "streams": streams, "disable_higher_video_resolution": True}
    )
    site.put(FR, dub)
    with pytest.raises(MediaError, match="no stream that was made of this source has audio"):
        site.join(stored, FR)


_PLAYED = """const played = new Promise((done, fail) => {
    video.addEventListener('timeupdate', () => { if (video.currentTime > 0.2 && chosen()) done(); });
    setTimeout(() => fail(new Error(`not played within a minute: ${video.currentTime}, ${chosen()}`)), 60_000);
  });"""
HLS_JS = f"""async (url) => {{
  const video = document.querySelector('video'), hls = new Hls();
  const chosen = () => hls.audioTracks[hls.audioTrack]?.lang === 'fr';
  {_PLAYED}
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, (_, {{audioTracks}}) => {{
    hls.audioTrack = audioTracks.findIndex(one => one.lang === 'fr');
  }});
  hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());
  hls.loadSource(url); hls.attachMedia(video);
  await played;
  return [hls.audioTracks.map(one => one.name), video.videoWidth > 0];
}}"""
SHAKA = f"""async (url) => {{
  const video = document.querySelector('video'), player = new shaka.Player();
  const chosen = () => player.getAudioTracks().find(one => one.active)?.language === 'fr';
  {_PLAYED}
  await player.attach(video); await player.load(url);
  player.selectAudioTrack(player.getAudioTracks().find(one => one.language === 'fr'));
  await video.play(); await played;
  return [player.getAudioTracks().map(one => one.language).sort(), video.videoWidth > 0];
}}"""


@pytest.mark.full
def test_players_play_the_track(site: LadderSite, clips: Clips, tmp_path: Path) -> None:
    """hls.js and Shaka Player select the audio that joined, and play it with the picture."""
    stored = prepared(site, clips.plain)
    long = tmp_path / "dub.m4a"
    encode(*tone(2), "-c:a", "aac", str(long))
    site.put(FR, long.read_bytes())
    site.join(stored, FR)
    site.download(tmp_path)
    with players(tmp_path) as play:
        assert play[HLS](HLS_JS) == [["Audio", "Français"], True]
        assert play[DASH](SHAKA) == [["fr", "und"], True]
