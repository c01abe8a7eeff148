"""One rendition of a step by several workers: who decides, who encodes which chunk, who puts all together."""
