"""What the audit shows of an object before and after a change: identifying fields, without secrets and pictures.

Of definitions it is the revision: revisions never change, and the API and the pages show them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from fastapi import Response

from media_workflows.airflow_adapter.run_tasks import run_states
from media_workflows.errors import NotFoundError
from media_workflows.services.events import get_function_callback
from media_workflows.store import backfills, persons, processes, reviews, templates, words
from media_workflows.store.engine import transaction
from media_workflows.store.workflow_heads import workflow_heads

State = dict[str, Any] | None  # None = there is no such object
States = dict[str, State]  # by workflow; '' = of no workflow

MOST_ITEMS = 100  # of a call for many
# Fields of an answer that identify a new object and its state.
ANSWERED = ("id", "secret_id", "request_id", "name", "kind", "keyword", "revision", "number", "state", "enabled")


def states_of(path: str, parameters: Mapping[str, Any], workflow_ids: Sequence[str]) -> States:
    """The states of what a call changes, by the path and its parameters and the workflows that it concerns."""
    if reader := next((_READERS[name] for name in _READERS if name in parameters), None):
        state = _or_none(reader, parameters)
        return dict.fromkeys(workflow_ids or [""], state)
    if run_id := parameters.get("run_id"):
        return {id_: _run(id_, run_id) for id_ in workflow_ids}
    if runs := parameters.get("runs"):
        return {
            id_: _runs(id_, [run for workflow, run in runs if workflow == id_][:MOST_ITEMS]) for id_ in workflow_ids
        }
    if workflow_ids:
        with transaction() as session:
            heads = workflow_heads(session, workflow_ids)
        return {id_: heads[id_].model_dump() if id_ in heads else None for id_ in workflow_ids}
    return {"": _function_callback()} if "/function-callback" in path else {}


def answered_state(answer: Response) -> State:
    """The identifying fields of a JSON answer, for a new object that has no path yet."""
    body = getattr(answer, "body", b"")
    if not body or "json" not in answer.headers.get("content-type", ""):
        return None
    found = json.loads(body)
    if isinstance(found, list):
        return {"items": [_identifying(one) for one in found[:MOST_ITEMS] if isinstance(one, dict)]}
    return _identifying(found) if isinstance(found, dict) else None


def _identifying(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ANSWERED if name in found}


def _or_none(reader: Callable[[Mapping[str, Any]], State], parameters: Mapping[str, Any]) -> State:
    try:
        return reader(parameters)
    except (NotFoundError, ValueError):  # ValueError: a parameter that is no number, which the route refuses
        return None


def _run(workflow_id: str, run_id: str) -> State:
    with transaction() as session:
        decision = reviews.run_decision(session, workflow_id, run_id)
    return {
        "state": run_states(workflow_id, [run_id]).get(run_id),
        **({"verdict": decision.verdict, "by": decision.by} if decision else {}),
    }


def _runs(workflow_id: str, run_ids: Sequence[str]) -> State:
    return {"runs": dict(sorted(run_states(workflow_id, run_ids).items()))}


def _backfill(parameters: Mapping[str, Any]) -> State:
    with transaction() as session:
        return {"state": backfills.get_backfill(session, parameters["backfill_id"]).state}


def _request(parameters: Mapping[str, Any]) -> State:
    with transaction() as session:
        return {"state": processes.process_state(session, parameters["request_id"]).state}


def _template(parameters: Mapping[str, Any]) -> State:
    with transaction() as session:
        template = templates.get_template(session, int(parameters["template_id"]))
    return {"name": template.name, "revision": template.revision}


def _word(parameters: Mapping[str, Any]) -> State:
    with transaction() as session:
        return _shown_word(words.get_word(session, parameters["keyword"]))


def _shown_word(word: words.StoredWord) -> dict[str, Any]:
    return word.model_dump(mode="json", include={"usages", "tags"})


def _words(parameters: Mapping[str, Any]) -> State:
    keywords = parameters["keywords"][:MOST_ITEMS]
    with transaction() as session:
        found = {word.keyword: _shown_word(word) for word in words.get_words(session, keywords)}
    return {keyword: found.get(keyword) for keyword in keywords}


def _person(parameters: Mapping[str, Any]) -> State:
    with transaction() as session:
        person = persons.get_person(session, int(parameters["person_id"]))
    return {**person.model_dump(mode="json", include={"name", "usages", "tags"}), "faces": len(person.faces)}


def _function_callback() -> State:
    """Its kind and host: a URL may contain a token."""
    status = get_function_callback()
    target = status.target
    if target is None:
        return {"source": status.source, "type": None}
    host = urlsplit(getattr(target, "url", "")).hostname
    return {"source": status.source, "type": target.type, **({"host": host} if host else {})}


# The parameter of a path -> what its object is. The first that a path has is the object.
_READERS: dict[str, Callable[[Mapping[str, Any]], State]] = {
    "backfill_id": _backfill,
    "request_id": _request,
    "template_id": _template,
    "keyword": _word,
    "keywords": _words,
    "person_id": _person,
}
