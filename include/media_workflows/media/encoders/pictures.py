"""ffmpeg's encoders of picture files, by format."""

from __future__ import annotations

PICTURES = {"jpg": "mjpeg", "png": "png", "webp": "libwebp", "avif": "libaom-av1"}
ANIMATIONS = {"gif": "gif", "webp": "libwebp_anim"}
