"""`ObjectArguments`: options of an output as arguments of S3, with the variables filled in. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from media_workflows.domain.object_options import ObjectOptions
from media_workflows.domain.result import Role

OPTIONS = "mw-options"  # metadata: a short hash of the options that an output was published with
_ASCII = re.compile(r"[\x20-\x7e]*")
_NOT_IN_TAGS = re.compile(r"[^\w +\-=.:/@]")  # besides the letters and digits of all scripts
_MAX_TAG_VALUE = 256
_NOT_IN_QUOTES = re.compile(r'[^\x20-\x7e]|["\\%]')


@dataclass(frozen=True)
class ObjectArguments:
    """Arguments of PutObject, CopyObject and CreateMultipartUpload, and further user metadata.

    `digest` is equal for equal options; '' = there are none. It is stored with the object, so that a later run sees
    whether the object has the options that it asks for.
    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""

    @property
    def all_metadata(self) -> dict[str, str]:
        """The user metadata with the digest."""
        return {**self.metadata, **({OPTIONS: self.digest} if self.digest else {})}

    def unpublished(self) -> ObjectArguments:
        """Those of an object that waits to be published: neither public nor in a class that cannot be read."""
        kept = {name: value for name, value in self.arguments.items() if name not in ("ACL", "StorageClass")}
        return replace(self, arguments=kept)

    def unverified(self, *, grows: bool) -> ObjectArguments:
        """Those of an object that the verified one soon replaces: in no class that is paid for months.

        `grows`: it is a playlist that changes, which no cache may keep.
        """
        kept = {name: value for name, value in self.arguments.items() if name != "StorageClass"}
        return replace(self, arguments={**kept, "CacheControl": "no-cache"} if grows else kept)


NO_ARGUMENTS = ObjectArguments()


def object_arguments(options: ObjectOptions | None, role: Role, fill: Callable[[str], str]) -> ObjectArguments:
    """The arguments of an output of this role; `fill` fills the variables of a pattern in.

    Characters that S3 does not accept in tags become '_', and a value ends after 256 characters. A metadata value with
    other characters than printable ASCII is percent-encoded.
    """
    if options is None:
        return NO_ARGUMENTS
    is_list = role in ("manifest", "playlist")
    cache_control = (options.manifest_cache_control if is_list else None) or options.cache_control
    tags = {fill_tag(name): fill_tag(fill(value)) for name, value in options.tags.items()}
    arguments = {
        "CacheControl": cache_control,
        "ContentDisposition": options.disposition and _disposition(options, fill),
        **access_arguments(options),
        "SSEKMSKeyId": options.kms_key,
        "ServerSideEncryption": "aws:kms" if options.kms_key else None,
        "Tagging": urlencode(tags) if tags else None,
    }
    metadata = {name: _plain(fill(value)) for name, value in options.metadata.items()}
    given = {name: str(value) for name, value in arguments.items() if value}
    text = json.dumps([given, metadata], sort_keys=True)
    return ObjectArguments(given, metadata, hashlib.sha256(text.encode()).hexdigest()[:16])


def access_arguments(options: ObjectOptions | None) -> dict[str, Any]:
    """What an output gets when it is published: its ACL and its storage class."""
    if options is None:
        return {}
    found = {"ACL": options.acl, "StorageClass": options.storage_class}
    return {name: value for name, value in found.items() if value}


def metadata_bytes(metadata: Mapping[str, str]) -> int:
    """The size of user metadata as S3 counts it."""
    return sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())


def fill_tag(text: str) -> str:
    """A text as S3 accepts it in a tag."""
    return _NOT_IN_TAGS.sub("_", text)[:_MAX_TAG_VALUE]


def _disposition(options: ObjectOptions, fill: Callable[[str], str]) -> str:
    """The header by RFC 6266: a name in ASCII for old clients, and the whole one by RFC 5987."""
    if not options.download_name:
        return str(options.disposition)
    name = fill(options.download_name).replace("/", "_")
    plain = _NOT_IN_QUOTES.sub("_", name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{options.disposition}; filename="{plain}"{extended}'


def _plain(value: str) -> str:
    return value if _ASCII.fullmatch(value) and value == value.strip() else quote(value, safe="/ ")
