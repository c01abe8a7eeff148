"""Every packaging variant against the rules of Apple, RFC 8216 and DASH-IF; see docs/conformance.md."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import av
import pytest

from caption_clips import captioned, purposes
from clip_making import H264, encode, picture, tone
from clips import Clips
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings
from published_files import CONTENT_KEY, published
from streaming_rules import violations

KEY = "in/clip.mp4"
STEM = "clip_adaptiveDynamicStreaming_0"
AAC = {"codec": "aac", "bitrate_kbps": 64}
ALL = {**AAC, "tracks": "all"}
SEVERAL = {"audio": ALL, "subtitles": "source"}
HEVC = {"codec": "h265", "width": 160, "crf": 40}
I_FRAMES = {"i_frame_playlists": True}
THUMBNAILS = {"thumbnails": {"interval_s": 1, "width": 96, "column_count": 2, "row_count": 1}}
OWN_KEY: dict[str, Any] = {"connection": "media_keys", "key_uri": "owner.key"}
CENC, CBCS = ({"encryption": {"method": method, **OWN_KEY}} for method in ("cenc", "cbcs"))
FULL = pytest.mark.full
VARIANTS = [
    pytest.param({"segment_type": "ts-segment", "subtitles": "source", **I_FRAMES, **THUMBNAILS}, id="ts"),
    pytest.param({"segment_type": "ts-byterange", **I_FRAMES}, id="ts-byterange", marks=FULL),
    pytest.param({"segment_type": "mp4-segment", **I_FRAMES}, id="mp4", marks=FULL),
    pytest.param({"segment_type": "mp4-byterange", **I_FRAMES}, id="mp4-byterange", marks=FULL),
    pytest.param({"segment_type": "ts-ts-segment", **SEVERAL}, id="ts-ts", marks=FULL),
    pytest.param({"segment_type": "ts-ts-byterange", **SEVERAL}, id="ts-ts-byterange", marks=FULL),
    pytest.param({"segment_type": "mp4-mp4-segment", **SEVERAL, **I_FRAMES}, id="mp4-mp4"),
    pytest.param({"segment_type": "mp4-mp4-byterange", **SEVERAL}, id="mp4-mp4-byterange", marks=FULL),
    pytest.param({"video": HEVC, **I_FRAMES}, id="h265"),
    pytest.param({"encryption": {}, **THUMBNAILS}, id="encrypted"),
    pytest.param({"encryption": {}, "segment_type": "mp4-mp4-byterange"}, id="encrypted-mp4", marks=FULL),
    pytest.param({"format": "dash", **SEVERAL, **THUMBNAILS}, id="dash"),
    pytest.param({"format": "dash", "video": HEVC}, id="dash-h265", marks=FULL),
    pytest.param({"format": "cmaf", **SEVERAL, **I_FRAMES, **THUMBNAILS}, id="cmaf"),
    pytest.param({"format": "cmaf", "video": HEVC}, id="cmaf-h265", marks=FULL),
    pytest.param({"encryption": OWN_KEY}, id="own-key", marks=FULL),
    pytest.param({"format": "cmaf", **SEVERAL, **I_FRAMES, **CBCS, **THUMBNAILS}, id="cmaf-cbcs", marks=FULL),
    pytest.param({"format": "cmaf", "video": HEVC, **I_FRAMES, **CENC}, id="cmaf-cenc", marks=FULL),
    pytest.param({"format": "dash", **SEVERAL, **CENC}, id="dash-cenc", marks=FULL),
    pytest.param({"format": "dash", "video": HEVC, **CBCS}, id="dash-cbcs", marks=FULL),
]


def package(source: Path, directory: Path, **parameters: Any) -> Path:
    """A published package of two rungs, where it is."""
    video, audio = parameters.pop("video", {"width": 160, "crf": 30}), parameters.pop("audio", AAC)
    streams = [{"video": {**video, "width": width}, "audio": audio} for width in (160, 320)]
    item = AdaptiveDynamicStreamingItem.model_validate(
        {"parameters": {"format": "hls", "segment_s": 2, "streams": streams, **parameters}}
    )
    request = JobRequest(item.kind, [item], source, KEY, directory / "work", content_key=lambda _: CONTENT_KEY)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    published(outcome, directory, KEY)
    (directory / "out" / "owner.key").write_bytes(CONTENT_KEY.key)
    return directory / "out"


@pytest.mark.parametrize("parameters", VARIANTS)
def test_no_rule_is_broken(clips: Clips, tmp_path: Path, parameters: dict[str, Any]) -> None:
    assert violations(package(clips.bilingual, tmp_path, **parameters)) == []


@pytest.mark.parametrize("parameters", [{"format": "cmaf"}, {"segment_type": "ts-segment"}], ids=["cmaf", "ts"])
def test_sound_that_ends_early_is_padded(tmp_path: Path, parameters: dict[str, Any]) -> None:
    """Else players that read the length of each track end with the sound."""
    source = tmp_path / "short.mp4"
    encode(*picture(seconds=4), *tone(1), *H264, "-c:a", "aac", str(source))
    out = package(source, tmp_path, **parameters)
    assert [found for rule, found in violations(out) if "LANGUAGE" not in rule] == []  # the source states none
    last = max((one for one in out.iterdir() if one.suffix in (".ts", ".m4a")), key=lambda one: one.name)
    with av.open(str(last)) as container:
        frames = list(container.decode(audio=0))
    starts_s, length_s = frames[0].time or 0.0, sum(one.samples / one.sample_rate for one in frames)
    # MPEG-TS begins at 10 s, and its last segment at 2 s of the clip.
    expected = (12, 2) if last.suffix == ".ts" else (0, 4)
    assert (starts_s, length_s) == pytest.approx(expected, abs=0.15)


BREAKAGES = [
    ("clip.m3u8", "CODECS=", "CODEC=", "Each variant states"),
    ("clip.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS\n", "", "`EXT-X-INDEPENDENT-SEGMENTS`"),
    ("clip.m3u8", "AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=9", "The measured average"),
    ("clip.m3u8", "X-STREAM-INF:BANDWIDTH=", "X-STREAM-INF:BANDWIDTH=9", "The measured peak is"),
    ("clip.m3u8", "FRAME-RATE=25", "FRAME-RATE=75", "At most 60"),
    ("clip.m3u8", "avc1.64", "avc1.6e", "H.264 is at most"),
    ("clip.m3u8", "avc1.", "hev1.", "HEVC is in fragmented MP4"),
    ("clip.m3u8", "CLOSED-CAPTIONS=NONE", 'CLOSED-CAPTIONS="cc"', "Caption groups"),
    ("clip.m3u8", 'NAME="Deutsch"', 'NAME="English"', "Names are distinct"),
    ("clip.m3u8", "FORCED=NO", "X=NO", "Defaults are"),
    ("clip_0.m3u8", "#EXT-X-ENDLIST", "", "Playlists are `VOD`"),
    ("clip_0.m3u8", "TARGETDURATION:2", "TARGETDURATION:1", "No segment, rounded"),
    ("clip_0.m3u8", "TARGETDURATION:2", "TARGETDURATION:3", "Audio and video have"),
    ("clip_0.m3u8", "#EXTINF:2.0", "#EXTINF:1.0", "All playlists cover"),
    ("clip_0.m3u8", "VERSION:7", "VERSION:3", "`EXT-X-VERSION`"),
    ("clip_0_iframes.m3u8", "#EXT-X-I-FRAMES-ONLY\n", "", "Each range of an I-frame"),
    ("clip.m3u8", "I-FRAME-STREAM-INF:BANDWIDTH=", "I-FRAME-STREAM-INF:BANDWIDTH=9", "The measured peak of an I-frame"),
    ("clip_thumbnails.m3u8", "#EXT-X-IMAGES-ONLY\n", "", "Image playlists state"),
    ("clip_thumbnails.m3u8", "LAYOUT=2x1", "LAYOUT=1x2", "Image playlists state"),
    ("clip_thumbnails.m3u8", "#EXTINF:2.0", "#EXTINF:1.0", "All playlists cover"),
    ("clip.m3u8", "IMAGE-STREAM-INF:BANDWIDTH=", "IMAGE-STREAM-INF:BANDWIDTH=9", "The measured peak of an image"),
    ("clip.mpd", 'width="192" height="54"', 'width="96" height="54"', "Thumbnails are JPEG"),
    ("clip.mpd", "guidelines/thumbnail_tile", "guidelines/tile", "Thumbnails are JPEG"),
    ("clip.mpd", 'duration="2" startNumber="0"', 'duration="2" startNumber="1"', "Thumbnails are JPEG"),
    ("clip_4_0.vtt", "X-TIMESTAMP-MAP", "X", "WebVTT states"),
    ("clip.mpd", 'type="static"', 'type="dynamic"', "Static, on-demand"),
    ("clip.mpd", 'sar="1:1" frameRate="25"', "", "Representations state"),
    ("clip.mpd", 'maxFrameRate="25"', "", "Representations state"),
    ("clip.mpd", 'range="0-', 'range="4-', "Ranges are exactly"),
    ("clip.mpd", 'subsegmentAlignment="true"', "", "Subsegments of a set"),
    ("clip.mpd", 'bandwidth="', 'bandwidth="0', ""),
    ("clip.mpd", 'minBufferTime="PT2', 'minBufferTime="PT0', "With `minBufferTime`"),
    ("clip.mpd", 'Duration="PT3', 'Duration="PT9', "Representations last"),
    ("clip.mpd", 'value="main"', 'value="alternate"', "One audio set"),
    ("clip_4_0.vtt", "WEBVTT", "TEXT", "Text sets are"),
    ("clip_0.mp4", "cmfc", "cmfx", "One track in a file"),
    ("clip.m3u8", "#EXT-X-SESSION-KEY", "#EXT-X-NO-KEY", "Playlists of encrypted"),
    ("clip_0.m3u8", "SAMPLE-AES", "SAMPLE-AES-CTR", "Playlists of encrypted"),
    ("clip.mpd", 'default_KID="00', 'default_KID="ff', "Encrypted sets"),
]


PURPOSE_BREAKAGES = [
    ("clip.m3u8", "public.accessibility.describes-video", "x", "Subtitles for the hard of hearing and"),
    ("clip.m3u8", 'CHARACTERISTICS="public.accessibility.t', 'X="t', "Subtitles for the hard of hearing and"),
    ("clip.m3u8", ",public.accessibility.describes-music-and-sound", "", "Subtitles for the hard of hearing and"),
    ("clip.m3u8", 'description)",DEFAULT=NO,AUTOSELECT=YES', 'description)"', "Subtitles for the hard of hearing and"),
    ("clip.m3u8", "AUTOSELECT=YES,FORCED=YES", "AUTOSELECT=NO,FORCED=YES", "Subtitles alone state `FORCED`"),
    ("clip.m3u8", "X-MEDIA:TYPE=AUDIO,", "X-MEDIA:TYPE=AUDIO,FORCED=NO,", "Subtitles alone state `FORCED`"),
    ("clip.m3u8", "AUTOSELECT=NO", "AUTOSELECT=YES", "`AUTOSELECT` tracks of a group differ"),
    ("clip.m3u8", 'LANGUAGE="en",', "", "Each audio, subtitle and caption track states"),
    ("clip.mpd", 'value="forced-subtitle"', 'value="subtitle"', "Both manifests list the same tracks"),
]


def require_found(whole: Path, directory: Path, breakages: list[tuple[str, str, str, str]]) -> None:
    """Each change of a copy of the package breaks the rule that begins so ('' = none)."""
    for number, (name, old, new, rule) in enumerate(breakages):
        broken = directory / str(number)
        shutil.copytree(whole, broken)
        (path,) = (one for one in broken.iterdir() if one.name == name.replace("clip", STEM))
        data = path.read_bytes()
        assert old.encode() in data, (name, old)
        path.write_bytes(data.replace(old.encode(), new.encode()))
        found = [one for one, _ in violations(broken)]
        assert any(one.startswith(rule) for one in found) if rule else found == [], (name, old, found)


def test_what_breaks_a_rule_is_found(clips: Clips, tmp_path: Path) -> None:
    """Each rule but those of keys and key frames, which need other segments."""
    whole = package(clips.bilingual, tmp_path / "whole", format="cmaf", **SEVERAL, **I_FRAMES, **CBCS, **THUMBNAILS)
    require_found(whole, tmp_path, BREAKAGES)


def test_purposes_of_tracks(clips: Clips, tmp_path: Path) -> None:
    """Forced, hard of hearing, audio description, commentary: stated by the rules, and what breaks them is found."""
    source = purposes(tmp_path / "purposes.mkv", clips.subtitles)
    whole = package(source, tmp_path / "whole", format="cmaf", **SEVERAL)
    assert violations(whole) == []
    require_found(whole, tmp_path, PURPOSE_BREAKAGES)


def test_closed_captions_are_in_both_manifests(tmp_path: Path) -> None:
    whole = package(captioned(tmp_path / "cc.mp4"), tmp_path / "whole", format="cmaf")
    assert [found for rule, found in violations(whole) if "LANGUAGE" not in rule] == []  # the channels state none
    stated = 'Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1=und"'
    require_found(whole, tmp_path, [("clip.mpd", stated, "x", "Both manifests list the same closed captions")])
