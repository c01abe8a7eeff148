"""Adaptive bitrate packaging: HLS and DASH from renditions that ffmpeg encodes in one pass."""
