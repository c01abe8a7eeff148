"""Reading of source files: probing, timestamps, damage, tracks. Nothing here encodes."""
