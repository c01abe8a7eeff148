"""Overlays on a picture: watermarks, texts, mosaics."""
