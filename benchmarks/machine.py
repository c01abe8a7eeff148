"""What the numbers were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from datetime import date

import imageio_ffmpeg


def ffmpeg_version() -> str:
    """Of the ffmpeg in the imageio-ffmpeg wheel, for example '7.0.2-static'."""
    said = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]


def machine_line() -> str:
    """Cores, versions, date."""
    airflow = importlib.metadata.version("apache-airflow")
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, Airflow {airflow}, "
        f"ffmpeg {ffmpeg_version()}, {date.today().isoformat()}"
    )
