"""Event notifications: written to the outbox with a run's results, then sent to receivers until they arrive."""
