"""Fetches a source from a public https URL to a bucket, where a run reads it as it reads any object.

Every address is checked as that of a callback, also after each redirect, and the connection goes to the checked
address.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from media_workflows import __version__
from media_workflows.domain.notification import shown_url
from media_workflows.domain.process import FETCHED
from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import UPLOAD
from media_workflows.errors import SourceUnreachableError, SourceUrlError, WorkerError
from media_workflows.execution.claims import StepClaims
from media_workflows.execution.running_step import Resources
from media_workflows.naming import has_control_characters
from media_workflows.notifications.transports.addresses import Address, permitted_addresses
from media_workflows.notifications.transports.http import (
    MAX_ADDRESSES,
    by_first_connected,
    client_of_one_call,
    port_of,
    request_to,
)
from media_workflows.settings import Settings
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_source

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
CONNECT_S = 15.0  # to each address
_HEADERS = {"user-agent": f"media-workflows/{__version__}", "accept": "*/*", "accept-encoding": "identity"}
_ANY_TYPE = "application/octet-stream"
_PAGES = {"text/html", "application/xhtml+xml"}
# What a server may send although `identity` was requested. Of several encodings a small chunk could become any size.
_ENCODINGS = {"", "identity", "gzip", "deflate"}


def fetch_source(run: Run, url: str, bucket: str, resources: Resources, work_dir: Path) -> SourceObject:
    """The copy of the file in `bucket`, below FETCHED and a directory of this run. `work_dir` exists.

    Its metadata say that it was made here: it starts no workflow. Raises SourceUrlError, ForbiddenAddressError,
    NotificationError when the host has no address, StorageError, JobCancelledError.
    """
    path = work_dir / "source"
    content_type = asyncio.run(_within_time(url, path, resources))
    resources.log(f"fetched {path.stat().st_size} bytes from {shown_url(url)}")
    key = f"{FETCHED}{hashlib.sha256(run.run_id.encode()).hexdigest()[:16]}/{file_name(url)}"
    storage = ObjectStorage(resources.clients.s3, resources.cancel.check)
    claims = StepClaims(StepKey(run.workflow_id, run.run_id, UPLOAD), resources.log)
    origin = SourceObject(bucket="", key=shown_url(url), etag="", size_bytes=path.stat().st_size)
    provenance = Provenance(run.workflow_id, run.revision, run.run_id, origin.key, origin.etag, UPLOAD)
    with claims.kept():
        abort_leftovers(ObjectWriter(storage), claims.leftovers(), claims)
        publisher = Publisher(storage, provenance, origin, claims)
        publisher.publish([StagedFile(path, bucket, key, content_type, "main")])
    return existing_source(storage, bucket, key)


def file_name(url: str) -> str:
    """The last part of the URL's path, as a part of a key."""
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    is_plain = name not in ("", ".", "..") and not has_control_characters(name) and len(name.encode()) <= 255
    return name if is_plain else "source"


async def _within_time(url: str, path: Path, resources: Resources) -> str:
    limit_s = resources.settings.url_timeout_s
    try:
        async with asyncio.timeout(limit_s):
            return await _Fetch(path, resources).follow(url)
    except TimeoutError as error:
        raise SourceUnreachableError(
            "{url} was not fetched within {limit_s} s: see whether its server is slow, or raise setting url_timeout_s",
            url=shown_url(url),
            limit_s=f"{limit_s:g}",
        ) from error


@dataclass(frozen=True)
class _Fetch:
    """One download to `path`."""

    path: Path
    resources: Resources

    @property
    def settings(self) -> Settings:
        return self.resources.settings

    async def follow(self, url: str) -> str:
        """Write the file that the URL leads to; returns its content type."""
        import httpx

        asked = httpx.URL(url)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                next_ = await self._from_host(asked)
            except httpx.HTTPError as error:
                raise SourceUnreachableError(
                    "cannot fetch {url}: {cause}; check the URL, and that its server answers",
                    url=shown_url(str(asked)),
                    cause=str(error) or type(error).__name__,
                ) from error
            if isinstance(next_, str):
                return next_
            asked = next_
        raise SourceUrlError(
            "{url} leads to more than {limit} redirects: give the final URL", url=shown_url(url), limit=MAX_REDIRECTS
        )

    async def _from_host(self, url: httpx.URL) -> str | httpx.URL:
        """The content type of the written file, or where a redirect leads. The host's addresses are tried in turn."""
        hosts = self.settings.url_allowed_hosts
        permitted = await permitted_addresses(url.host, port_of(url), hosts, "url_allowed_hosts")
        return await by_first_connected(permitted[:MAX_ADDRESSES], lambda address: self._from_address(address, url))

    async def _from_address(self, address: Address, url: httpx.URL) -> str | httpx.URL:
        async with client_of_one_call(CONNECT_S) as client:
            response = await client.send(request_to(client, "GET", address, url, _HEADERS), stream=True)
            try:
                if response.has_redirect_location:
                    return _next_url(url, response.headers["location"])
                _require_file(url, response)
                await self._write(url, response)
                return str(response.headers.get("content-type") or _ANY_TYPE)
            finally:
                await response.aclose()

    async def _write(self, url: httpx.URL, response: httpx.Response) -> None:
        limit = self.settings.url_max_bytes
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise _too_large(url, limit)
        size = 0
        try:
            with self.path.open("wb") as file:
                async for chunk in response.aiter_bytes():
                    self.resources.cancel.check()
                    if not size:
                        _require_no_page(url, response, chunk)
                    size += len(chunk)
                    if size > limit:
                        raise _too_large(url, limit)
                    file.write(chunk)
        except OSError as error:
            raise WorkerError(
                "cannot keep {url} on the disk of data_dir: {cause}; free some space there",
                url=shown_url(str(url)),
                cause=error.strerror or error,
            ) from error
        if not size:
            raise SourceUrlError("{url} answered an empty file: check the URL", url=shown_url(str(url)))


def _next_url(url: httpx.URL, location: str) -> httpx.URL:
    import httpx

    try:
        found = url.join(location)
    except httpx.InvalidURL:
        found = None
    if found is None or found.scheme != "https" or not found.host:
        raise SourceUrlError(
            "{url} redirects to {target}, and only https URLs are fetched: give an https URL",
            url=shown_url(str(url)),
            target=shown_url(location),
        )
    return found


def _require_file(url: httpx.URL, response: httpx.Response) -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise SourceUnreachableError(
            "{url} answered {status}: its server is busy or has an error, so try again later",
            url=shown_url(str(url)),
            status=status,
        )
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if status != 200:
        raise _no_file(url, str(status))
    if encoding not in _ENCODINGS:
        raise _no_file(url, f"{status} (Content-Encoding: {encoding})")


def _require_no_page(url: httpx.URL, response: httpx.Response, beginning: bytes) -> None:
    """A page, mostly a login or an error, is no media; checked here: the probe would only report an unknown format."""
    type_ = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if type_ in _PAGES and beginning.lstrip().startswith(b"<"):
        raise _no_file(url, f"{response.status_code} ({type_})")


def _no_file(url: httpx.URL, answer: str) -> SourceUrlError:
    return SourceUrlError(
        "{url} answered {status} instead of a file: check the URL, and that it needs no login",
        url=shown_url(str(url)),
        status=answer,
    )


def _too_large(url: httpx.URL, limit: int) -> SourceUrlError:
    return SourceUrlError(
        "{url} has more than {limit} bytes: upload the file to a bucket instead, or raise setting url_max_bytes",
        url=shown_url(str(url)),
        limit=limit,
    )
