"""What a source file holds: probing, timestamps, damage, tracks. Nothing here encodes."""
