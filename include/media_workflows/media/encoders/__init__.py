"""Encoder options, software and hardware, and the limits of what encoders accept."""
