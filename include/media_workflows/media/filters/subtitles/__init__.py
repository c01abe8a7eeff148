"""Subtitles burned into a picture."""
