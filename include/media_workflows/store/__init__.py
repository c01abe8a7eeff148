"""The store on PostgreSQL: definitions, upload decisions, results and events."""
