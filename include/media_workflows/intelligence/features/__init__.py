"""Features: a source seen and heard once, for review, recognition and analysis alike."""
