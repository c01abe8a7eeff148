"""Small clips made from nothing, each named after what is wrong (or right) with it.

Clips are about 160x120 and at most 3 s, but for those that need two HLS segments or many key frames. The picture is
red above and blue below, so that a test can tell which way is up.
"""

from __future__ import annotations

from pathlib import Path

from clip_making import H264, clip, encode, picture, tone
from odd_clips import OddClips
from picture_clips import PictureClips
from rare_clips import RareClips


class Clips(OddClips, PictureClips, RareClips):
    """All clips, below `root`."""

    @clip(".mp4")
    def plain(self, path: Path) -> None:
        """2 s, 160x120, 25 fps, H.264 and mono AAC."""
        encode(*picture(), *tone(), *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def short(self, path: Path) -> None:
        """Half a second of `plain`, for tests that encode it often."""
        encode(*picture(seconds=0.5), *tone(0.5), *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def counting(self, path: Path) -> None:
        """2 s whose brightness is its time: frame n has luma 16 + 4 n."""
        luma = "nullsrc=s=160x120:r=25:d=2,geq=lum='16+N*4':cb=128:cr=128"
        encode("-f", "lavfi", "-i", luma, *H264, "-crf", "1", str(path))

    @clip(".mp4")
    def counting_long(self, path: Path) -> None:
        """20 s at 10 fps with a key frame each second: frame n has luma 16 + n."""
        luma = "nullsrc=s=160x120:r=10:d=20,geq=lum='16+N':cb=128:cr=128"
        encode("-f", "lavfi", "-i", luma, *H264, "-crf", "1", "-g", "10", "-sc_threshold", "0", str(path))

    @clip(".mp4")
    def rotated_90(self, path: Path) -> None:
        """Stored as 160x120 and to be shown as 120x160: the red half is then on the left."""
        flat = path.with_suffix(".flat.mp4")
        encode(*picture(), *tone(), *H264, "-c:a", "aac", str(flat))
        encode("-display_rotation", "90", "-i", str(flat), "-c", "copy", str(path))

    @clip(".mp4")
    def no_audio(self, path: Path) -> None:
        encode(*picture(), *H264, str(path))

    @clip(".m4a")
    def audio_only(self, path: Path) -> None:
        encode(*tone(), "-c:a", "aac", str(path))

    @clip(".mp4")
    def cut_in_the_middle(self, path: Path) -> None:
        """The first 30 % of a file whose index, at the front, promises 3 s."""
        whole = path.with_suffix(".whole.mp4")
        noise = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=3"]
        encode(*noise, *tone(3), *H264, "-c:a", "aac", "-movflags", "+faststart", str(whole))
        data = whole.read_bytes()
        path.write_bytes(data[: len(data) * 3 // 10])

    @clip(".wav")
    def cut_wav(self, path: Path) -> None:
        """Half a WAV: ffmpeg takes what is there for the whole."""
        whole = path.with_suffix(".whole.wav")
        encode(*tone(3), str(whole))
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    @clip(".wav")
    def piped_wav(self, path: Path) -> None:
        """A complete WAV whose size nobody filled in."""
        encode(*tone(1), str(path))
        data = path.read_bytes()
        path.write_bytes(data[:4] + b"\xff\xff\xff\xff" + data[8:])

    @clip(".mp4")
    def no_index(self, path: Path) -> None:
        """An MP4 that lost its index with its end."""
        whole = path.with_suffix(".whole.mp4")
        encode(*picture(), *H264, str(whole))
        path.write_bytes(whole.read_bytes()[:-2000])

    @clip(".mp4")
    def playlist_of_a_local_file(self, path: Path) -> None:
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{self.plain}\n#EXT-X-ENDLIST\n")

    @clip(".mp4")
    def playlist_of_a_url(self, path: Path) -> None:
        path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n")

    @clip(".mp4")
    def concat_script(self, path: Path) -> None:
        path.write_text(f"ffconcat version 1.0\nfile '{self.plain}'\n")

    @clip(".mp4")
    def text(self, path: Path) -> None:
        path.write_text("not media at all\n" * 50)

    @clip(".mp4")
    def vfr(self, path: Path) -> None:
        """One second at 25 fps, then one at 5 fps."""
        drop = ["-vf", "select='lt(t,1)+not(mod(n,5))'", "-fps_mode", "vfr"]
        encode(*picture(), *tone(), *drop, *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def clock_rate(self, path: Path) -> None:
        """30 frames a second with the jitter of a phone's camera; the nominal rate, 120, is that of its clock."""
        jitter = ["-vf", "settb=1/120,setpts='N*4+mod(N*7,3)'", "-fps_mode", "vfr", "-enc_time_base", "1/120"]
        encode(*picture(), *tone(), *jitter, *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def short_video_long_audio(self, path: Path) -> None:
        encode(*picture(seconds=1), *tone(3), *H264, "-c:a", "aac", str(path))

    @clip(".mp4")
    def twelve_seconds_two_of_video(self, path: Path) -> None:
        encode(*picture(), *tone(12), *H264, "-c:a", "aac", str(path))

    @clip(".mkv")
    def odd_dimensions(self, path: Path) -> None:
        encode(*picture(161, 121), "-c:v", "ffv1", "-pix_fmt", "yuv444p", str(path))

    @clip(".mp4")
    def anamorphic_sar(self, path: Path) -> None:
        """120x120 pixels, each twice as wide as high: to be shown as 240x120."""
        encode(*picture(120, 120), "-vf", "setsar=2", *H264, str(path))

    @clip(".mp4")
    def ten_bit(self, path: Path) -> None:
        encode(*picture(), "-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le", str(path))

    @clip(".ts")
    def transport_stream(self, path: Path) -> None:
        """Has no index, and one key frame: jumps into it find nothing to decode."""
        encode(*picture(), *tone(), *H264, "-g", "250", "-c:a", "aac", str(path))

    @clip(".srt")
    def subtitles(self, path: Path) -> None:
        """Two cues, the second in Chinese."""
        path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:02,500 --> 00:00:03,500\n你好\n", "utf-8")

    @clip(".mp4")
    def bilingual(self, path: Path) -> None:
        """3.5 s of 320x180, an English and a German sound, English subtitles, a scene change at 1.6 s."""
        scenes = "testsrc2=s=320x180:r=25:d=1.6[a];smptebars=s=320x180:r=25:d=1.9[b];[a][b]concat"
        sounds = [*tone(3.5), "-f", "lavfi", "-i", "sine=frequency=880:duration=3.5"]
        maps = ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:a", "aac", "-c:s", "mov_text"]
        names = [
            "-metadata:s:a:0",
            "language=eng",
            "-metadata:s:a:1",
            "language=deu",
            "-metadata:s:s:0",
            "language=eng",
        ]
        encode("-f", "lavfi", "-i", scenes, *sounds, "-i", str(self.subtitles), *maps, *H264, *names, str(path))

    @clip(".mp4")
    def empty(self, path: Path) -> None:
        path.touch()

    @clip(".jpg")
    def still_picture(self, path: Path) -> None:
        encode(*picture(), "-frames:v", "1", "-update", "1", str(path))

    @clip(".mp3")
    def attached_picture(self, path: Path) -> None:
        """Music with a cover."""
        cover = ["-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v", "attached_pic"]
        encode(*tone(), "-i", str(self.still_picture), *cover, str(path))

    @clip(".mp4")
    def detailed(self, path: Path) -> None:
        """2 s of a fine pattern: black and white stripes of 2 pixels."""
        stripes = "nullsrc=s=320x240:r=25:d=2,geq=lum='if(mod(floor(X/2),2),235,16)':cb=128:cr=128"
        encode("-f", "lavfi", "-i", stripes, *H264, "-crf", "1", str(path))
