"""Caption files and tracks of every kind, with what each says: text, times, styles, places."""

from __future__ import annotations

import struct
from pathlib import Path

SRT = """1
00:00:01,000 --> 00:00:02,000
{\\an8}<i>Top</i> <font color="#ffff00">yellow</font>

2
00:00:03,000 --> 00:00:04,500
Two
lines
"""
CHINESE = "大家好，欢迎收看今天的节目。今天我们来谈谈天气。我们回家吧，已经很晚了。"
RUSSIAN = "Здравствуйте, дорогие друзья. Сегодня мы поговорим о погоде, потому что завтра будет дождь."
WEBVTT = """WEBVTT

STYLE
::cue(.loud) { color: #ff8000; font-weight: bold }

one
00:01.000 --> 00:02.000 position:10%,line-left line:0 align:start
<v Fred>Hi <c.loud>there</c> &amp; <i>you</i></v>

00:03.000 --> 00:04.500 line:50% align:center
<v Ann>Here
"""
ASS = """[Script Info]
PlayResX: 160
PlayResY: 120

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Alignment
Style: Up,Arial,30,&H0000FF00,&H00000000,8

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Up,{\\b1}UP{\\b0} <here>
Dialogue: 0,0:00:02.00,0:00:03.00,Up,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Dialogue: 0,0:00:03.00,0:00:04.50,Up,{\\an2}down
"""
TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
    xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en">
<head><metadata><ttm:agent xml:id="fred" type="person"><ttm:name type="full">Fred</ttm:name></ttm:agent></metadata>
<layout><region xml:id="top" tts:origin="10% 10%" tts:extent="80% 20%" tts:displayAlign="before"/>
<region xml:id="low" tts:origin="10% 70%" tts:extent="80% 20%" tts:displayAlign="after"/></layout></head>
<body><div><p begin="1s" end="2s" region="top" ttm:agent="fred">A &lt; B &amp; <span tts:color="#ff8000">C</span></p>
<p begin="00:00:03" end="00:00:04.500" region="low">down<br/><span tts:fontStyle="italic">under</span></p></div></body>
</tt>
"""
BROKEN = """1
-00:00:01,000 --> 00:00:01,000
from zero

2
-00:00:03,000 --> -00:00:02,000
never

3
00:00:03,000 --> 00:00:02,000
backwards

4
00:00:05,000 --> 00:00:06,000


5
00:00:07,000 --> 00:00:08,000
last
"""
OVERLAPS = """1
00:00:01,000 --> 00:00:04,000
first

2
00:00:03,000 --> 00:00:05,000
second

3
00:00:03,000 --> 00:00:05,500
third

4
00:00:03,500 --> 00:00:04,500
{\\an8}above
"""
HEBREW = "1\n00:00:01,000 --> 00:00:02,000\nשלום, <i>עולם</i>!\n"
SCC = """Scenarist_SCC V1.0

00:00:01:00\t9420 9420 94ae 94ae 9470 9470 c8e5 ecec ef80 942f 942f

00:00:03:00\t942c 942c
"""

# Blocks of the letters of a PGS picture: 0 = transparent, 1 = white.
_WHITE = 1


def sup(
    path: Path, pictures: list[tuple[float, float, list[list[int]], int]], width: int = 320, height: int = 180
) -> Path:
    """A PGS file: (start_s, end_s, rows of colour numbers, top in pixels) for each picture, centred."""
    data = b""
    for number, (start_s, end_s, rows, top) in enumerate(pictures):
        left = (width - len(rows[0])) // 2
        window = struct.pack(">BBHHHH", 1, 0, left, top, len(rows[0]), len(rows))
        shown = struct.pack(">HHBHBBBB", width, height, 0x10, 2 * number, 0x80, 0, 0, 1)
        shown += struct.pack(">HBBHH", 0, 0, 0, left, top)
        colours = bytes((0, 0)) + bytes((0, 16, 128, 128, 0)) + bytes((_WHITE, 235, 128, 128, 255))
        pixels = b"".join(_run_lengths(row) for row in rows)
        size = (len(pixels) + 4).to_bytes(3, "big")
        image = struct.pack(">HBB", 0, 0, 0xC0) + size + struct.pack(">HH", len(rows[0]), len(rows)) + pixels
        for kind, body in ((0x16, shown), (0x17, window), (0x14, colours), (0x15, image), (0x80, b"")):
            data += _segment(start_s, kind, body)
        gone = struct.pack(">HHBHBBBB", width, height, 0x10, 2 * number + 1, 0, 0, 0, 0)
        for kind, body in ((0x16, gone), (0x17, window), (0x80, b"")):
            data += _segment(end_s, kind, body)
    path.write_bytes(data)
    return path


def _segment(moment_s: float, kind: int, body: bytes) -> bytes:
    return b"PG" + struct.pack(">IIBH", round(moment_s * 90_000), 0, kind, len(body)) + body


def _run_lengths(row: list[int]) -> bytes:
    """One pixel at a time: a colour is its own byte, a transparent one a run of one."""
    return b"".join(bytes((colour,)) if colour else b"\0\1" for colour in row) + b"\0\0"
