"""Actions: Create, Modify, Delete and Describe of the kinds of templates."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import partial
from typing import Any

from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.templates import Template
from media_workflows.errors import DefinitionError
from media_workflows.services import templates as service
from media_workflows.store import templates as store
from media_workflows.store.engine import transaction
from media_workflows.store.templates import StoredTemplate
from media_workflows.vendor_mps.request_table import REQUIRED, UNKNOWN
from media_workflows.vendor_mps.template_ids import template_id_of, template_number
from media_workflows.vendor_mps.templates.filters import read_template_filter
from media_workflows.vendor_mps.templates.kinds import KINDS, TemplateKind
from media_workflows.vendor_mps.templates.watermark import image_url
from media_workflows_plugin.api.access import require_general
from media_workflows_plugin.api.audit import note_made, note_object
from media_workflows_plugin.api.templates import edits_of_users
from media_workflows_plugin.mps.action import Action, Caller, Json


def _create(kind: TemplateKind, caller: Caller, request: Json) -> Json:
    """The vendor's templates need no name, ours do: they get one that no other has."""
    require_general(caller.user, "PUT")
    has_name = request.get("Name") not in (None, "")
    named = request if has_name else {**request, "Name": f"{kind.vendor} {secrets.token_hex(4)}"}
    created = service.create_template(kind.read(named), caller.name)
    note_made(caller.request, template_id=created.id)
    return {"Definition": template_number(created.id), **_image(created)}


def _modify(kind: TemplateKind, caller: Caller, request: Json) -> Json:
    require_general(caller.user, "PUT")
    id_ = _id(kind, request)
    note_object(caller.request, template_id=id_)
    store.refuse_preset(kind.kind, id_)
    with transaction() as session:
        current = store.load_library(session).find(kind.kind, id_)
    definition = kind.read({name: value for name, value in request.items() if name != "Definition"}, current)
    permit = edits_of_users(caller.user)
    return _image(service.update_template(id_, definition, current.revision, caller.name, permit))


def _image(template: Template) -> Json:
    """The ImageUrl of a watermark."""
    if template.kind != "watermark":
        return {}
    mark = template.parameters.mark
    return {"ImageUrl": image_url(mark.content) if mark.type == "image" else ""}


def _delete(kind: TemplateKind, caller: Caller, request: Json) -> Json:
    require_general(caller.user, "DELETE")
    if unknown := [name for name in request if name != "Definition"]:
        raise DefinitionError([UNKNOWN.at(name, "a value") for name in unknown])
    id_ = _id(kind, request)
    note_object(caller.request, template_id=id_)
    service.delete_template(kind.kind, id_, caller.name)
    return {}


def _id(kind: TemplateKind, request: Json) -> int:
    number = request.get("Definition")
    if number is None:
        raise DefinitionError([REQUIRED.at("Definition", "nothing")])
    try:
        return template_id_of(kind.kind, number)
    except InvalidValueError as problem:
        raise DefinitionError([problem.at("Definition", repr(number)[:80])]) from None


def _describe(kind: TemplateKind, caller: Caller, request: Json) -> Json:
    require_general(caller.user, "GET")
    wanted = read_template_filter(kind, request)
    with transaction() as session:
        found = [template for template in store.load_library(session) if wanted.fits(template)]
    described = [_described(kind, template) for template in wanted.page.of(found)]
    return {"TotalCount": len(found), f"{kind.vendor}TemplateSet": described}


def _described(kind: TemplateKind, template: Any) -> Json:
    if isinstance(template, StoredTemplate):
        return kind.write(template, template.created_at, template.updated_at)
    return kind.write(template)


def _actions() -> Iterator[tuple[str, Action]]:
    for kind in KINDS:
        yield f"Create{kind.vendor}Template", partial(_create, kind)
        yield f"Modify{kind.vendor}Template", partial(_modify, kind)
        yield f"Delete{kind.vendor}Template", partial(_delete, kind)
        yield f"Describe{kind.vendor}Templates", partial(_describe, kind)


ACTIONS: dict[str, Action] = dict(_actions())
