"""Templates of the vendor, read into ours and written from them, kind by kind. Pure."""
