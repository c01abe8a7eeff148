"""Feature extraction: visual and audio features of a source, for review, recognition and analysis."""
