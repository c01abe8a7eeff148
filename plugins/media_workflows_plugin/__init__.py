"""The Airflow plugin: registers the API and the page, nothing else."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from media_workflows_plugin.api.app import create_app

URL_PREFIX = "/media-workflows"


class MediaWorkflowsPlugin(AirflowPlugin):
    """Mounts the FastAPI app into the api-server and adds the entry to the navigation."""

    name = "media_workflows"
    fastapi_apps: ClassVar[list[Any]] = [{"app": create_app(), "url_prefix": URL_PREFIX, "name": "Media Workflows"}]
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Media Workflows",
            "href": "media-workflows/",  # relative: resolves against Airflow's base URL
            "url_route": "media-workflows",
            "destination": "nav",
            "nav_top_level": True,
        }
    ]
