"""Presigned links that let a browser read or write one object for a short time, and the types it may show."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from media_workflows.storage.s3 import version_argument

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_LIFE_S = 15 * 60
PART_LINK_LIFE_S = 6 * 3600  # a large upload takes long; the links are useless after its end
DOWNLOAD_TYPE = "application/octet-stream"

# The types that a browser may show. None can contain a script: HTML, SVG and XML, DASH manifests too, are only
# downloaded or shown as text, whatever type the object itself declares.
SHOWN_TYPES = {
    **dict.fromkeys(("mp4", "m4v"), "video/mp4"),
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "ts": "video/mp2t",
    "flv": "video/x-flv",
    "avi": "video/x-msvideo",
    "wmv": "video/x-ms-wmv",
    **dict.fromkeys(("mpg", "mpeg"), "video/mpeg"),
    "3gp": "video/3gpp",
    "m4s": "video/iso.segment",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "amr": "audio/amr",
    **dict.fromkeys(("jpg", "jpeg"), "image/jpeg"),
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "vtt": "text/vtt",
    **dict.fromkeys(("srt", "txt", "mpd", "jsonl"), "text/plain"),
    "json": "application/json",
    "m3u8": "application/vnd.apple.mpegurl",
}


def shown_type(key: str) -> str:
    """The media type under which a browser receives the object; DOWNLOAD_TYPE = it is not shown."""
    return SHOWN_TYPES.get(posixpath.splitext(key)[1].removeprefix(".").lower(), DOWNLOAD_TYPE)


def disposition(key: str) -> str:
    """The Content-Disposition: inline if the type is safe to show, else attachment."""
    how = "attachment" if shown_type(key) == DOWNLOAD_TYPE else "inline"
    return f"{how}; filename*=UTF-8''{quote(posixpath.basename(key), safe='')}"


class Links:
    """Creates presigned URLs with a client whose endpoint browsers can reach."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def read(self, bucket: str, key: str, version_id: str | None = None, life_s: int = LINK_LIFE_S) -> str:
        """A link to read an object, valid for `life_s` seconds."""
        shown = {"ResponseContentType": shown_type(key), "ResponseContentDisposition": disposition(key)}
        return self._url("get_object", life_s, Bucket=bucket, Key=key, **shown, **version_argument(version_id))

    def write(self, bucket: str, key: str, size_bytes: int, content_type: str) -> str:
        """A link to write an object of exactly this size and type, valid for LINK_LIFE_S seconds."""
        body = {"ContentLength": size_bytes, "ContentType": content_type}
        return self._url("put_object", LINK_LIFE_S, Bucket=bucket, Key=key, **body)

    def write_part(self, bucket: str, key: str, upload_id: str, number: int, size_bytes: int) -> str:
        """A link to write a part, valid for PART_LINK_LIFE_S seconds or until the multipart upload ends."""
        part = {"UploadId": upload_id, "PartNumber": number, "ContentLength": size_bytes}
        return self._url("upload_part", PART_LINK_LIFE_S, Bucket=bucket, Key=key, **part)

    def _url(self, call: str, life_s: int, **parameters: Any) -> str:
        return self._client.generate_presigned_url(call, Params=parameters, ExpiresIn=life_s)
