"""Words and persons of the libraries: AiSampleWord, AiSamplePerson and the requests that change them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, get_args

from media_workflows.domain.base import Model, parsed
from media_workflows.domain.invalid import invalid
from media_workflows.domain.persons import MAX_FACES, PersonDefinition, PersonSample, PersonUsage
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.words import MAX_TAGS, MAX_WORDS, NewWords, WordChange, WordSample, WordUsage
from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps.event_shapes import shown_time
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import Field, Part, choice
from media_workflows.vendor_mps.request_table import REQUIRED, RequestTable
from media_workflows.vendor_mps.templates.filters import MOST_LISTED, page_members, read_filters, texts

_MOST_ID = 2**31 - 1
_FAILED_FACE = 1  # the vendor publishes no other meaning than "not 0"


def _vendor_usage(usage: str) -> str:
    return ".".join(part.capitalize() for part in usage.split("."))


def _usages(known: tuple[str, ...]) -> Field:
    one = choice("Usages", "usages", {_vendor_usage(usage): usage for usage in known})

    def read(value: Any) -> list[str]:
        if not isinstance(value, list):
            raise invalid("must be a list")
        return [one.read(usage) for usage in value]

    return Field("Usages", "usages", read)


def _id(value: Any) -> int:
    """The number of a person or face, which the vendor has as a text."""
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= 10 else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= _MOST_ID:
        raise invalid("must be the id of a person or face, as it was described")
    return number


def _ids(value: Any) -> list[int]:
    if not isinstance(value, list) or len(value) > MOST_LISTED:
        raise invalid("must be a list of at most {most} ids", most=MOST_LISTED)
    return [_id(one) for one in value]


_OPERATIONS = choice("Type", "type", {"add": "add", "delete": "delete", "reset": "reset"})
_WORD_USAGES, _PERSON_USAGES = _usages(get_args(WordUsage)), _usages(get_args(PersonUsage))
_KEYWORD = Field("Keyword", "keyword")
_TAG_OPERATION = Part("TagOperationInfo", "tag_operation", RequestTable(_OPERATIONS, texts("Tags", "tags", MAX_TAGS)))
_NEW_WORDS = RequestTable(
    _WORD_USAGES, Part("Words", "words", RequestTable(_KEYWORD, texts("Tags", "tags", MAX_TAGS)), many=True)
)
_WORD_CHANGE = RequestTable(_KEYWORD, _WORD_USAGES, _TAG_OPERATION)
_GONE_WORDS = RequestTable(texts("Keywords", "keywords", MAX_WORDS))
_FACES = texts("FaceContents", "faces", MAX_FACES)
_NEW_PERSON = RequestTable(
    Field("Name", "name"),
    _PERSON_USAGES,
    Field("Description", "description"),
    _FACES,
    texts("Tags", "tags", MAX_TAGS),
)
_PERSON_CHANGE = RequestTable(
    Field("PersonId", "id", _id),
    Field("Name", "name"),
    Field("Description", "description"),
    _PERSON_USAGES,
    Part("FaceOperationInfo", "face_operation", RequestTable(_OPERATIONS, Field("FaceIds", "ids", _ids), _FACES)),
    _TAG_OPERATION,
    places={"tags": "TagOperationInfo.Tags"},
)
M = TypeVar("M", bound=Model)


class TagOperation(NamedTuple):
    """A change of the tags of a word or person."""

    type: str
    tags: Sequence[str]

    def applied(self, tags: Iterable[str]) -> list[str]:
        if self.type == "reset":
            return list(self.tags)
        if self.type == "delete":
            return [tag for tag in tags if tag not in self.tags]
        return list(dict.fromkeys((*tags, *self.tags)))


class FaceOperation(NamedTuple):
    """A change of the faces of a person: ids to delete, and pictures (base64) to add."""

    type: str
    ids: Sequence[int]
    pictures: Sequence[str]


class WordChangeRequest(NamedTuple):
    """A change of one word; what is None stays."""

    keyword: str
    usages: Sequence[str] | None
    tag_operation: TagOperation | None

    def applied(self, word: WordSample) -> WordChange:
        """Raises DefinitionError."""
        return _changed(WordChange, word, {"usages": self.usages}, self.tag_operation)


class PersonChangeRequest(NamedTuple):
    """A change of one person; what is None stays."""

    id: int
    fields: Json
    tag_operation: TagOperation | None
    face_operation: FaceOperation | None

    def applied(self, person: PersonSample) -> PersonDefinition:
        """Raises DefinitionError."""
        return _changed(PersonDefinition, person, self.fields, self.tag_operation)


def _changed(model: type[M], now: WordSample | PersonSample, fields: Json, operation: TagOperation | None) -> M:
    given = {name: value for name, value in fields.items() if value is not None}
    data = now.model_dump(include=set(model.model_fields)) | given
    if operation:
        data["tags"] = operation.applied(now.tags)
    return _parsed(model, data, _PERSON_CHANGE)


def _parsed(model: type[M], data: Json, table: RequestTable) -> M:
    """The model of what was read. Raises DefinitionError; its problems are at the places of the request."""
    try:
        return parsed(model, data)
    except DefinitionError as error:
        raise DefinitionError(
            [replace(problem, field=table.place_of(problem.field)) for problem in error.problems]
        ) from None


def _read(request: Json, table: RequestTable, *required: str) -> Json:
    """What a request says. Raises DefinitionError with everything that is missing or wrong."""
    refuse_unusable(request)
    findings = Findings()
    found: Json = table.read(request, "", findings)
    for name in required:
        if request.get(name) is None:
            findings.refuse(REQUIRED, name, None)
    if findings.problems:
        raise DefinitionError(findings.problems)
    return found


def _tag_operation(found: Json) -> TagOperation | None:
    operation = found.get("tag_operation")
    if operation is None:
        return None
    _require(operation, "TagOperationInfo", {"type": "Type", "tags": "Tags"})
    return TagOperation(operation["type"], operation["tags"])


def _face_operation(found: Json) -> FaceOperation | None:
    operation = found.get("face_operation")
    if operation is None:
        return None
    needed = {"ids": "FaceIds"} if operation.get("type") == "delete" else {"faces": "FaceContents"}
    _require(operation, "FaceOperationInfo", {"type": "Type", **needed})
    if other := operation.keys() - {"type", *needed}:
        name = "FaceContents" if "faces" in other else "FaceIds"
        unfit = invalid("has no effect with this Type: leave it out")
        raise DefinitionError([unfit.at(f"FaceOperationInfo.{name}", "a list")])
    return FaceOperation(operation["type"], operation.get("ids", []), operation.get("faces", []))


def _require(found: Json, place: str, names: dict[str, str]) -> None:
    missing = [REQUIRED.at(f"{place}.{vendor}", "nothing") for ours, vendor in names.items() if ours not in found]
    if missing:
        raise DefinitionError(missing)


def read_new_words(request: Json) -> NewWords:
    """CreateWordSamples. Raises DefinitionError."""
    found = _read(request, _NEW_WORDS, "Usages", "Words")
    return _parsed(NewWords, found, _NEW_WORDS)


def read_word_change(request: Json) -> WordChangeRequest:
    """ModifyWordSample. Raises DefinitionError."""
    found = _read(request, _WORD_CHANGE, "Keyword")
    return WordChangeRequest(str(found["keyword"]), found.get("usages"), _tag_operation(found))


def read_gone_words(request: Json) -> list[str]:
    """DeleteWordSamples. Raises DefinitionError."""
    keywords: list[str] = _read(request, _GONE_WORDS, "Keywords")["keywords"]
    return keywords


def read_new_person(request: Json) -> tuple[PersonDefinition, list[str]]:
    """CreatePersonSample: the person, and pictures of the face as base64. Raises DefinitionError."""
    found = _read(request, _NEW_PERSON, "Name", "Usages")
    pictures = found.pop("faces", [])
    return _parsed(PersonDefinition, found, _NEW_PERSON), pictures


def read_person_change(request: Json) -> PersonChangeRequest:
    """ModifyPersonSample. Raises DefinitionError."""
    found = _read(request, _PERSON_CHANGE, "PersonId")
    fields = {name: found.get(name) for name in PersonDefinition.model_fields if name != "tags"}
    return PersonChangeRequest(found["id"], fields, _tag_operation(found), _face_operation(found))


def read_gone_person(request: Json) -> int:
    """DeletePersonSample. Raises DefinitionError."""
    return int(_read(request, RequestTable(Field("PersonId", "id", _id)), "PersonId")["id"])


def read_word_filter(request: Json) -> Json:
    """DescribeWordSamples: keywords, usages, tags, offset, limit. Raises DefinitionError."""
    members, defaults = page_members(MOST_LISTED)
    filters = (texts("Keywords", "keywords", MAX_WORDS), _WORD_USAGES, texts("Tags", "tags", MAX_TAGS))
    return read_filters(request, RequestTable(*members, *filters, defaults=defaults))


def _own_library(value: Any) -> None:
    if value != "UserDefine":
        raise invalid("must be UserDefine: there is no default library")


def read_person_filter(request: Json) -> Json:
    """DescribePersonSamples: ids, names, tags, offset, limit. Raises DefinitionError."""
    members, defaults = page_members(MOST_LISTED)
    filters = (Field("PersonIds", "ids", _ids), texts("Names", "names", 20), texts("Tags", "tags", MAX_TAGS))
    table = RequestTable(*members, *filters, Field("Type", "library", _own_library), defaults=defaults)
    return {name: value for name, value in read_filters(request, table).items() if name != "library"}


def write_word(word: WordSample, created_at: datetime, updated_at: datetime) -> Json:
    """A word as the vendor describes it."""
    return {
        "Keyword": word.keyword,
        "TagSet": list(word.tags),
        "UsageSet": [_vendor_usage(usage) for usage in word.usages],
        "CreateTime": shown_time(created_at),
        "UpdateTime": shown_time(updated_at),
    }


def write_person(person: PersonSample, created_at: datetime, updated_at: datetime) -> Json:
    """A person as the vendor describes it. The pictures are not kept, so they have no address."""
    return {
        "PersonId": str(person.id),
        "Name": person.name,
        "Description": person.description,
        "FaceInfoSet": [{"FaceId": str(face.id), "Url": ""} for face in person.faces],
        "TagSet": list(person.tags),
        "UsageSet": [_vendor_usage(usage) for usage in person.usages],
        "CreateTime": shown_time(created_at),
        "UpdateTime": shown_time(updated_at),
    }


def write_failed_face(index: int, message: str) -> Json:
    """A picture that was not stored, and why."""
    return {"Index": index, "ErrCode": _FAILED_FACE, "Message": message}
