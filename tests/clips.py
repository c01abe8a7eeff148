"""Small clips made from nothing, each named after what is wrong (or right) with it.

Clips are about 160x120 and at most 3 s, but for those that need two HLS segments or many key frames. The picture is
red above and blue below, so that a test can tell which way is up.
"""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg


def encode(*arguments: str) -> None:
    """Run ffmpeg with the given arguments. Raises CalledProcessError."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]
    subprocess.run(command, check=True)


def picture(width: int = 160, height: int = 120, seconds: float = 2, rate: int = 25) -> list[str]:
    """Input: red above, blue below."""
    half = f"color=red:s={width}x{height}:r={rate}:d={seconds},drawbox=y={height // 2}:c=blue:t=fill:h={height}"
    return ["-f", "lavfi", "-i", half]


def tone(seconds: float = 2) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]


FLASH_S = 1.5  # where a clip flashes white and beeps, for a tenth of a second


def flash_and_beep(seconds: float = 3) -> list[str]:
    """Inputs: black with a white flash at FLASH_S, silence with a beep there."""
    white = f"drawbox=c=white:t=fill:enable='between(t,{FLASH_S},{FLASH_S + 0.099})'"
    beep = f"aevalsrc='between(t,{FLASH_S},{FLASH_S + 0.1})*sin(2*PI*1000*t)':s=48000:d={seconds}"
    return ["-f", "lavfi", "-i", f"color=black:s=160x120:r=25:d={seconds},{white}", "-f", "lavfi", "-i", beep]


def sound_where(condition: str) -> list[str]:
    """Output option: sound only where the expression of the time t holds, in pieces of 10 ms."""
    return ["-af", f"asetnsamples=480,aselect='{condition}'"]


H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]


def _clip(suffix: str) -> Callable[[Callable[[Clips, Path], None]], functools.cached_property[Path]]:
    """A clip is made when first asked for and kept for the session."""

    def decorate(make: Callable[[Clips, Path], None]) -> functools.cached_property[Path]:
        def build(self: Clips) -> Path:
            path = self.root / f"{make.__name__}{suffix}"
            make(self, path)
            return path

        build.__doc__ = make.__doc__
        return functools.cached_property(build)

    return decorate


class Clips:
    """The clips, below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @_clip(".mp4")
    def plain(self, path: Path) -> None:
        """2 s, 160x120, 25 fps, H.264 and mono AAC."""
        encode(*picture(), *tone(), *H264, "-c:a", "aac", str(path))

    @_clip(".mp4")
    def short(self, path: Path) -> None:
        """Half a second of `plain`, for tests that encode it often."""
        encode(*picture(seconds=0.5), *tone(0.5), *H264, "-c:a", "aac", str(path))

    @_clip(".mp4")
    def counting(self, path: Path) -> None:
        """2 s whose brightness is its time: frame n has luma 16 + 4 n."""
        luma = "nullsrc=s=160x120:r=25:d=2,geq=lum='16+N*4':cb=128:cr=128"
        encode("-f", "lavfi", "-i", luma, *H264, "-crf", "1", str(path))

    @_clip(".mp4")
    def counting_long(self, path: Path) -> None:
        """20 s at 10 fps with a key frame each second: frame n has luma 16 + n."""
        luma = "nullsrc=s=160x120:r=10:d=20,geq=lum='16+N':cb=128:cr=128"
        encode("-f", "lavfi", "-i", luma, *H264, "-crf", "1", "-g", "10", "-sc_threshold", "0", str(path))

    @_clip(".mp4")
    def rotated_90(self, path: Path) -> None:
        """Stored as 160x120 and to be shown as 120x160: the red half is then on the left."""
        flat = path.with_suffix(".flat.mp4")
        encode(*picture(), *tone(), *H264, "-c:a", "aac", str(flat))
        encode("-display_rotation", "90", "-i", str(flat), "-c", "copy", str(path))

    @_clip(".mp4")
    def no_audio(self, path: Path) -> None:
        encode(*picture(), *H264, str(path))

    @_clip(".m4a")
    def audio_only(self, path: Path) -> None:
        encode(*tone(), "-c:a", "aac", str(path))

    @_clip(".mp4")
    def cut_in_the_middle(self, path: Path) -> None:
        """The first 30 % of a file whose index, at the front, promises 3 s."""
        whole = path.with_suffix(".whole.mp4")
        noise = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=3"]
        encode(*noise, *tone(3), *H264, "-c:a", "aac", "-movflags", "+faststart", str(whole))
        data = whole.read_bytes()
        path.write_bytes(data[: len(data) * 3 // 10])

    @_clip(".wav")
    def cut_wav(self, path: Path) -> None:
        """Half a WAV: ffmpeg takes what is there for the whole."""
        whole = path.with_suffix(".whole.wav")
        encode(*tone(3), str(whole))
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    @_clip(".wav")
    def piped_wav(self, path: Path) -> None:
        """A complete WAV whose size nobody filled in."""
        encode(*tone(1), str(path))
        data = path.read_bytes()
        path.write_bytes(data[:4] + b"\xff\xff\xff\xff" + data[8:])

    @_clip(".mp4")
    def no_index(self, path: Path) -> None:
        """An MP4 that lost its index with its end."""
        whole = path.with_suffix(".whole.mp4")
        encode(*picture(), *H264, str(whole))
        path.write_bytes(whole.read_bytes()[:-2000])

    @_clip(".mp4")
    def playlist_of_a_local_file(self, path: Path) -> None:
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{self.plain}\n#EXT-X-ENDLIST\n")

    @_clip(".mp4")
    def playlist_of_a_url(self, path: Path) -> None:
        path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n")

    @_clip(".mp4")
    def concat_script(self, path: Path) -> None:
        path.write_text(f"ffconcat version 1.0\nfile '{self.plain}'\n")

    @_clip(".mp4")
    def text(self, path: Path) -> None:
        path.write_text("not media at all\n" * 50)

    @_clip(".mp4")
    def vfr(self, path: Path) -> None:
        """One second at 25 fps, then one at 5 fps."""
        drop = ["-vf", "select='lt(t,1)+not(mod(n,5))'", "-fps_mode", "vfr"]
        encode(*picture(), *tone(), *drop, *H264, "-c:a", "aac", str(path))

    @_clip(".mp4")
    def short_video_long_audio(self, path: Path) -> None:
        encode(*picture(seconds=1), *tone(3), *H264, "-c:a", "aac", str(path))

    @_clip(".mp4")
    def twelve_seconds_two_of_video(self, path: Path) -> None:
        encode(*picture(), *tone(12), *H264, "-c:a", "aac", str(path))

    @_clip(".mkv")
    def odd_dimensions(self, path: Path) -> None:
        encode(*picture(161, 121), "-c:v", "ffv1", "-pix_fmt", "yuv444p", str(path))

    @_clip(".mp4")
    def anamorphic_sar(self, path: Path) -> None:
        """120x120 pixels, each twice as wide as high: to be shown as 240x120."""
        encode(*picture(120, 120), "-vf", "setsar=2", *H264, str(path))

    @_clip(".mp4")
    def ten_bit(self, path: Path) -> None:
        encode(*picture(), "-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le", str(path))

    @_clip(".ts")
    def transport_stream(self, path: Path) -> None:
        """Has no index, and one key frame: jumps into it find nothing to decode."""
        encode(*picture(), *tone(), *H264, "-g", "250", "-c:a", "aac", str(path))

    @_clip(".mp4")
    def empty(self, path: Path) -> None:
        path.touch()

    @_clip(".jpg")
    def still_picture(self, path: Path) -> None:
        encode(*picture(), "-frames:v", "1", "-update", "1", str(path))

    @_clip(".mp3")
    def attached_picture(self, path: Path) -> None:
        """Music with a cover."""
        cover = ["-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v", "attached_pic"]
        encode(*tone(), "-i", str(self.still_picture), *cover, str(path))

    @_clip(".mp4")
    def detailed(self, path: Path) -> None:
        """2 s of a fine pattern: black and white stripes of 2 pixels."""
        stripes = "nullsrc=s=320x240:r=25:d=2,geq=lum='if(mod(floor(X/2),2),235,16)':cb=128:cr=128"
        encode("-f", "lavfi", "-i", stripes, *H264, "-crf", "1", str(path))

    @_clip(".mp4")
    def flash_and_beep(self, path: Path) -> None:
        """Nothing wrong: the picture flashes when the sound beeps."""
        encode(*flash_and_beep(), *H264, "-c:a", "aac", str(path))

    @_clip(".mp4")
    def sound_starts_late(self, path: Path) -> None:
        """The sound begins at 1 s, by an edit list."""
        encode(*flash_and_beep(), *sound_where("gte(t,1)"), *H264, "-c:a", "aac", str(path))

    @_clip(".mkv")
    def sound_starts_late_in_matroska(self, path: Path) -> None:
        """The sound begins at 1 s, by its first timestamp."""
        encode(*flash_and_beep(), *sound_where("gte(t,1)"), *H264, "-c:a", "libmp3lame", str(path))

    @_clip(".mp4")
    def picture_starts_late(self, path: Path) -> None:
        """The picture begins at 0.5 s."""
        encode(*flash_and_beep(), "-vf", "trim=start=0.5", "-fps_mode", "passthrough", *H264, "-c:a", "aac", str(path))

    @_clip(".mkv")
    def sound_with_a_hole(self, path: Path) -> None:
        """No sound packets from 0.5 s to 1 s: what comes after must not move up."""
        encode(*flash_and_beep(), *sound_where("lt(t,0.5)+gte(t,1)"), *H264, "-c:a", "pcm_s16le", str(path))

    @_clip(".ts")
    def starts_at_ten_hours(self, path: Path) -> None:
        """Broadcast material whose clock did not begin with it."""
        encode(*flash_and_beep(), *H264, "-c:a", "aac", "-output_ts_offset", "36000", str(path))

    @_clip(".ts")
    def clock_jumps(self, path: Path) -> None:
        """Two recordings in one file: the clock jumps by 97 s in the middle."""
        parts = []
        for number, offset in enumerate(("0", "100")):
            part = path.with_suffix(f".{number}.ts")
            encode(*flash_and_beep(), *H264, "-c:a", "aac", "-output_ts_offset", offset, str(part))
            parts.append(part.read_bytes())
        path.write_bytes(b"".join(parts))

    @_clip(".mp4")
    def cut_by_edit_list(self, path: Path) -> None:
        """The first 0.7 s are in the file and hidden by its edit list: it flashes at 0.8 s."""
        encode("-ss", "0.7", "-i", str(self.flash_and_beep), "-c", "copy", str(path))

    @_clip(".mkv")
    def four_sound_tracks(self, path: Path) -> None:
        """Tones of 300, 600, 900 and 1200 Hz; the third is the default."""
        tones = [part for hz in (300, 600, 900, 1200) for part in ("-f", "lavfi", "-i", f"sine={hz}:d=2")]
        default = ["-disposition:a", "0", "-disposition:a:2", "default"]
        titles = ["-metadata:s:a:1", "language=fre", "-metadata:s:a:1", "title=commentaire"]
        encode(*picture(), *tones, *_maps(5), *H264, "-c:a", "libmp3lame", *default, *titles, str(path))

    @_clip(".mkv")
    def default_sound_is_damaged(self, path: Path) -> None:
        """The default track lost the sync code of every frame and does not decode; the second is fine."""
        codecs = ["-c:a:0", "flac", "-c:a:1", "libmp3lame", "-disposition:a:0", "default"]
        encode(*picture(), *tone(), *tone(), *_maps(3), *H264, *codecs, str(path))
        path.write_bytes(path.read_bytes().replace(b"\xff\xf8", b"\x00\x00"))

    @_clip(".mkv")
    def only_sound_is_damaged(self, path: Path) -> None:
        """As above, and there is no other track."""
        encode(*picture(), *tone(), *H264, "-c:a", "flac", str(path))
        path.write_bytes(path.read_bytes().replace(b"\xff\xf8", b"\x00\x00"))

    @_clip(".mp4")
    def detailed_mp4(self, path: Path) -> None:
        """3 s that take some bytes; its index, at the front, survives damage behind it."""
        self._detailed(path, "-movflags", "+faststart")

    @_clip(".mkv")
    def detailed_mkv(self, path: Path) -> None:
        self._detailed(path)

    @_clip(".ts")
    def detailed_ts(self, path: Path) -> None:
        self._detailed(path)

    def _detailed(self, path: Path, *options: str) -> None:
        encode("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=3", *tone(3), *H264, "-c:a", "aac", *options, str(path))

    @_clip(".mp4")
    def moving(self, path: Path) -> None:
        """Detail in motion, which low bitrates spoil."""
        encode("-f", "lavfi", "-i", "mandelbrot=s=320x240:r=25", *tone(), "-t", "2", *H264, "-crf", "1", str(path))

    @_clip(".mov")
    def data_track(self, path: Path) -> None:
        """A timecode track beside picture and sound."""
        encode(*picture(), *tone(), *H264, "-c:a", "aac", "-timecode", "01:00:00:00", str(path))

    @_clip(".ts")
    def interlaced(self, path: Path) -> None:
        """A white bar that moves from field to field, top field first."""
        bar = "color=white:s=40x240:r=50:d=1[bar];color=black:s=320x240:r=50:d=1[black]"
        moving = f"{bar};[black][bar]overlay=x='t*200',tinterlace=interleave_top"
        encode("-f", "lavfi", "-i", moving, "-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-b:v", "2M", str(path))

    @_clip(".mp4")
    def hdr10(self, path: Path) -> None:
        """PQ in BT.2020: left grey of 100 nits, right of 1000 (10-bit luma 509 and 724 of 64 to 940)."""
        self._hdr(path, "smpte2084", 509, 724)

    @_clip(".mp4")
    def hlg(self, path: Path) -> None:
        """HLG in BT.2020: left 50 % (of 1000 nits peak: 50), right 100 %."""
        self._hdr(path, "arib-std-b67", 502, 940)

    @_clip(".webm")
    def untagged_pq(self, path: Path) -> None:
        """The PQ clip as early VP9 has it: its stream tells of BT.2020 and has no word for PQ."""
        untold = ["-vf", "setparams=color_primaries=unknown:color_trc=unknown"]
        encode("-i", str(self.hdr10), *untold, "-c:v", "libvpx-vp9", "-cpu-used", "8", "-crf", "10", str(path))

    def _hdr(self, path: Path, transfer: str, left: int, right: int) -> None:
        luma = f"nullsrc=s=320x240:r=25:d=1,format=yuv420p10le,geq=lum='if(lt(X,W/2),{left},{right})':cb=512:cr=512"
        master = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
        x265 = f"log-level=error:master-display={master}:max-cll=1000,400"
        colour = ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"]
        graph = f"{luma},setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc"
        encode(
            "-f", "lavfi", "-i", graph, "-c:v", "libx265", "-x265-params", x265, *colour, "-tag:v", "hvc1", str(path)
        )

    @_clip(".mkv")
    def untagged_hd(self, path: Path) -> None:
        """Orange in BT.709 at 1280x720, and nothing that says so."""
        self._orange(path, "1280x720", "bt709", tagged=False)

    @_clip(".mkv")
    def untagged_sd(self, path: Path) -> None:
        """Orange in BT.601 at 320x240, and nothing that says so."""
        self._orange(path, "320x240", "bt601", tagged=False)

    @_clip(".mp4")
    def tagged_601_hd(self, path: Path) -> None:
        """Orange in BT.601 at 1280x720, tagged so: a player that guesses is wrong."""
        self._orange(path, "1280x720", "bt601", tagged=True)

    @_clip(".mp4")
    def full_range(self, path: Path) -> None:
        """Orange in full range, as phones and cameras write it."""
        self._orange(path, "320x240", "bt601", tagged=True, range_="full")

    @_clip(".mkv")
    def bt2020_sdr(self, path: Path) -> None:
        """Orange in the wide gamut of BT.2020 without HDR."""
        wide = "zscale=min=bt709:pin=bt709:tin=bt709:rin=limited:m=2020_ncl:p=2020:t=2020_10,format=yuv420p10le"
        rgb = "scale=out_color_matrix=bt709:out_range=limited,format=yuv444p"
        encode(*_orange_input("320x240"), "-vf", f"{rgb},{wide}", "-c:v", "ffv1", str(path))

    @_clip(".mov")
    def rgb(self, path: Path) -> None:
        """Orange in RGB at 1280x720."""
        encode(*_orange_input("1280x720"), "-c:v", "png", "-pix_fmt", "rgb24", str(path))

    @_clip(".mov")
    def transparent(self, path: Path) -> None:
        """Orange, whose right half is wholly transparent."""
        alpha = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,W/2),255,0)'"
        encode(*_orange_input("320x240"), "-vf", alpha, "-c:v", "png", "-pix_fmt", "rgba", str(path))

    def _orange(self, path: Path, size: str, matrix: str, *, tagged: bool, range_: str = "limited") -> None:
        family = "bt709" if matrix == "bt709" else "smpte170m"
        graph = f"scale=out_color_matrix={matrix}:out_range={range_},format=yuv444p"
        if not tagged:
            none = {"color_primaries": "unknown", "color_trc": "unknown", "colorspace": "unknown"}
            graph += ",setparams=" + ":".join(f"{name}={value}" for name, value in none.items())
        tags = ["-color_primaries", family, "-color_trc", family, "-colorspace", family] if tagged else []
        encode(*_orange_input(size), "-vf", graph, "-c:v", "libx264", "-crf", "1", *tags, str(path))


ORANGE = (255, 128, 0)


def _orange_input(size: str) -> list[str]:
    return ["-f", "lavfi", "-i", f"color=0xff8000:s={size}:r=10:d=0.5,format=rgb24"]


def _maps(count: int) -> list[str]:
    """Every one of `count` inputs."""
    return [part for number in range(count) for part in ("-map", str(number))]
