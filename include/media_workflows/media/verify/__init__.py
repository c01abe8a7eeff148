"""Verification: every output is opened, decoded and compared with its source before it is published."""
