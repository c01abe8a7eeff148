"""Own templates in PostgreSQL: revisions, names, and the workflows that use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.domain.templates import TemplateDefinition, parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store import templates as store
from media_workflows.store import workflows
from media_workflows.store.definition_changes import DefinitionChange, changes_between
from media_workflows.store.engine import transaction
from media_workflows.store.sequence import latest_sequence
from media_workflows.store.templates import StoredTemplate
from media_workflows.store.workflows import StoredWorkflow

pytestmark = pytest.mark.usefixtures("database")


def do(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """One store function in a transaction of its own."""
    with transaction() as session:
        return function(session, *arguments, **named)


def listed_changes(session: Any, after: int, upto: int) -> list[DefinitionChange]:
    return list(changes_between(session, after, upto))


def template(name: str = "t", crf: int = 28, container: str = "mp4") -> TemplateDefinition:
    parameters = {"container": container, "video": {"codec": "h264", "crf": crf}}
    return parse_template({"kind": "transcode", "name": name, "parameters": parameters})


def create(name: str = "t", **more: Any) -> StoredTemplate:
    made: StoredTemplate = do(store.create_template, template(name, **more), "me")
    return made


def user_of(made: StoredTemplate, name: str = "w", **item: Any) -> StoredWorkflow:
    data = definition(name=name, jobs={"transcode": [{"template": made.name, **item}]})
    workflow: StoredWorkflow = do(workflows.create_workflow, parse_workflow(data, do(store.load_library)), "me")
    return workflow


def test_create_and_read() -> None:
    made = create("短 720p")
    assert (made.id, made.revision, made.preset) == (1_000_000, 1, False)
    assert do(store.get_template, made.id) == made
    assert do(store.load_library).named("transcode", "短 720p") == made
    assert made.parameters.video.crf == 28


def test_names_are_unique_within_a_kind() -> None:
    made = create()
    with pytest.raises(ConflictError, match="a transcode template named 't' exists"):
        create()
    with pytest.raises(ConflictError, match="a preset is named 'MP4 540p'"):
        create("MP4 540p")
    do(store.delete_template, "transcode", made.id)
    assert create().id == made.id + 2  # one number went to the refused one


def test_an_edit_reaches_the_workflows_that_use_it_as_a_revision_of_theirs() -> None:
    made = create()
    workflow, other = user_of(made), user_of(create("other"), "w2")
    before = do(latest_sequence)
    updated = do(store.update_template, made.id, template(crf=20), 1, "you")
    users = do(store.users_of, "transcode", made.id)
    assert [(user.id, user.name) for user in users] == [(workflow.id, "w")]
    assert do(workflows.take_new_templates, [user.id for user in users]) == [workflow.id]
    after = do(workflows.get_workflow, workflow.id)
    assert (updated.revision, after.revision, after.definition) == (2, 2, workflow.definition)
    assert after.resolved.jobs.transcode[0].resolved_parameters.video.crf == 20
    assert workflow.resolved.jobs.transcode[0].resolved_parameters.video.crf == 28
    assert do(workflows.get_workflow, other.id).revision == 1
    (change,) = do(listed_changes, before, do(latest_sequence))
    assert [pinned["revision"] for pinned in change.templates] == [2]


def test_a_template_that_only_a_step_uses_is_in_use() -> None:
    made = create()
    mark = parse_template({"kind": "watermark", "name": "m", "parameters": {"mark": {"type": "text", "text": "x"}}})
    watermark: StoredTemplate = do(store.create_template, mark, "me")
    steps = [
        {"id": "check", "quality_control": {"template": 10}},
        {"id": "hd", "after": ["check"], "transcode": {"template": "t", "watermarks": [{"template": "m"}]}},
    ]
    workflow = do(workflows.create_workflow, parse_workflow(graph(*steps), do(store.load_library)), "me")
    for kind, id_ in (("transcode", made.id), ("watermark", watermark.id)):
        assert [user.id for user in do(store.users_of, kind, id_)] == [workflow.id]
        with pytest.raises(ConflictError, match="is used by 'w'"):
            do(store.delete_template, kind, id_)
    do(store.update_template, made.id, template(crf=20), 1)
    assert do(workflows.take_new_templates, [workflow.id]) == [workflow.id]
    after = do(workflows.get_workflow, workflow.id)
    assert after.definition == workflow.definition
    assert after.resolved.steps[1].items[0].resolved_parameters.video.crf == 20


def test_a_change_that_breaks_a_workflow_is_refused_and_changes_nothing() -> None:
    made = create()
    mark = {"type": "text", "text": "x"}
    user_of(made, watermarks=[{"mark": mark}])
    copy = {"container": "mp4", "video": {"codec": "copy"}}
    broken = parse_template({"kind": "transcode", "name": "t", "parameters": copy})

    def change(session: Any) -> None:
        store.update_template(session, made.id, broken, 1)
        workflows.take_new_templates(session, [user.id for user in store.users_of(session, "transcode", made.id)])

    with pytest.raises(ConflictError, match=r"workflow 'w' uses this template and would break: .*watermarks"):
        do(change)
    assert do(store.get_template, made.id) == made


def test_a_problem_that_an_earlier_version_has_accepted_is_not_the_templates() -> None:
    made = create()
    tags = {str(number): "" for number in range(20)}
    item = {"template": made.id, "objects": {"tags": dict(list(tags.items())[:10])}}
    output = {"objects": {"tags": dict(list(tags.items())[10:])}}
    stored = Workflow.model_validate(definition(jobs={"transcode": [item]}, output=output))
    workflow = do(workflows.create_workflow, stored, "me")
    do(store.update_template, made.id, template(crf=20), 1)
    assert do(workflows.take_new_templates, [workflow.id]) == [workflow.id]


def test_two_editors() -> None:
    made = create()
    do(store.update_template, made.id, template(crf=20), 1)
    with pytest.raises(ConflictError, match="started from revision 1, but the template is at 2") as refused:
        do(store.update_template, made.id, template(crf=21), 1)
    assert [problem.field for problem in refused.value.problems] == ["revision"]  # as the pages recognise it


def test_one_in_use_stays() -> None:
    made = create()
    workflow = user_of(made)
    with pytest.raises(ConflictError, match="is used by 'w'"):
        do(store.delete_template, "transcode", made.id)
    do(workflows.delete_workflow, workflow.id)
    do(store.delete_template, "transcode", made.id)
    with pytest.raises(NotFoundError):
        do(store.get_template, made.id)


def test_presets_stay_as_they_are() -> None:
    with pytest.raises(ConflictError, match="is a preset and cannot be changed: copy it"):
        do(store.update_template, 100_010, template(), 1)
    with pytest.raises(ConflictError, match="is a preset and cannot be changed: copy it"):
        do(store.delete_template, "transcode", 100_010)
