"""A bucket, a database and clips for dry runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def storage(s3_server: str) -> ObjectStorage:
    return ObjectStorage(make_clients(Settings(s3_endpoint_url=s3_server)).s3)


@pytest.fixture
def bucket(storage: ObjectStorage) -> str:
    name = f"dry-{uuid.uuid4().hex[:12]}"
    storage.client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def sample(clips: Clips, tmp_path: Path) -> Path:
    """A clip of its own name."""
    path = tmp_path / "my clip.mp4"
    path.write_bytes(clips.plain.read_bytes())
    return path


@pytest.fixture
def own_data(tmp_path: Path, s3_server: str, database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data directory of the test's own."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
