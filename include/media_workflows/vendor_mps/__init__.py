"""Events in the commercial service's format, from the results of a run. Pure."""
