"""ffmpeg as a process: graphs, the one module that starts it, its progress and its fonts."""
