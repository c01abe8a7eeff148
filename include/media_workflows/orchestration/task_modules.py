"""Imported by Celery workers before they fork, see `[celery] extra_celery_config` in config/airflow.cfg.

They call no Airflow listener when they start, as the scheduler does, see preload.
"""

from media_workflows.orchestration.preload import import_for

import_for("celery")
