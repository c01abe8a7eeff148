"""Filter chains: the source's picture and sound made ready, trimmed, joined, scaled."""
