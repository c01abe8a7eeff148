"""Exports workflows, schedules and custom templates of the commercial service as YAML for `media-workflows apply`.

Run it in the environment of Media Workflows, with the service's own SDK (tencentcloud-sdk-python-mps) beside it:

    TENCENTCLOUD_SECRET_ID=… TENCENTCLOUD_SECRET_KEY=… \
        python samples/export_from_mps.py --region ap-guangzhou --bucket media-1250000000=media exported/

It only reads. What cannot be converted is printed with its place, and the exit code is 1. See docs/migrate-from-mps.md.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tencentcloud.common.credential import Credential
from tencentcloud.mps.v20190612 import models
from tencentcloud.mps.v20190612.mps_client import MpsClient

from media_workflows.domain.definition_yaml import dumped, template_yaml
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.vendor_mps import workflow as flat
from media_workflows.vendor_mps.read_definition import ReadDefinition
from media_workflows.vendor_mps.schedule import read as graph
from media_workflows.vendor_mps.templates.kinds import KINDS, TemplateKind

Json = dict[str, Any]
Names = dict[tuple[str, int], str]
PAGE = 100
MAX_IMAGE_BYTES = 1_000_000
IMAGE_TIMEOUT_S = 30
# What Describe… adds to the parameters of Create….
DESCRIBED = frozenset({"Definition", "Type", "ContainerType", "CreateTime", "UpdateTime", "AliasName"})


@dataclass
class Export:
    """The documents of an export, and what is to be printed."""

    documents: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    refused: int = 0

    def add(self, group: str, name: str, text: str, notes: list[FieldProblem]) -> None:
        """A converted item."""
        self.documents.setdefault(group, []).append(text)
        self.lines += [f"{group} '{name}': exported", *(f"  note: {note}" for note in notes)]

    def refuse(self, group: str, name: str, error: DefinitionError) -> None:
        """An item that cannot be converted."""
        self.refused += 1
        self.lines += [f"{group} '{name}': REFUSED", *(f"  {problem}" for problem in error.problems)]


def described(client: Any, action: str, **parameters: Any) -> Iterator[Json]:
    """All items of a Describe… action."""
    offset = 0
    while True:
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps({**parameters, "Offset": offset, "Limit": PAGE}))
        answer = _without_null(json.loads(getattr(client, action)(request).to_json_string()))
        items: list[Json] = next((value for name, value in answer.items() if name.endswith("Set")), [])
        yield from items
        offset += len(items)
        if not items or offset >= answer.get("TotalCount", 0):
            return


def _without_null(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_null(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_null(one) for name, one in value.items() if one is not None}
    return value


def export(client: Any, buckets: Mapping[str, str]) -> Export:
    """Everything that the client's account has in its region; `buckets` are new names by old ones."""
    found = Export()
    names: Names = {}
    for kind in KINDS:
        _export_templates(client, kind, names, found)
    for group, action, name, fields, read in (
        ("workflows", "DescribeWorkflows", "WorkflowName", flat.FIELDS, flat.read_workflow),
        ("schedules", "DescribeSchedules", "ScheduleName", graph.FIELDS, graph.read_schedule),
    ):
        for item in described(client, action):
            if item.get("Type") == "Preset":
                continue
            given = {one: item[one] for one in fields if one in item}
            _export_definition(group, item.get(name, ""), _renamed(given, buckets), read, names, found)
    return found


def _export_templates(client: Any, kind: TemplateKind, names: Names, found: Export) -> None:
    taken: set[str] = set()
    own = {} if kind.kind == "watermark" else {"Type": "Custom"}  # no watermark is a preset
    for item in described(client, f"Describe{kind.vendor}Templates", **own):
        number = int(item["Definition"])
        name = item.get("Name") or f"mps-{number}"
        name = f"{name}-{number}" if name in taken else name
        taken.add(name)
        try:
            text = template_yaml(kind.read({**_parameters(kind, item), "Name": name}))
        except DefinitionError as error:
            found.refuse("templates", name, error)
        else:
            names[kind.kind, number] = name
            found.add("templates", name, text, [])


def _parameters(kind: TemplateKind, item: Json) -> Json:
    """What Create… takes of a described template. Raises DefinitionError."""
    given = {one: value for one, value in item.items() if one not in DESCRIBED}
    if kind.kind != "watermark":
        return given
    given["Type"] = item.get("Type")  # of the watermark, and not of the template
    image = dict(given.get("ImageTemplate") or {})
    if url := image.pop("ImageUrl", None):
        try:
            given["ImageTemplate"] = {**image, "ImageContent": _image(url)}
        except InvalidValueError as problem:
            raise DefinitionError([problem.at("ImageTemplate.ImageUrl", str(url)[:100])]) from None
    return given


def _image(url: str) -> str:
    """The base64 of an image. Raises InvalidValueError."""
    if url.startswith("data:"):
        return url.partition(",")[2]
    if urlsplit(url).scheme not in ("http", "https"):
        raise invalid("must be an http:// or https:// URL")
    try:
        with urllib.request.urlopen(url, timeout=IMAGE_TIMEOUT_S) as answer:
            content = answer.read(MAX_IMAGE_BYTES)
    except (OSError, HTTPException, ValueError) as error:
        raise invalid("cannot be read: {error}", error=str(error)) from None
    return base64.b64encode(content).decode()


def _export_definition(
    group: str, name: str, given: Json, read: Callable[[Any], ReadDefinition], names: Names, found: Export
) -> None:
    try:
        made = read(given)
        # A copy: where two places share an object, YAML would have an alias, which `apply` does not read.
        copy: Json = json.loads(json.dumps(made.definition))
        definition = {one: value for one, value in copy.items() if value not in (None, {})}
        if _name_templates(definition, names, made):
            del definition["vendor"]  # its numbers are those of the commercial service
    except DefinitionError as error:
        found.refuse(group, name, error)
        return
    found.add(group, name, dumped(definition), made.notes)


def _name_templates(definition: Json, names: Names, made: ReadDefinition) -> bool:
    """Put the names of custom templates in the place of their numbers; whether there are any.

    Raises DefinitionError for one that was not exported: here, its number may be that of another template.
    """
    is_changed, problems = False, []
    for kind, place, one in _uses_of_templates(definition):
        number = one.get("template")
        if number is None:
            continue
        if name := names.get((kind, number)):
            one["template"], is_changed = name, True
        elif not PRESET_LIBRARY.get(kind, number):
            problem = invalid("{kind} template {number} was not exported", kind=kind, number=number)
            problems.append(made.placed(problem.at(f"{place}.template", str(number))))
    if problems:
        raise DefinitionError(problems)
    return is_changed


def _uses_of_templates(definition: Json) -> Iterator[tuple[str, str, Json]]:
    """The kind, the place and the object of each use of a template."""
    holders = [("jobs", definition.get("jobs", {}))]
    holders += [(f"steps[{number}]", step) for number, step in enumerate(definition.get("steps", []))]
    for place, holder in holders:
        for kind in JOB_KINDS:
            for index, item in enumerate(holder.get(kind, [])):
                here = f"{place}.{kind}[{index}]"
                yield kind, here, item
                for number, mark in enumerate(item.get("watermarks", [])):
                    yield "watermark", f"{here}.watermarks[{number}]", mark


def _renamed(value: Any, buckets: Mapping[str, str]) -> Any:
    """The same with new names of buckets."""
    if isinstance(value, list):
        return [_renamed(one, buckets) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _renamed(one, buckets) for name, one in value.items()}
    for name in ("Bucket", "S3Bucket"):
        if isinstance(bucket := found.get(name), str):
            found[name] = buckets.get(bucket, bucket)
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, help="where the YAML files are written")
    parser.add_argument("--region", required=True, help="region of the commercial service, such as ap-guangzhou")
    parser.add_argument("--bucket", action="append", default=[], metavar="OLD=NEW", help="new name of a bucket")
    arguments = parser.parse_args()
    key = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
    buckets = dict(one.split("=", 1) for one in arguments.bucket)
    found = export(MpsClient(key, arguments.region), buckets)
    arguments.directory.mkdir(parents=True, exist_ok=True)
    for group, documents in found.documents.items():
        (arguments.directory / f"{group}.yaml").write_text("---\n".join(documents), encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in found.lines))
    return 1 if found.refused else 0


if __name__ == "__main__":
    sys.exit(main())
