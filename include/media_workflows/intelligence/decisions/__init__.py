"""What follows from the features: verdicts, recognised things, covers, tags. Pure functions."""
