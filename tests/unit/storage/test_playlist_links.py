"""HLS playlists with links."""

from __future__ import annotations

from media_workflows.storage.playlist_links import with_links

MEDIA = """#EXTM3U
#EXT-X-MAP:URI="init.mp4",BYTERANGE="718@0"
#EXT-X-KEY:METHOD=AES-128,URI="a%20b.key",IV=0x1
#EXTINF:4.0,
seg 0.m4s
#EXT-X-BYTERANGE:5@0
../other/seg1.m4s

#EXTINF:4.0,a comment URI="x"
https://elsewhere.example/seg2.ts
#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/k"
/root.ts
unknown.ts
#EXT-X-ENDLIST
"""
MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="URI",NAME="en",URI="audio/en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"
v/720.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="v/frames.m3u8"
"""


def test_files_of_a_media_playlist() -> None:
    known = {"out/v/init.mp4", "out/v/a b.key", "out/v/seg 0.m4s", "out/other/seg1.m4s"}
    linked = with_links(MEDIA, "out/v/720.m3u8", lambda key: f"<{key}>" if key in known else None)
    assert linked.splitlines() == [
        "#EXTM3U",
        '#EXT-X-MAP:URI="<out/v/init.mp4>",BYTERANGE="718@0"',
        '#EXT-X-KEY:METHOD=AES-128,URI="<out/v/a b.key>",IV=0x1',
        "#EXTINF:4.0,",
        "<out/v/seg 0.m4s>",
        "#EXT-X-BYTERANGE:5@0",
        "<out/other/seg1.m4s>",
        "",
        '#EXTINF:4.0,a comment URI="x"',
        "https://elsewhere.example/seg2.ts",
        '#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/k"',
        "/root.ts",
        "unknown.ts",
        "#EXT-X-ENDLIST",
    ]


def test_playlists_of_a_master() -> None:
    linked = with_links(MASTER, "master.m3u8", lambda key: f"?{key}")
    assert 'GROUP-ID="URI",NAME="en",URI="?audio/en.m3u8"' in linked
    assert "\n?v/720.m3u8\n" in linked
    assert 'BANDWIDTH=1,URI="?v/frames.m3u8"' in linked
