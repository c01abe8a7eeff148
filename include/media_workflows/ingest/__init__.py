"""Detecting uploads: sources of candidates, the rules, and the one place that decides."""
