"""Text subtitles as cues: read from files and tracks, between WebVTT and ASS."""
