"""Clips whose pictures come out wrong or squashed when they are read carelessly; each named after its problem."""

from __future__ import annotations

from pathlib import Path

import av

from clip_making import H264, ClipFolder, clip, encode, picture, tone


def _test_picture(size: str = "320x180", rate: int = 25, seconds: float = 4) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]


class PictureClips(ClipFolder):
    """Pictures."""

    @clip(".flv")
    def sorenson(self, path: Path) -> None:
        """A seek to 0 lands behind its first key frame."""
        encode(*_test_picture(), *tone(4), "-c:v", "flv1", "-c:a", "libmp3lame", "-ar", "44100", str(path))

    @clip(".mp4")
    def false_key_frames(self, path: Path) -> None:
        """Its index calls frames key frames that need what lies before them; from the start it decodes well."""
        plain = path.with_suffix(".plain.mp4")
        encode(*_test_picture(), "-c:v", "mpeg4", "-q:v", "3", "-g", "1000", "-bf", "0", str(plain))
        with av.open(str(plain)) as source, av.open(str(path), "w") as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            for number, packet in enumerate(source.demux(video=0)):
                if packet.dts is None:
                    continue
                packet.is_keyframe = number % 10 == 0
                packet.stream = stream
                target.mux(packet)

    @clip(".mkv")
    def damaged_picture(self, path: Path) -> None:
        """The picture is damaged from its middle on, whatever way it is read."""
        encode(*_test_picture(), *H264[:-2], "-g", "1000", str(path))
        data = bytearray(path.read_bytes())
        for at in range(len(data) // 2, len(data) // 2 + 4000, 400):
            data[at] ^= 0x5A
        path.write_bytes(data)

    @clip(".mp4")
    def still_with_sound(self, path: Path) -> None:
        """A picture of one frame and 9 s of sound: music with a cover, as video sites take it."""
        encode(*_test_picture(rate=1, seconds=1), *tone(9), *H264[:-2], "-tune", "stillimage", "-c:a", "aac", str(path))

    @clip(".mp4")
    def slides(self, path: Path) -> None:
        """A lecture at one frame a second."""
        encode(*_test_picture(rate=1, seconds=12), *tone(12), *H264[:-2], "-c:a", "aac", str(path))

    @clip(".mp4")
    def zero_matrix(self, path: Path) -> None:
        """The display matrix of its picture track is all zero."""
        encode(*picture(), *H264[:-2], str(path))
        data = bytearray(path.read_bytes())
        begin = data.index(b"tkhd") + 4 + 40  # behind version, times, id, duration, layer and volume (version 0)
        assert data[begin : begin + 4] == b"\0\1\0\0"
        data[begin : begin + 36] = bytes(36)
        path.write_bytes(data)

    @clip(".mp4")
    def turned_by_45_degrees(self, path: Path) -> None:
        """By its display matrix."""
        upright = path.with_suffix(".upright.mp4")
        encode(*picture(), *H264[:-2], str(upright))
        encode("-display_rotation", "45", "-i", str(upright), "-c", "copy", str(path))

    @clip(".mp4")
    def wide_pixels(self, path: Path) -> None:
        """A pixel is 100 times as wide as high, it says."""
        encode(*picture(), "-vf", "setsar=100/1", *H264[:-2], str(path))

    @clip(".webm")
    def one_frame_webm(self, path: Path) -> None:
        """One frame, and sound for 3 s."""
        encode(*_test_picture(rate=1, seconds=1), *tone(3), "-c:v", "libvpx", "-c:a", "libopus", str(path))
