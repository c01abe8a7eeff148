"""Options of the audio and video encoders, software and hardware."""
