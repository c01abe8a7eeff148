"""Benchmarks of the product against named baselines, run by `make bench`. See benchmarks/README.md."""
