"""`Encrypting`: the keys of a job's encrypted ladders, and the program that encrypts samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from media_workflows.domain.content_key import ContentKey
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.errors import ContentKeyError, EncodeError, OutputRejectedError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ProcessLimits
from media_workflows.media.ffmpeg.run import run_command
from media_workflows.media.packaging.packager import packager_binary

ContentKeyOf: TypeAlias = Callable[[Encryption], ContentKey]


@dataclass(frozen=True)
class Encrypting:
    """What a job's ladders are encrypted with. `key_of` None: this process has neither connections nor key servers."""

    key_of: ContentKeyOf | None
    packager_path: str
    limits: ProcessLimits
    cancellation: CancelToken

    def content_key(self, settings: Encryption) -> ContentKey:
        """The key, before the encode: a missing one, or a missing program, is found then, not after hours."""
        if self.key_of is None:
            raise ContentKeyError(
                "the key of this encryption comes from an Airflow connection or a key server, which are not available "
                "here: run the workflow in Airflow"
            )
        if settings.encrypts_samples:
            packager_binary(self.packager_path)
        return self.key_of(settings)

    def run_packager(self, arguments: Sequence[str], directory: Path) -> None:
        """Run Shaka Packager. Raises OutputRejectedError when it fails."""
        try:
            run_command([packager_binary(self.packager_path), *arguments], directory, self.cancellation, self.limits)
        except EncodeError as error:
            raise OutputRejectedError(
                "Shaka Packager could not encrypt the output: {cause}; run the job again, and report it with the "
                "source if it persists",
                cause=error.parameters.get("output", error),
            ) from error
