"""Properties of file formats: demuxers that may open files, stated durations, content types of outputs."""

from __future__ import annotations

from collections.abc import Iterable

# Demuxers that a source may be opened with. The list excludes, on purpose, all that follow references
# to other files or URLs (hls, dash, concat, sdp, imf, image sequences ...).
DEMUXERS: tuple[str, ...] = (
    *("mov", "matroska", "avi", "asf", "flv", "mpegts", "mpeg", "rm", "mxf", "dv", "ivf"),
    *("mpegvideo", "m4v", "h264", "hevc", "vvc", "obu", "vc1"),  # bare streams
    *("mp3", "aac", "ac3", "eac3", "ac4", "dts", "dtshd", "truehd", "mlp", "amr"),
    *("wav", "w64", "aiff", "caf", "flac", "ogg", "ape", "wv", "mpc", "mpc8", "tta", "tak"),
    *("gif", "apng"),  # refused as still pictures when they hold one frame
)
# Text subtitle files: never a source, only inputs that an item names beside it.
SUBTITLE_DEMUXERS: tuple[str, ...] = ("srt", "webvtt", "ass")
CAPTION_SUFFIXES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".xml", ".scc", ".sub", ".sbv"})
PICTURE_SUBTITLES = frozenset({"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "dvb_teletext", "xsub"})
PROTOCOLS: tuple[str, ...] = ("file",)

# Demuxers for the product's own outputs: pictures, animations, and its own HLS playlists.
PICTURE_DEMUXERS: tuple[str, ...] = ("jpeg_pipe", "png_pipe", "webp_pipe", "image2", "gif", "mov")  # mov: AVIF
HLS_DEMUXERS: tuple[str, ...] = ("hls", "mpegts", "mov", "webvtt")

# Containers whose header states the duration, so that a file that ends earlier is known to be cut.
# MPEG-TS/PS, AAC and AMR state none: ffmpeg estimates it from the bitrate or the last packet; MP3 states it in a
# Xing, Info or VBRI header.
DECLARING_CONTAINERS = frozenset(
    {"mov", "matroska", "avi", "asf", "flv", "wav", "w64", "aiff", "caf", "flac", "mxf", "rm"}
)
# Those that count samples or frames, so that the end is exact.
EXACT_CONTAINERS = frozenset({"wav", "w64", "aiff", "caf", "flac", "mp3"})
# Containers whose clock may jump: recordings of different times, concatenated. They have no index either:
# ffmpeg's seek lands anywhere, and decoding starts at the next key frame, after the requested moment.
JUMPING_CONTAINERS = frozenset({"mpegts", "mpeg"})
# Containers whose streams need not be known at the start: one may appear with its first packet (AVFMTCTX_NOHEADER).
HEADERLESS_CONTAINERS = frozenset({"flv", "mpegts", "mpeg"})
# Video streams without a container, hence without timestamps: one picture follows the other at a nominal rate.
BARE_VIDEO_CONTAINERS = frozenset({"mpegvideo", "m4v", "h264", "hevc", "vvc", "obu", "vc1"})
# Where a seek lands anywhere, or on a frame that is drawn over earlier ones.
UNSEEKABLE_CONTAINERS = BARE_VIDEO_CONTAINERS | {"gif", "apng"}
# Containers whose duration ffmpeg guesses from the first packets' bitrate: too far off to compare with.
GUESSING_CONTAINERS = BARE_VIDEO_CONTAINERS | {"aac", "ac3", "eac3", "ac4", "dts", "dtshd", "truehd", "mlp"}

# The demuxers of output formats that have another name.
_DEMUXERS = {"mp4": "mov", "m4a": "mov", "mkv": "matroska", "webm": "matroska", "ts": "mpegts"}
FORMAT_BYTES = 64  # of a file: they distinguish the formats of one demuxer

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "ts": "video/mp2t",
    "flv": "video/x-flv",
    "m4s": "video/iso.segment",
    "mpd": "application/dash+xml",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "ttml": "application/ttml+xml",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "key": "application/octet-stream",
    "m3u8": "application/vnd.apple.mpegurl",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
}


def open_options(demuxers: Iterable[str] = DEMUXERS) -> dict[str, str]:
    """The options that restrict ffmpeg and PyAV to local files and these demuxers."""
    return {"format_whitelist": ",".join(demuxers), "protocol_whitelist": ",".join(PROTOCOLS)}


def is_one_of(container: str, names: frozenset[str]) -> bool:
    """Whether a demuxer name as ffmpeg gives it ('mov,mp4,m4a,...') is among `names`."""
    return bool(names & set(container.split(",")))


def is_format(container: str, start: bytes, file_format: str) -> bool:
    """Whether a file is of the format of an output; `container` names its demuxer, `start` is its first bytes."""
    if not is_one_of(container, frozenset({_DEMUXERS.get(file_format, file_format)})):
        return False
    if file_format == "webm":
        return b"webm" in start  # the document type of EBML
    if file_format in ("mp4", "m4a"):
        return start[4:8] == b"ftyp" and start[8:12] != b"qt  "  # the brand of QuickTime
    return True


def content_type(file_format: str) -> str:
    """The media type that an output is served with."""
    return CONTENT_TYPES.get(file_format, "application/octet-stream")
