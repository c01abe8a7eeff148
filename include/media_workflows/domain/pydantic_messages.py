"""Plain messages for the errors that pydantic finds itself; its own name Python types."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from media_workflows.domain.invalid import InvalidValueError, invalid

_INTEGER = "must be an integer"
_NUMBER = "must be a number"
_BOOLEAN = "must be true or false"
_TEXT = "must be text"
_LIST = "must be a list"
_OBJECT = "must be an object: fields and their values"
_MOMENT = "must be a time with its zone, as in 2026-01-31T12:00:00Z"
_UUID = "must be a UUID, as in 3f2b7c61-0e4d-4a37-9f1f-5b0a4a522d10"
_CHOICES = "must be one of: {choices}"
_EVEN = "must be a multiple of {multiple_of}"

# By pydantic's type of error. Placeholders are those of its context; `choices` is made of `expected`.
MESSAGES: dict[str, str] = {
    "missing": "is required",
    "extra_forbidden": "unknown field: leave it out",
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_parsing_size": _INTEGER,
    "int_from_float": _INTEGER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "must be a finite number",
    "multiple_of": _EVEN,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "string_type": _TEXT,
    "string_unicode": "must not contain a lone surrogate: it is no Unicode character",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "invalid_key": "names of fields must be text: put them in quotes",
    "too_short": "must have at least {min_length} entries; got {actual_length}",
    "too_long": "must have at most {max_length} entries; got {actual_length}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": _CHOICES,
    "enum": _CHOICES,
    "union_tag_invalid": "{discriminator} must be one of: {expected_tags}",
    "union_tag_not_found": "requires the field {discriminator}",
    "timezone_aware": _MOMENT,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "json_invalid": "must be valid JSON: {error}",
}


def plain_message(found: ErrorDetails) -> InvalidValueError:
    """What is expected, in place of pydantic's own text; a rare error that has no message here keeps that."""
    template = MESSAGES.get(found["type"])
    if template is None:
        return invalid(found["msg"])
    parameters = {name: str(value) for name, value in found.get("ctx", {}).items() if f"{{{name}}}" in template}
    if template == _CHOICES:
        parameters["choices"] = str(found["ctx"]["expected"]).replace(" or ", ", ")
    return invalid(template, **parameters)
