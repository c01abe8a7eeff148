"""The Airflow plugin: registers the API, the pages, and the priority of workflows' tasks."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from media_workflows.orchestration import marked_runs, preload, task_log
from media_workflows.orchestration.priority import UploadsFirst
from media_workflows_plugin.late_app import LateApp
from media_workflows_plugin.line_breaks import LineBreaks
from media_workflows_plugin.pages import NAVIGATION_ICON, bundle_url

URL_PREFIX = "/media-workflows"


class MediaWorkflowsPlugin(AirflowPlugin):
    """Mounts the FastAPI app into the api-server, adds the pages to the navigation and a tab to each DAG and run."""

    name = "media_workflows"
    # Airflow annotates its lists as if they were of instances.
    listeners: ClassVar[list[Any]] = [marked_runs, preload, task_log]  # type: ignore[misc]
    priority_weight_strategies: ClassVar[list[Any]] = [UploadsFirst]  # type: ignore[misc]
    fastapi_apps: ClassVar[list[Any]] = [  # type: ignore[misc]
        {"app": LateApp(), "url_prefix": URL_PREFIX, "name": "Media Workflows"}
    ]
    fastapi_root_middlewares: ClassVar[list[Any]] = [  # type: ignore[misc]
        {"middleware": LineBreaks, "kwargs": {"prefix": URL_PREFIX}, "name": "Media Workflows: line breaks"}
    ]
    # The bundle exports its component under this name, see www/src/main.tsx. A longer one is cut in the navigation.
    react_apps: ClassVar[list[Any]] = [  # type: ignore[misc]
        {
            "name": "Media",
            "icon": NAVIGATION_ICON,
            "bundle_url": bundle_url(URL_PREFIX),
            "url_route": "media-workflows",
            "destination": "nav",
            "nav_top_level": True,
        },
        {
            "name": "Media",
            "bundle_url": bundle_url(URL_PREFIX),
            "url_route": "media-workflow",
            "destination": "dag",
        },
        {
            "name": "Media",
            "bundle_url": bundle_url(URL_PREFIX),
            "url_route": "media",
            "destination": "dag_run",
        },
    ]
