"""HLS: media playlists, master playlists, encryption."""
