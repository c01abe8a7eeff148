"""Ladders whose key comes from a connection or a key server: real ffmpeg, S3 and PostgreSQL, a local SPEKE server."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from pathlib import Path
from typing import Any

import av
import m3u8
import pytest

from clips import Clips
from http_servers import serving
from ladder_site import DASH, HLS, LadderSite, ladder_site
from media_workflows.domain.content_key import StoredKey
from media_workflows.errors import ContentKeyError
from media_workflows.execution.running_step import Resources
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.settings import Settings
from speke_server import SpekeServer

KEY = bytes.fromhex("5ec4e700000000000000000000c0ffee")
AUDIO = {"codec": "aac", "bitrate_kbps": 64}
STREAMS = [{"video": {"width": 128, "crf": 40}, "audio": AUDIO}]
ADD_ONS = {"add_on_audios": [{"key": "dub/{inputName}.fr.m4a", "language": "fr", "optional": True}]}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


class KeySite(LadderSite):
    """With a connection, and credentials of the key server."""

    @property
    def resources(self) -> Resources:
        credentials = Credentials(headers={"X-Token": "speke-token"})
        return dataclasses.replace(
            super().resources, credentials_of=lambda _: credentials, stored_key=lambda _: StoredKey(KEY.hex())
        )


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> KeySite:
    plain = ladder_site(s3_server, tmp_path)
    settings = Settings(data_dir=tmp_path, callback_allowed_hosts=["127.0.0.1"])
    return KeySite(plain.clients, settings, plain.bucket)


def frames(path: Path, key: bytes) -> list[str]:
    """The checksums of the frames that ffmpeg decodes with this key."""
    with av.open(str(path), options={"decryption_key": key.hex()}) as container:
        try:
            return [
                hashlib.md5(one.to_ndarray().tobytes()).hexdigest() for one in container.decode(container.streams[0])
            ]
        except av.FFmpegError:
            return []


def require_secret(site: KeySite, result: Any) -> None:
    """The key is in no log, no result and no output."""
    shown = "\n".join([*site.said, result.model_dump_json()]).lower()
    assert KEY.hex() not in shown
    assert not [key for key in site.keys("out/") if KEY in site.body(key) or KEY.hex().encode() in site.body(key)]


def test_a_key_server(site: KeySite, clips: Clips, tmp_path: Path) -> None:
    """CMAF by cbcs; audio that joins later gets the same key."""
    with serving(SpekeServer(KEY, "speke-token")) as server:
        encryption = {"method": "cbcs", "key_server": {"url": server.url, "systems": ["widevine", "fairplay"]}}
        stored = site.store(ADD_ONS, [{"format": "cmaf", "streams": STREAMS, "encryption": encryption}])
        result = site.run(stored, site.upload(clips.short, "in/a.mp4"))
        assert [item.status for item in result.items] == ["SUCCESS"], result
        site.put("dub/a.fr.m4a", clips.audio_only.read_bytes())
        assert site.join(stored, "dub/a.fr.m4a") == [f"{site.bucket}/{HLS}"]
    headers, body = server.requests[0]
    assert (headers["x-speke-version"], headers["content-type"]) == ("2.0", "application/xml")
    assert {re.findall(r'kid="([\w-]+)"', asked)[0] for _, asked in server.requests} == {
        re.findall(r'kid="([\w-]+)"', body)[0]
    }
    require_secret(site, site.result(stored))
    site.download(tmp_path)
    files = sorted((tmp_path / "out").glob("*.m[p4][4a]"))
    assert len(files) == 3
    for path in files:
        assert len(frames(path, KEY)) > 10
        assert set(frames(path, bytes(16))).isdisjoint(frames(path, KEY))
    master = m3u8.loads(site.body(HLS).decode())
    assert len(master.session_keys) == 2
    uris = [*(one.uri for one in master.playlists), *(one.uri for one in master.media)]
    for uri in uris:
        tags = [one.keyformat for one in m3u8.loads(site.body(f"out/{uri}").decode()).keys if one]
        assert sorted(tags) == [
            "urn:uuid:94ce86fb-07ff-4f43-adb8-93d2fa968ca2",
            "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",
        ]
    assert site.body(DASH).count(b"edef8ba9-79d6-4ace-a3c8-27dcd51d21ed") == 3  # of a picture and two languages


@pytest.mark.full
def test_a_key_server_that_refuses(site: KeySite, clips: Clips) -> None:
    with serving(SpekeServer(KEY, "another")) as server:
        encryption = {"method": "cenc", "key_server": {"url": server.url, "systems": ["widevine"]}}
        stored = site.store({}, [{"format": "dash", "streams": STREAMS, "encryption": encryption}])
        (item,) = site.run(stored, site.upload(clips.short, "in/a.mp4")).items
    assert (item.status, item.code) == ("FAIL", ContentKeyError.code)
    assert "answered 403: 'who are you" in item.message
    assert site.keys("out/") == []


@pytest.mark.full
def test_the_key_of_a_connection(site: KeySite, clips: Clips, tmp_path: Path) -> None:
    own = {"connection": "media_keys", "key_uri": "https://keys.example.com/one"}
    ladders = [
        {"format": "hls", "streams": STREAMS, "segment_type": "ts-ts-segment", "encryption": own},
        {"format": "dash", "streams": STREAMS, "encryption": {"method": "cenc", **own, "licence_url": own["key_uri"]}},
    ]
    stored = site.store(ADD_ONS, ladders)
    result = site.run(stored, site.upload(clips.short, "in/a.mp4"))
    assert [item.status for item in result.items] == ["SUCCESS"] * 2, result
    site.put("dub/a.fr.m4a", clips.audio_only.read_bytes())
    assert len(site.join(stored, "dub/a.fr.m4a")) == 2
    require_secret(site, site.result(stored))
    assert not [key for key in site.keys("out/") if key.endswith(".key")]
    assert b"<dashif:Laurl>https://keys.example.com/one</dashif:Laurl>" in site.body(DASH)
    site.download(tmp_path)
    assert all(len(frames(path, KEY)) > 10 for path in (tmp_path / "out").glob("a_*.m[p4][4a]"))
    local = tmp_path / "owner.key"
    local.write_bytes(KEY)
    playlists = list((tmp_path / "out").glob("a_*.m3u8"))
    assert len(playlists) == 3
    for playlist in playlists:
        playlist.write_text(playlist.read_text().replace(own["key_uri"], f"file:{local}"))
        options = {"allowed_extensions": "ALL", "protocol_whitelist": "file,crypto"}
        with av.open(str(playlist), options=options) as container:
            assert sum(1 for _ in container.decode(container.streams[0])) > 10
