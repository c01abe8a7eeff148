"""Decisions from features: verdicts, recognition results, covers, tags. Pure functions."""
