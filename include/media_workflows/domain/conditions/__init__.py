"""Conditions: expressions in CEL, the Common Expression Language, over the values of a run."""
