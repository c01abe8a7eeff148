"""One builder for each job kind, and `run_job`, which runs them."""
