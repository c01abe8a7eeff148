"""What is in the outputs of real clips, beside what is in the clips: see benchmarks/README.md."""
