"""The name of a machine of the cluster, which Airflow notes for each task: all of them are on this one."""

from __future__ import annotations

import os

VARIABLE = "CLUSTER_MACHINE"


def name() -> str:
    """The machine of this process."""
    return os.environ[VARIABLE]
