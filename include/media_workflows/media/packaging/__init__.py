"""Adaptive bitrate packaging: HLS and DASH from sub-streams that ffmpeg encodes in one pass."""
