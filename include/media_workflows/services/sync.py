"""A folder of definitions as the source of truth: how the installation differs from it, and making the two equal.

Templates and workflows are matched by name. Whether a workflow is enabled is not in its file and does not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from media_workflows.domain.base import Model
from media_workflows.domain.templates import Library, TemplateDefinition
from media_workflows.domain.templates.references import used_templates, with_names
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError
from media_workflows.services import drafts, templates, workflows
from media_workflows.store import templates as template_store
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import StoredWorkflow

WORKFLOW = "workflow"


class Difference(Model):
    """What a sync does, or has done, to a template or workflow.

    `kind` is 'workflow', or the job kind of a template. `id` is '' and `revision` 0 before it is stored.
    """

    action: Literal["create", "update", "delete", "unchanged"]
    kind: str
    name: str
    id: str = ""
    revision: int = 0


@dataclass(frozen=True)
class Folder:
    """The valid definitions of a folder, and the library with its templates that its workflows were read with."""

    templates: Sequence[TemplateDefinition]
    workflows: Sequence[Workflow]
    library: Library

    def named(self, workflow: Workflow) -> dict[str, Any]:
        """A workflow's definition with the names of custom templates, as their ids differ between installations."""
        return _named(workflow, self.library)

    @cached_property
    def template_names(self) -> set[tuple[str, str]]:
        """(kind, name) of each template."""
        return {(template.kind, template.name) for template in self.templates}


@dataclass(frozen=True)
class _Stored:
    library: Library
    workflows: dict[str, tuple[StoredWorkflow, bool]]  # name -> the workflow, whether it is enabled


def _named(definition: Workflow, library: Library) -> dict[str, Any]:
    data: dict[str, Any] = with_names(definition.model_dump(mode="json", exclude_defaults=True), library)
    return data


def differences(folder: Folder, *, prune: bool) -> list[Difference]:
    """What a sync does, in its order: templates, workflows, then what only the installation has, if `prune`.

    Nothing changes. Raises ConflictError when the trigger of an enabled workflow would move, and when an enabled
    workflow, or a template that the folder's workflows use, would be deleted.
    """
    stored = _stored()
    _require_same_places(folder, stored)
    found = [_of_template(definition, stored.library) for definition in folder.templates]
    found += [_of_workflow(folder, definition, stored) for definition in folder.workflows]
    return [*found, *_surplus_workflows(folder, stored), *_surplus_templates(folder, stored)] if prune else found


def settle(difference: Difference, folder: Folder, author: str) -> Difference:
    """Remove one difference, in a transaction of its own; returns it with id and revision.

    An enabled workflow changes without a gap and stays enabled, as by a draft; uploads that are decided on from then
    on run by the folder's definition. Raises ConflictError, DefinitionError, EnabledError, NotPermittedError,
    StorageConfigurationError, UnavailableError.
    """
    if difference.action == "unchanged":
        return difference
    settled = _settle_workflow if difference.kind == WORKFLOW else _settle_template
    return settled(difference, folder, author)


def _stored() -> _Stored:
    with transaction() as session:
        library = template_store.load_library(session)
    everything = workflows.list_workflows(order="asc", limit=1_000_000).items
    return _Stored(library, {one.workflow.definition.name: (one.workflow, one.enabled) for one in everything})


def _of_template(definition: TemplateDefinition, library: Library) -> Difference:
    same = {"kind": definition.kind, "name": definition.name}
    if (found := library.named(definition.kind, definition.name)) is None:
        return Difference(action="create", **same)
    equal = (found.comment, found.parameters) == (definition.comment, definition.parameters)
    return Difference(action="unchanged" if equal else "update", id=str(found.id), revision=found.revision, **same)


def _of_workflow(folder: Folder, definition: Workflow, stored: _Stored) -> Difference:
    found, _ = stored.workflows.get(definition.name, (None, False))
    if found is None:
        return Difference(action="create", kind=WORKFLOW, name=definition.name)
    equal = folder.named(definition) == _named(found.definition, stored.library)
    return _difference("unchanged" if equal else "update", found)


def _require_same_places(folder: Folder, stored: _Stored) -> None:
    """As for drafts (`store.drafts`), but before the first change: a pipeline that tries a change has to find it."""
    moved = []
    for definition in folder.workflows:
        found, is_enabled = stored.workflows.get(definition.name, (None, False))
        if found is not None and is_enabled and _place(found.definition) != _place(definition):
            moved.append(definition.name)
    if moved:
        raise ConflictError(
            "enabled workflows whose trigger has another bucket or directory in the folder: {names}; uploads there "
            "that are not decided on would be lost: give the workflow of the new place another name, enable it, then "
            "disable the former one. Nothing was changed",
            names=", ".join(moved),
        )


def _place(definition: Workflow) -> tuple[str, str]:
    return definition.trigger.bucket, definition.trigger.prefix


def _difference(action: Literal["update", "delete", "unchanged"], found: StoredWorkflow) -> Difference:
    return Difference(action=action, kind=WORKFLOW, name=found.definition.name, id=found.id, revision=found.revision)


def _surplus_workflows(folder: Folder, stored: _Stored) -> Iterator[Difference]:
    kept = {definition.name for definition in folder.workflows}
    surplus = {name: found for name, found in stored.workflows.items() if name not in kept}
    if enabled := [name for name, (_, is_enabled) in surplus.items() if is_enabled]:
        raise ConflictError(
            "enabled workflows that the folder does not have: {names}; disable them, so that they can be deleted, or "
            "add their files (`media-workflows export`). Nothing was changed",
            names=", ".join(enabled),
        )
    return (_difference("delete", found) for found, _ in surplus.values())


def _surplus_templates(folder: Folder, stored: _Stored) -> Iterator[Difference]:
    surplus = [
        template
        for template in stored.library
        if not template.preset and (template.kind, template.name) not in folder.template_names
    ]
    used = {reference for one in folder.workflows for reference in used_templates(one.model_dump(mode="json"))}
    if missing := [template.name for template in surplus if (template.kind, template.id) in used]:
        raise ConflictError(
            "templates that the folder's workflows use and the folder does not have: {names}; add their files "
            "(`media-workflows templates export`). Nothing was changed",
            names=", ".join(missing),
        )
    return (
        Difference(action="delete", kind=one.kind, name=one.name, id=str(one.id), revision=one.revision)
        for one in surplus
    )


def _settle_template(difference: Difference, folder: Folder, author: str) -> Difference:
    if difference.action == "delete":
        templates.delete_template(difference.kind, int(difference.id), author)
        return difference
    definition = next(one for one in folder.templates if (one.kind, one.name) == (difference.kind, difference.name))
    if difference.action == "create":
        stored = templates.create_template(definition, author)
    else:
        stored = templates.update_template(int(difference.id), definition, difference.revision, author)
    return difference.model_copy(update={"id": str(stored.id), "revision": stored.revision})


def _settle_workflow(difference: Difference, folder: Folder, author: str) -> Difference:
    if difference.action == "delete":
        workflows.delete_workflow(difference.id, author)
        return difference
    read = next(one for one in folder.workflows if one.name == difference.name)
    definition = workflows.parse(folder.named(read))  # its templates have their ids now
    if difference.action == "create":
        stored = workflows.create_workflow(definition, author).workflow
    else:
        # A template that was updated before has given the workflow a further revision.
        base_revision = workflows.get_workflow(difference.id).workflow.revision
        stored = drafts.replace_definition(difference.id, definition, base_revision, author).workflow
    return difference.model_copy(update={"id": stored.id, "revision": stored.revision})
