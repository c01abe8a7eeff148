"""Filter chains: preparing, trimming, concatenating, scaling and overlaying the source's picture and sound."""
