"""DASH: segment indexes and the manifest."""
