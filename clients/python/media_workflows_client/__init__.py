"""A typed client of the Media Workflows API."""

from media_workflows_client.client import ApiError, Client, RunState

__all__ = ["ApiError", "Client", "RunState"]
