"""Whether what runs depend on works: Airflow's processes, the system DAGs, detection, engines, disks."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.health import Component, airflow_health
from media_workflows.domain.base import Model
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName
from media_workflows.errors import EncodeError, MediaWorkflowsError
from media_workflows.intelligence.features.available import engine_error
from media_workflows.media.ffmpeg.run import ffmpeg_binary, ffmpeg_version
from media_workflows.services.detection import DetectionOfAll, detection_of_all
from media_workflows.settings import Settings, get_settings
from media_workflows.store.tables import utcnow
from media_workflows.store.worker_disks import WorkerDisk, worker_disks

FEATURES: tuple[FeatureName, ...] = ("text", "faces", "moderation", "labels", "speech", "transcript")
ENGINES_FRESH_S = 60
DISKS_SINCE = timedelta(days=1)
MOST_DISKS = 20


class Engine(Model):
    """ffmpeg, or the engine of a feature, on the machine that answers; `message` '' = it is there, else the reason."""

    name: str
    message: str = ""


class Health(Model):
    """`detection` is None while no workflow is enabled. `disks` are those of workers that did something today."""

    components: list[Component]
    detection: DetectionOfAll | None
    engines: tuple[Engine, ...]
    disks: list[WorkerDisk]


def health(session: Session, workflow_ids: Collection[str], *, is_watching: bool) -> Health:
    """The health, for a user who may see these workflows."""
    return Health(
        components=airflow_health(),
        detection=detection_of_all(session, workflow_ids) if is_watching else None,
        engines=_engines(int(time.monotonic() / ENGINES_FRESH_S)),
        disks=worker_disks(session, utcnow() - DISKS_SINCE, MOST_DISKS),
    )


@lru_cache(maxsize=1)
def _engines(_period: int) -> tuple[Engine, ...]:
    """The search for packages takes a while, and they change rarely."""
    settings = get_settings()
    options = FeatureOptions(labels=("person",))
    errors = {feature: engine_error(feature, options, settings) for feature in FEATURES}
    return (Engine(name="ffmpeg", message=_ffmpeg_error(settings)), *(_engine(*found) for found in errors.items()))


def _engine(feature: FeatureName, error: MediaWorkflowsError | None) -> Engine:
    return Engine(name=feature, message=str(error) if error else "")


def _ffmpeg_error(settings: Settings) -> str:
    try:
        ffmpeg_version(ffmpeg_binary(settings.ffmpeg_path))
    except EncodeError as error:
        return str(error)
    return ""
