"""ffmpeg as a process: graphs, starting and stopping it, its progress and its fonts."""
