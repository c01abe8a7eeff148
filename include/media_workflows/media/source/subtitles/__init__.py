"""Text subtitles as cues: reading from files and tracks, conversion between WebVTT and ASS."""
