"""Clips for what goes wrong with time, tracks, colour and bytes; each named after it."""

from __future__ import annotations

from pathlib import Path

from clip_making import H264, ClipFolder, clip, encode, picture, tone

ORANGE = (255, 128, 0)
COUNTING = ["-f", "lavfi", "-i", "nullsrc=s=160x120:r=10:d=9,geq=lum='16+N*2':cb=128:cr=128"]
FLASH_S = 1.5  # where a clip flashes white and beeps, for a tenth of a second


def flash_and_beep(seconds: float = 3) -> list[str]:
    """Inputs: black with a white flash at FLASH_S, silence with a beep there."""
    white = f"drawbox=c=white:t=fill:enable='between(t,{FLASH_S},{FLASH_S + 0.099})'"
    beep = f"aevalsrc='between(t,{FLASH_S},{FLASH_S + 0.1})*sin(2*PI*1000*t)':s=48000:d={seconds}"
    return ["-f", "lavfi", "-i", f"color=black:s=160x120:r=25:d={seconds},{white}", "-f", "lavfi", "-i", beep]


def sound_where(condition: str) -> list[str]:
    """Output option: sound only where the expression of the time t holds, in pieces of 10 ms."""
    return ["-af", f"asetnsamples=480,aselect='{condition}'"]


def _maps(count: int) -> list[str]:
    """Every one of `count` inputs."""
    return [part for number in range(count) for part in ("-map", str(number))]


def _orange_input(size: str) -> list[str]:
    return ["-f", "lavfi", "-i", f"color=0xff8000:s={size}:r=10:d=0.5,format=rgb24"]


class OddClips(ClipFolder):
    """The odd ones."""

    @clip(".mp4")
    def flash_and_beep(self, path: Path) -> None:
        """Nothing wrong: the picture flashes when the sound beeps."""
        encode(*flash_and_beep(), *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def sound_starts_late(self, path: Path) -> None:
        """The sound begins at 1 s, by an edit list."""
        encode(*flash_and_beep(), *sound_where("gte(t,1)"), *H264, "-c:a", "aac", str(path))

    @clip(".mkv")
    def sound_starts_late_in_matroska(self, path: Path) -> None:
        """The sound begins at 1 s, by its first timestamp."""
        encode(*flash_and_beep(), *sound_where("gte(t,1)"), *H264, "-c:a", "libmp3lame", str(path))

    @clip(".mkv")
    def clock_begins_late_in_matroska(self, path: Path) -> None:
        """All timestamps begin at 5 s, and the duration of the header counts from 0."""
        encode(*flash_and_beep(), *H264, "-c:a", "libmp3lame", "-output_ts_offset", "5", str(path))

    @clip(".mp4")
    def picture_starts_late(self, path: Path) -> None:
        """The picture begins at 0.5 s."""
        encode(*flash_and_beep(), "-vf", "trim=start=0.5", "-fps_mode", "passthrough", *H264, "-c:a", "aac", str(path))

    @clip(".mkv")
    def sound_with_a_hole(self, path: Path) -> None:
        """No sound packets from 0.5 s to 1 s: what comes after must not move up."""
        encode(*flash_and_beep(), *sound_where("lt(t,0.5)+gte(t,1)"), *H264, "-c:a", "pcm_s16le", str(path))

    @clip(".ts")
    def starts_at_ten_hours(self, path: Path) -> None:
        """Broadcast material whose clock did not begin with it."""
        encode(*flash_and_beep(), *H264, "-c:a", "aac", "-output_ts_offset", "36000", str(path))

    @clip(".ts")
    def clock_jumps(self, path: Path) -> None:
        """Two recordings in one file: the clock jumps by 97 s in the middle."""
        parts = []
        for number, offset in enumerate(("0", "100")):
            part = path.with_suffix(f".{number}.ts")
            encode(*flash_and_beep(), *H264, "-c:a", "aac", "-output_ts_offset", offset, str(part))
            parts.append(part.read_bytes())
        path.write_bytes(b"".join(parts))

    @clip(".ts")
    def counting_ts(self, path: Path) -> None:
        """9 s at 10 fps with a key frame every 3 s and sound: frame n has luma 16 + 2 n. There is no index."""
        encode(*COUNTING, *tone(9), *H264, "-crf", "1", "-g", "30", "-sc_threshold", "0", "-c:a", "aac", str(path))

    @clip(".mp4")
    def counting_primed(self, path: Path) -> None:
        """`counting_ts` as it is in MP4: the picture begins by a packet of sound later than the file."""
        encode("-i", str(self.counting_ts), "-c", "copy", str(path))

    @clip(".mpg")
    def counting_ps(self, path: Path) -> None:
        mpeg2 = ["-r", "25", "-c:v", "mpeg2video", "-g", "75", "-bf", "2", "-sc_threshold", "1000000000", "-q:v", "1"]
        encode(*COUNTING, *tone(9), *mpeg2, "-c:a", "mp2", "-f", "vob", str(path))

    @clip(".m2v")
    def counting_raw(self, path: Path) -> None:
        """A bare video stream: it has no timestamps."""
        encode("-i", str(self.counting_ps), "-map", "0:v", "-c", "copy", "-f", "mpeg2video", str(path))

    @clip(".ts")
    def counting_late_ts(self, path: Path) -> None:
        """The picture begins 1 s after the sound."""
        late = ["-itsoffset", "1", "-i", str(self.counting_ts)]
        encode(*late, "-i", str(self.counting_ts), "-map", "0:v", "-map", "1:a", "-c", "copy", str(path))

    @clip(".ts")
    def counting_twice_ts(self, path: Path) -> None:
        """`counting_ts` and once more, with a jump of the clock between."""
        again = path.with_suffix(".again.ts")
        encode("-i", str(self.counting_ts), "-c", "copy", "-output_ts_offset", "100", str(again))
        path.write_bytes(self.counting_ts.read_bytes() + again.read_bytes())

    @clip(".ts")
    def counting_joined_ts(self, path: Path) -> None:
        """`counting_ts` twice as it is: in the middle the clock steps back by 9 s."""
        path.write_bytes(self.counting_ts.read_bytes() * 2)

    @clip(".mpg")
    def counting_joined_ps(self, path: Path) -> None:
        path.write_bytes(self.counting_ps.read_bytes() * 2)

    @clip(".mp4")
    def cut_by_edit_list(self, path: Path) -> None:
        """The first 0.7 s are in the file and hidden by its edit list: it flashes at 0.8 s."""
        encode("-ss", "0.7", "-i", str(self.flash_and_beep), "-c", "copy", str(path))

    @clip(".mkv")
    def four_sound_tracks(self, path: Path) -> None:
        """Tones of 300, 600, 900 and 1200 Hz; the third is the default."""
        tones = [part for hz in (300, 600, 900, 1200) for part in ("-f", "lavfi", "-i", f"sine={hz}:d=2")]
        default = ["-disposition:a", "0", "-disposition:a:2", "default"]
        titles = ["-metadata:s:a:1", "language=fre", "-metadata:s:a:1", "title=commentaire"]
        encode(*picture(), *tones, *_maps(5), *H264, "-c:a", "libmp3lame", *default, *titles, str(path))

    @clip(".mkv")
    def default_sound_is_damaged(self, path: Path) -> None:
        """The default track lost the sync code of every frame and does not decode; the second is fine."""
        codecs = ["-c:a:0", "flac", "-c:a:1", "libmp3lame", "-disposition:a:0", "default"]
        encode(*picture(), *tone(), *tone(), *_maps(3), *H264, *codecs, str(path))
        path.write_bytes(path.read_bytes().replace(b"\xff\xf8", b"\x00\x00"))

    @clip(".mkv")
    def only_sound_is_damaged(self, path: Path) -> None:
        """As above, and there is no other track."""
        encode(*picture(), *tone(), *H264, "-c:a", "flac", str(path))
        path.write_bytes(path.read_bytes().replace(b"\xff\xf8", b"\x00\x00"))

    @clip(".mp4")
    def detailed_mp4(self, path: Path) -> None:
        """3 s that take some bytes; its index, at the front, survives damage behind it."""
        self._detailed(path, "-movflags", "+faststart")

    @clip(".mkv")
    def detailed_mkv(self, path: Path) -> None:
        self._detailed(path)

    @clip(".ts")
    def detailed_ts(self, path: Path) -> None:
        self._detailed(path)

    def _detailed(self, path: Path, *options: str) -> None:
        encode("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=3", *tone(3), *H264, "-c:a", "aac", *options, str(path))

    @clip(".mp4")
    def moving(self, path: Path) -> None:
        """Detail in motion, which low bitrates spoil."""
        encode("-f", "lavfi", "-i", "mandelbrot=s=320x240:r=25", *tone(), "-t", "2", *H264, "-crf", "1", str(path))

    @clip(".mov")
    def data_track(self, path: Path) -> None:
        """A timecode track beside picture and sound."""
        encode(*picture(), *tone(), *H264, "-c:a", "aac", "-timecode", "01:00:00:00", str(path))

    @clip(".ts")
    def interlaced(self, path: Path) -> None:
        """A white bar that moves from field to field, top field first."""
        bar = "color=white:s=40x240:r=50:d=1[bar];color=black:s=320x240:r=50:d=1[black]"
        moving = f"{bar};[black][bar]overlay=x='t*200',tinterlace=interleave_top"
        encode("-f", "lavfi", "-i", moving, "-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-b:v", "2M", str(path))

    @clip(".mp4")
    def hdr10(self, path: Path) -> None:
        """PQ in BT.2020: left grey of 100 nits, right of 1000 (10-bit luma 509 and 724 of 64 to 940)."""
        self._hdr(path, "smpte2084", 509, 724)

    @clip(".mp4")
    def hlg(self, path: Path) -> None:
        """HLG in BT.2020: left 50 % (of 1000 nits peak: 50), right 100 %."""
        self._hdr(path, "arib-std-b67", 502, 940)

    @clip(".webm")
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

    @clip(".mkv")
    def untagged_hd(self, path: Path) -> None:
        """Orange in BT.709 at 1280x720, and nothing that says so."""
        self._orange(path, "1280x720", "bt709", tagged=False)

    @clip(".mkv")
    def untagged_sd(self, path: Path) -> None:
        """Orange in BT.601 at 320x240, and nothing that says so."""
        self._orange(path, "320x240", "bt601", tagged=False)

    @clip(".mp4")
    def tagged_601_hd(self, path: Path) -> None:
        """Orange in BT.601 at 1280x720, tagged so: a player that guesses is wrong."""
        self._orange(path, "1280x720", "bt601", tagged=True)

    @clip(".mp4")
    def full_range(self, path: Path) -> None:
        """Orange in full range, as phones and cameras write it."""
        self._orange(path, "320x240", "bt601", tagged=True, range_="full")

    @clip(".mkv")
    def bt2020_sdr(self, path: Path) -> None:
        """Orange in the wide gamut of BT.2020 without HDR."""
        wide = "zscale=min=bt709:pin=bt709:tin=bt709:rin=limited:m=2020_ncl:p=2020:t=2020_10,format=yuv420p10le"
        rgb = "scale=out_color_matrix=bt709:out_range=limited,format=yuv444p"
        encode(*_orange_input("320x240"), "-vf", f"{rgb},{wide}", "-c:v", "ffv1", str(path))

    @clip(".mov")
    def rgb(self, path: Path) -> None:
        """Orange in RGB at 1280x720."""
        encode(*_orange_input("1280x720"), "-c:v", "png", "-pix_fmt", "rgb24", str(path))

    @clip(".mov")
    def transparent(self, path: Path) -> None:
        """Orange, whose right half is wholly transparent."""
        alpha = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,W/2),255,0)'"
        encode(*_orange_input("320x240"), "-vf", alpha, "-c:v", "png", "-pix_fmt", "rgba", str(path))

    @clip(".webm")
    def transparent_vp8(self, path: Path) -> None:
        """As `transparent`; what is transparent is white underneath."""
        self._transparent_webm(path, "libvpx")

    @clip(".webm")
    def transparent_vp9(self, path: Path) -> None:
        self._transparent_webm(path, "libvpx-vp9")

    def _transparent_webm(self, path: Path, encoder: str) -> None:
        right = "gt(X,W/2)"
        colours = ":".join(f"{one}='if({right},255,{one}(X,Y))'" for one in "rgb")
        alpha = f"format=rgba,geq={colours}:a='if({right},0,255)',format=yuva420p"
        coded = ["-c:v", encoder, "-auto-alt-ref", "0", "-b:v", "2M", "-pix_fmt", "yuva420p"]
        encode(*_orange_input("320x240"), "-vf", alpha, *coded, str(path))

    def _orange(self, path: Path, size: str, matrix: str, *, tagged: bool, range_: str = "limited") -> None:
        family = "bt709" if matrix == "bt709" else "smpte170m"
        graph = f"scale=out_color_matrix={matrix}:out_range={range_},format=yuv444p"
        if not tagged:
            none = {"color_primaries": "unknown", "color_trc": "unknown", "colorspace": "unknown"}
            graph += ",setparams=" + ":".join(f"{name}={value}" for name, value in none.items())
        tags = ["-color_primaries", family, "-color_trc", family, "-colorspace", family] if tagged else []
        encode(*_orange_input(size), "-vf", graph, "-c:v", "libx264", "-crf", "1", *tags, str(path))
