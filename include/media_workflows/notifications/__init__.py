"""Events from a run's results to their receivers: written to the outbox, then sent until they arrive."""
