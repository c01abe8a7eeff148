"""Clips of forms that are rare in tests and common in the field: broadcast, undecodable, joined, cut, bare streams."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from clip_making import H264, ClipFolder, clip, encode, tone

TEST_PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=2"]
BRIGHTENING = ["-f", "lavfi", "-i", "nullsrc=s=160x120:r=10:d=2,geq=lum='16+N*10':cb=128:cr=128"]


class RareClips(ClipFolder):
    """Each named after what it is."""

    @clip(".ts")
    def dts_without_descriptor(self, path: Path) -> None:
        """DTS as stream type 0x82, as broadcasters and Blu-ray write it: the codec tag is a number."""
        encode(*TEST_PICTURE, *tone(), *H264, "-c:a", "dca", "-strict", "-2", str(path))

    @clip(".avi")
    def aac_in_avi(self, path: Path) -> None:
        """AAC as format tag 0xFF."""
        encode(*TEST_PICTURE, *tone(), *H264, "-c:a", "aac", str(path))

    @clip(".avi")
    def motion_jpeg_with_exif(self, path: Path) -> None:
        """Each frame has side data (EXIF) of a kind that PyAV's enumeration does not have."""
        picture = Image.new("RGB", (160, 120), "red")
        exif = picture.getexif()
        exif[0x010E] = "a description"
        data = io.BytesIO()
        picture.save(data, "JPEG", exif=exif)
        frames = path.with_suffix(".mjpeg")
        frames.write_bytes(data.getvalue() * 50)
        encode("-f", "mjpeg", "-framerate", "25", "-i", str(frames), "-c", "copy", str(path))

    @clip(".flv")
    def late_sound(self, path: Path) -> None:
        """Sound that first appears after 14 MB of picture, past what is read to learn of the streams."""
        noise = "testsrc2=s=640x360:r=25:d=2,noise=alls=20:allf=t"
        picture, sound = path.with_suffix(".picture.flv"), path.with_suffix(".sound.flv")
        encode("-f", "lavfi", "-i", noise, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "6", str(picture))
        encode(*tone(), "-c:a", "aac", str(sound))
        path.write_bytes(picture.read_bytes() + sound.read_bytes()[13:])  # without the second file's header

    @clip(".mp4")
    def unknown_picture(self, path: Path) -> None:
        """Sound, and a picture of a codec that does not exist."""
        encode(*TEST_PICTURE, *tone(), *H264, "-c:a", "aac", str(path))
        path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz"))

    @clip(".mp4")
    def ac4_sound(self, path: Path) -> None:
        """A picture, and sound marked as AC-4, for which ffmpeg has no decoder."""
        encode(*TEST_PICTURE, *tone(), *H264, "-c:a", "aac", "-metadata:s:a:0", "language=eng", str(path))
        path.write_bytes(path.read_bytes().replace(b"mp4a", b"ac-4").replace(b"esds", b"free"))

    @clip(".m4a")
    def only_ac4_sound(self, path: Path) -> None:
        encode(*tone(), "-c:a", "aac", str(path))
        path.write_bytes(path.read_bytes().replace(b"mp4a", b"ac-4").replace(b"esds", b"free"))

    @clip(".flv")
    def jumping_flv(self, path: Path) -> None:
        """2 s; damage moved one packet of sound by 17 minutes and half of the file's clock stays right."""
        encode(*TEST_PICTURE, *tone(), *H264, "-c:a", "aac", str(path))
        data = bytearray(path.read_bytes())
        at = [place for place, _ in flv_tags(bytes(data), kind=8)][40]
        data[at + 4 : at + 7] = (1_040_000).to_bytes(3, "big")  # timestamp in ms
        path.write_bytes(bytes(data))

    @clip(".gif")
    def animated_gif(self, path: Path) -> None:
        """2 s at 10 fps, which grow brighter: frame n has luma 16 + 10 n."""
        encode(*BRIGHTENING, "-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none", str(path))

    @clip(".png")
    def animated_png(self, path: Path) -> None:
        encode(*BRIGHTENING, "-f", "apng", str(path))

    @clip(".webp")
    def animated_webp(self, path: Path) -> None:
        encode(*BRIGHTENING, str(path))

    @clip(".gif")
    def one_frame_gif(self, path: Path) -> None:
        encode(*BRIGHTENING, "-frames:v", "1", str(path))

    @clip(".h264")
    def bare_h264(self, path: Path) -> None:
        """2 s at 10 fps with B-frames: no timestamps, no duration, and a rate in the parameter sets alone."""
        encode(*BRIGHTENING, "-c:v", "libx264", "-g", "10", "-crf", "1", "-pix_fmt", "yuv420p", str(path))

    @clip(".h265")
    def bare_h265(self, path: Path) -> None:
        options = ["-x265-params", "log-level=error:keyint=10", "-crf", "1", "-pix_fmt", "yuv420p"]
        encode(*BRIGHTENING, "-c:v", "libx265", *options, str(path))

    @clip(".m4v")
    def bare_mpeg4(self, path: Path) -> None:
        encode(*BRIGHTENING, "-c:v", "mpeg4", "-bf", "2", "-g", "10", "-q:v", "1", "-f", "m4v", str(path))

    @clip(".ivf")
    def ivf(self, path: Path) -> None:
        encode(*BRIGHTENING, "-c:v", "libvpx", "-crf", "4", "-b:v", "1M", "-g", "10", str(path))

    @clip(".ac4")
    def bare_ac4(self, path: Path) -> None:
        """Frames as ETSI TS 103 190-1, annex H frames them: a sync word, a length, and here nothing that decodes."""
        frame = b"\xac\x40" + (400).to_bytes(2, "big") + bytes(400)
        path.write_bytes(frame * 200)

    def sound(self, suffix: str) -> Path:
        """2 s of a tone in the format of this suffix."""
        path = self.root / f"sound{suffix}"
        if not path.exists():
            encode(*tone(), "-strict", "-2", str(path))
        return path


def flv_tags(data: bytes, kind: int) -> list[tuple[int, int]]:
    """Where the tags of a kind (8: sound, 9: picture) begin, and their lengths (Adobe FLV specification, annex E)."""
    found, at = [], 13
    while at + 11 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 4], "big")
        if data[at] == kind:
            found.append((at, length))
        at += 11 + length + 4
    return found
