"""`Encryption` of a ladder: how its segments are encrypted, and where the key comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.jobs.base import relative_pattern
from media_workflows.domain.notification import HttpTarget, HttpUrl
from media_workflows.naming import COMMON_VARIABLES, has_control_characters

Method = Literal["aes-128", "cenc", "cbcs"]
DrmSystem = Literal["widevine", "playready", "fairplay"]
ConnectionName = Annotated[str, Field(pattern=r"^[\w.-]+$", max_length=250)]


class KeyServer(Model):
    """A key server with the SPEKE v2 interface, as the vendors of DRM systems offer it."""

    url: HttpUrl
    connection: ConnectionName | None = Field(
        None, description="Airflow connection with the key server's secrets, as that of a target"
    )
    systems: list[DrmSystem] = Field(min_length=1, description="DRM systems that the players use")

    @property
    def target(self) -> HttpTarget:
        """As a receiver of events, by which its secrets are found."""
        return HttpTarget(type="http", url=self.url, connection=self.connection)


class Encryption(Model):
    """AES-128 encrypts whole segments of HLS; cenc and cbcs the samples in DASH and CMAF (ISO/IEC 23001-7).

    Without `connection` and `key_server`, AES-128 has a random key for each output, which is published. `key_path` is
    where, relative to the manifest; `key_uri` replaces it in the playlists, for a key server of your own.
    """

    method: Method = "aes-128"
    connection: ConnectionName | None = Field(
        None, description="Airflow connection with a key of your own: 32 hexadecimal digits as its password"
    )
    key_server: KeyServer | None = Field(None, description="cenc and cbcs: the key comes from this server")
    key_path: str = Field("", description="Name pattern of the key; empty = the manifest's name, as .key")
    key_uri: str = Field("", max_length=1024, description="What the playlists name; empty = the published key")
    licence_url: str = Field("", max_length=1024, description="DASH: where players get a key of your own (Clear Key)")

    @field_validator("key_path")
    @classmethod
    def _is_a_pattern(cls, path: str) -> str:
        return relative_pattern(path, COMMON_VARIABLES, ()) if path else path

    @field_validator("key_uri", "licence_url")
    @classmethod
    def _fits_a_manifest(cls, uri: str) -> str:
        if any(char in ' "\\' for char in uri) or has_control_characters(uri):
            raise invalid("must be a URI without spaces, quotes and backslashes: percent-encode them")
        return uri

    @model_validator(mode="after")
    def _consistent(self) -> Encryption:
        if problem := next(self._problems(), None):
            raise problem
        return self

    @property
    def encrypts_samples(self) -> bool:
        """Whether samples are encrypted, not whole segments: the structure of the files stays readable."""
        return self.method != "aes-128"

    @property
    def publishes_key(self) -> bool:
        """Whether the key is random and an output of the job."""
        return not (self.connection or self.key_server)

    @property
    def is_fairplay_uri(self) -> bool:
        """Whether the playlists name a key of FairPlay, Apple's DRM system, which supports cbcs only."""
        return self.method == "cbcs" and self.key_uri.lower().startswith("skd:")

    def _problems(self) -> Iterator[InvalidValueError]:
        if self.connection and self.key_server:
            yield invalid("has both `connection` and `key_server`: the key comes from one of them")
        if self.key_path and not self.publishes_key:
            yield invalid("key_path is for a random key: one of `connection` or `key_server` is not published")
        if self.encrypts_samples:
            yield from self._problems_of_samples()
            return
        if self.key_server:
            yield invalid("key_server is for the methods cenc and cbcs: leave it out, or choose one of them")
        if self.licence_url:
            yield invalid("licence_url is for the methods cenc and cbcs: use key_uri")
        if self.connection and not self.key_uri:
            yield invalid("the key of a `connection` is not published: set `key_uri`, from where players get it")

    def _problems_of_samples(self) -> Iterator[InvalidValueError]:
        if self.publishes_key:
            yield invalid("{method} requires a `connection` with the key, or a `key_server`", method=self.method)
        if self.key_server and (self.key_uri or self.licence_url):
            yield invalid("key_uri and licence_url are for a key of a `connection`: a key server names them itself")
        if self.key_server and self.method == "cenc" and "fairplay" in self.key_server.systems:
            yield invalid("fairplay supports cbcs only: choose method 'cbcs', or leave it out of `systems`")
