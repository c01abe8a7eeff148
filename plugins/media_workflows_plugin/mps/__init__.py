"""The vendor's API: its own SDKs call it, with signed requests, at `/media-workflows/mps`."""
