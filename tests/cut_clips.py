"""A short file as many muxers and recorders write it, whole; tests cut it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg

from clip_making import H264, ClipFolder, encode, tone

VIDEO = [*H264, "-c:a", "aac"]
WEBM = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
NOISE = ["-f", "lavfi", "-i", "anoisesrc=d=4:a=0.1:r=48000"]
# name -> suffix, output options: containers that promise where they end
PROMISING: dict[str, tuple[str, list[str]]] = {
    "faststart": (".mp4", [*VIDEO, "-movflags", "+faststart"]),
    "fragmented": (".mp4", [*VIDEO, "-movflags", "frag_keyframe+empty_moov"]),
    "dash": (".mp4", [*VIDEO, "-movflags", "+dash+frag_keyframe+global_sidx"]),
    "matroska": (".mkv", VIDEO),
    "cues_first": (".mkv", [*VIDEO, "-cues_to_front", "1"]),
    "live_webm": (".webm", [*WEBM, "-live", "1"]),
    "webm": (".webm", WEBM),
    "flv": (".flv", VIDEO),
    "avi": (".avi", VIDEO),
    "asf": (".wmv", ["-c:v", "wmv2", "-c:a", "wmav2"]),
    "ogg_video": (".ogv", ["-c:v", "libtheora", "-c:a", "libvorbis"]),
}
PROMISING_SOUND: dict[str, tuple[str, list[str]]] = {
    "xing": (".mp3", ["-c:a", "libmp3lame", "-q:a", "4"]),
    "info_with_id3": (".mp3", ["-c:a", "libmp3lame", "-write_id3v1", "1", "-metadata", "title=x"]),
    "wav": (".wav", ["-c:a", "pcm_s16le"]),
    "rf64": (".wav", ["-c:a", "pcm_s16le", "-rf64", "always"]),
    "wave64": (".w64", ["-c:a", "pcm_s16le"]),
    "aiff": (".aiff", ["-c:a", "pcm_s16be"]),
    "flac": (".flac", ["-c:a", "flac"]),
    "ogg": (".ogg", ["-c:a", "libvorbis"]),
    "opus": (".opus", ["-c:a", "libopus"]),
}
# Written to a pipe, live, or without a header: they promise nothing.
OPEN: dict[str, tuple[str, list[str]]] = {
    "transport_stream": ("mpegts", VIDEO),
    "program_stream": ("vob", ["-c:v", "mpeg2video", "-c:a", "mp2"]),
    "piped_avi": ("avi", VIDEO),
    "piped_flv": ("flv", VIDEO),
    "piped_matroska": ("matroska", VIDEO),
    "piped_webm": ("webm", WEBM),
    "piped_mp4": ("mp4", [*VIDEO, "-movflags", "frag_keyframe+empty_moov"]),
    "piped_ogg": ("ogg", ["-vn", "-c:a", "libvorbis"]),
    "piped_wav": ("wav", ["-vn", "-c:a", "pcm_s16le"]),
    "piped_mp3": ("mp3", ["-vn", "-c:a", "libmp3lame"]),
    "adts": ("adts", ["-vn", "-c:a", "aac"]),
}


class WholeClips(ClipFolder):
    """4 s each, made when first asked for."""

    def promising(self, name: str) -> Path:
        suffix, options = (PROMISING | PROMISING_SOUND)[name]
        path = self.root / f"{name}{suffix}"
        inputs = [*_picture(), *tone(4)] if name in PROMISING else NOISE
        if not path.exists():
            encode(*inputs, *options, str(path))
        return path

    def open(self, name: str) -> Path:
        """By a pipe, so that the muxer cannot go back."""
        format_, options = OPEN[name]
        path = self.root / f"{name}.{format_}"
        if not path.exists():
            command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *_picture(), *tone(4), *options]
            path.write_bytes(subprocess.run([*command, "-f", format_, "-"], check=True, capture_output=True).stdout)
        return path

    def cut(self, whole: Path, percent: int) -> Path:
        path = whole.with_name(f"{whole.stem}_{percent}{whole.suffix}")
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size * percent // 100])
        return path


def _picture() -> list[str]:
    return ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=4"]
