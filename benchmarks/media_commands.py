"""The baselines of `media_cpu`: ffmpeg commands as one writes them by hand, with our builder's encoder options.

Where the source's key, container and colours are known beforehand, as they are here, these commands
make the same files as the product; the benchmark compares them byte by byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from imageio_ffmpeg import get_ffmpeg_exe

SNAPSHOTS_S = (5, 7, 9)
GIF_S = (10, 13)


class Rung(NamedTuple):
    """One rendition: the preset's id, picture size in pixels, bitrates in kbit/s."""

    preset: int
    width: int
    height: int
    video_kbps: int
    audio_kbps: int


LADDER = (
    Rung(100010, 640, 360, 400, 64),
    Rung(100020, 960, 540, 1000, 64),
    Rung(100030, 1280, 720, 1800, 128),
    Rung(100040, 1920, 1080, 2500, 128),
)
Command = list[str]


def ffmpeg(*arguments: str) -> Command:
    """A quiet ffmpeg that overwrites."""
    return [get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]


def make_clip(path: Path, length_s: int) -> Command:
    """A moving test picture, 1080p at 30 frames a second, with a tone."""
    picture = f"testsrc2=size=1920x1080:rate=30:duration={length_s}"
    tone = f"sine=frequency=440:sample_rate=48000:duration={length_s}"
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    return ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, *codecs, str(path))


def encoders(rung: Rung) -> list[str]:
    """The options that our builders set for x264 and AAC."""
    kbps = rung.video_kbps
    rates = f"-b:v {kbps}k -maxrate {kbps * 3 // 2}k -bufsize {kbps * 2}k".split()
    sound = f"-c:a aac -b:a {rung.audio_kbps}k -ac 2 -ar 44100".split()
    return ["-c:v", "libx264", *rates, "-fps_mode", "cfr", *sound, "-movflags", "+faststart", "-f", "mp4"]


def picture(rung: Rung) -> str:
    """The filters of one rendition."""
    return f"scale={rung.width}:{rung.height}:out_range=limited,setsar=1,format=yuv420p"


def ladder_in_one(clip: Path) -> list[Command]:
    """Four renditions from one decode."""
    names = "abcd"
    graph = "[0:v]fps=25,split=4" + "".join(f"[{name}]" for name in names)
    outputs: list[str] = []
    for number, (name, rung) in enumerate(zip(names, LADDER, strict=True)):
        graph += f";[{name}]{picture(rung)}[{name}out]"
        outputs += ["-map", f"[{name}out]", "-map", "0:a", *encoders(rung), f"item{number}.mp4"]
    return [ffmpeg("-i", str(clip), "-filter_complex", graph, *outputs)]


def ladder_in_four(clip: Path) -> list[Command]:
    """Four renditions, each by a process of its own."""
    return [
        ffmpeg("-i", str(clip), "-vf", f"fps=25,{picture(rung)}", *encoders(rung), f"item{number}.mp4")
        for number, rung in enumerate(LADDER)
    ]


HLS_LADDER = LADDER[:3]
HLS_SEGMENT_S = 6


def hls_in_one(clip: Path) -> list[Command]:
    """An HLS ladder of MPEG-TS segments with its master playlist, by ffmpeg's own `var_stream_map`."""
    graph = "[0:v]fps=25,split=3[a][b][c]"
    streams: list[str] = []
    for number, (name, rung) in enumerate(zip("abc", HLS_LADDER, strict=True)):
        graph += f";[{name}]{picture(rung)}[{name}out]"
        kbps = rung.video_kbps
        streams += ["-map", f"[{name}out]", "-map", "0:a"]
        streams += f"-b:v:{number} {kbps}k -maxrate:v:{number} {kbps * 3 // 2}k -bufsize:v:{number} {kbps * 2}k".split()
        streams += ["-b:a:" + str(number), f"{rung.audio_kbps}k"]
    video = ["-c:v", "libx264", "-sc_threshold", "0", "-forced-idr", "1", "-fps_mode", "cfr"]
    keys = ["-force_key_frames", f"expr:gte(t,n_forced*{HLS_SEGMENT_S})"]
    hls = f"-f hls -hls_time {HLS_SEGMENT_S} -hls_list_size 0 -hls_playlist_type vod".split()
    hls += ["-hls_flags", "independent_segments", "-hls_segment_filename", "item0_%v_%05d.ts"]
    variants = ["-var_stream_map", "v:0,a:0 v:1,a:1 v:2,a:2", "-master_pl_name", "item0_manifest.m3u8"]
    sound = ["-c:a", "aac", "-ac", "2", "-ar", "44100"]
    outputs = [*streams, *video, *keys, *sound, *hls, *variants, "item0_%v.m3u8"]
    return [ffmpeg("-i", str(clip), "-filter_complex", graph, *outputs)]


def hls_in_three(clip: Path) -> list[Command]:
    """Three renditions, each by a process of its own, without a master playlist."""
    keys = ["-force_key_frames", f"expr:gte(t,n_forced*{HLS_SEGMENT_S})"]
    hls = f"-f hls -hls_time {HLS_SEGMENT_S} -hls_list_size 0 -hls_playlist_type vod".split()
    commands = []
    for number, rung in enumerate(HLS_LADDER):
        coded = [part for part in encoders(rung) if part not in ("-movflags", "+faststart")][:-2]
        names = ["-hls_segment_filename", f"item0_{number}_%05d.ts", f"item0_{number}.m3u8"]
        commands.append(ffmpeg("-i", str(clip), "-vf", f"fps=25,{picture(rung)}", *coded, *keys, *hls, *names))
    return commands


JPEG = ["-c:v", "mjpeg", "-q:v", "2", "-frames:v", "1", "-update", "1", "-f", "image2"]
JPEG_PICTURE = "scale=out_color_matrix=bt601:out_range=full,format=yuvj420p"
GIF_PICTURE = (
    "fps=2:start_time=0:round=up,split[frames][all];[all]palettegen=stats_mode=full[palette];"
    "[frames][palette]paletteuse=dither=bayer"
)
GIF_INPUT = ["-ss", str(GIF_S[0]), "-t", str(GIF_S[1] - GIF_S[0]), "-i"]


def pictures_in_one(clip: Path) -> list[Command]:
    """Three pictures and the GIF: one process that opens the clip four times."""
    inputs = [part for at_s in SNAPSHOTS_S for part in ("-ss", str(at_s), "-i", str(clip))]
    graph = "".join(f"[{number}:v]{JPEG_PICTURE}[j{number}];" for number in range(len(SNAPSHOTS_S)))
    graph += f"[{len(SNAPSHOTS_S)}:v]{GIF_PICTURE}[gif]"
    outputs = [
        part
        for number in range(len(SNAPSHOTS_S))
        for part in ("-map", f"[j{number}]", *JPEG, f"item0_0000{number}.jpg")
    ]
    return [
        ffmpeg(
            *inputs,
            *GIF_INPUT,
            str(clip),
            "-filter_complex",
            graph,
            *outputs,
            "-map",
            "[gif]",
            "-loop",
            "0",
            "item0.gif",
        )
    ]


def pictures_in_four(clip: Path) -> list[Command]:
    """Three pictures and the GIF, each by a process of its own."""
    jpegs = [
        ffmpeg("-ss", str(at_s), "-i", str(clip), "-vf", JPEG_PICTURE, *JPEG, f"item0_0000{number}.jpg")
        for number, at_s in enumerate(SNAPSHOTS_S)
    ]
    gif = ffmpeg(*GIF_INPUT, str(clip), "-filter_complex", f"[0:v]{GIF_PICTURE}", "-loop", "0", "item0.gif")
    return [*jpegs, gif]
