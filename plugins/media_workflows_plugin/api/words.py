"""Routes: the word library."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query

from media_workflows.domain.base import parsed
from media_workflows.domain.words import MAX_WORDS, NewWords, WordChange, WordUsage
from media_workflows.store import words as store
from media_workflows.store.engine import transaction
from media_workflows.store.words import StoredWord, WordPage
from media_workflows_plugin.api.access import Creator, Deleter, Editor, Reader
from media_workflows_plugin.api.guarded_route import GuardedRoute
from media_workflows_plugin.api.schemas import Offset

router = APIRouter(prefix="/api/v1/words", tags=["words"], route_class=GuardedRoute)


@router.get("")
def list_words(
    _user: Reader,
    search: Annotated[str, Query(description="Part of the keyword")] = "",
    usage: Annotated[WordUsage | Literal[""], Query(description="Use in; empty = any")] = "",
    tag: str = "",
    offset: Offset = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> WordPage:
    """List words by keyword."""
    with transaction() as session:
        return store.list_words(session, search, usage, tag, offset, limit)


@router.post("", status_code=201)
def create_words(
    new: Annotated[dict[str, Any], Body(description="words, and the usages and tags of all of them")], user: Creator
) -> list[StoredWord]:
    """Add words to the library, all or none."""
    words = parsed(NewWords, new)
    with transaction() as session:
        return store.create_words(session, words, user)


@router.put("/{keyword:path}")
def update_word(
    keyword: str, change: Annotated[dict[str, Any], Body(description="usages and tags")], user: Editor
) -> StoredWord:
    """Replace a word's usages and tags; the keyword itself stays."""
    wanted = parsed(WordChange, change)
    with transaction() as session:
        return store.update_word(session, keyword, wanted, user)


@router.delete("", status_code=204)
def delete_words(keyword: Annotated[list[str], Query(min_length=1, max_length=MAX_WORDS)], _user: Deleter) -> None:
    """Remove words from the library, all or none."""
    with transaction() as session:
        store.delete_words(session, keyword)
