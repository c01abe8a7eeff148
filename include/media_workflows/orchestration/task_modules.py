"""Imported by Celery workers before they fork, see `[celery] extra_celery_config` in config/airflow.cfg.

They call no Airflow listener when they start, as the scheduler does, see preload.
"""

import gc

from media_workflows.orchestration.preload import prepare_for

prepare_for("celery")
# The collector of a forked process is to leave this alone, or it copies all of its memory. Airflow freezes before it
# imports these modules, and unfreezes when the worker has forked.
gc.freeze()
