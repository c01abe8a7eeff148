"""One rendition made of chunks, each of which may be encoded by another worker; equal to the rendition made at once."""
