"""The store: definitions, upload decisions, results and events, on PostgreSQL."""
