"""CMAF: one set of segments with the manifests of HLS and DASH."""
