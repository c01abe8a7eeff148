"""The commercial service's names and event shapes, made from a run's results. Pure."""
