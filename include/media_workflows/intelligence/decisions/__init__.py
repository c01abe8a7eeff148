"""What follows from the signals: verdicts, recognised things, covers, tags. Pure functions."""
