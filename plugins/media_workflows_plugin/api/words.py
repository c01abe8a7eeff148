"""Routes: the word library."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response

from media_workflows.domain.base import parsed
from media_workflows.domain.word_lists import WordListFile, read_word_list
from media_workflows.domain.words import MAX_WORDS, NewWords, WordChange, WordUsage
from media_workflows.services import word_lists
from media_workflows.services.word_lists import WordImport
from media_workflows.store import words as store
from media_workflows.store.engine import transaction
from media_workflows.store.words import StoredWord, WordPage
from media_workflows_plugin.api.access import Creator, Deleter, Editor, Reader
from media_workflows_plugin.api.audit import note_counts, note_object
from media_workflows_plugin.api.audit_state import MOST_ITEMS
from media_workflows_plugin.api.guarded_route import GuardedRoute
from media_workflows_plugin.api.schemas import Offset

router = APIRouter(prefix="/api/v1/words", tags=["words"], route_class=GuardedRoute)
UsageFilter = Annotated[WordUsage | Literal[""], Query(description="Use in; empty = any")]


@router.get("")
def list_words(
    _user: Reader,
    search: Annotated[str, Query(description="Part of the keyword")] = "",
    usage: UsageFilter = "",
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


@router.get("/export", response_class=Response)
def export_words(
    _user: Reader,
    search: Annotated[str, Query(description="Part of the keyword")] = "",
    usage: UsageFilter = "",
    tag: str = "",
) -> Response:
    """The words as a CSV file that `import` reads."""
    text = word_lists.export_words(search, usage, tag)
    headers = {"Content-Disposition": 'attachment; filename="words.csv"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/import")
def import_words(
    file: Annotated[
        dict[str, Any], Body(description="content (base64 of a CSV file), encoding, existing, skip_bad_rows")
    ],
    user: Creator,
    request: Request,
) -> WordImport:
    """Add the words of a CSV file: all or none, unless bad rows may be skipped."""
    asked = parsed(WordListFile, file)
    found = read_word_list(asked.data, asked.encoding)
    note_object(request, keywords=[word.keyword for _, word in found.words[:MOST_ITEMS]])
    done = word_lists.import_words(found, asked.existing, user, skip_bad_rows=asked.skip_bad_rows)
    note_counts(request, **done.model_dump(exclude={"problems"}))
    return done


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
