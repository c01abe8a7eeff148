"""Fields of the vendor and ours, in tables that are read in both directions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.plain_data import MAX_INTEGER
from media_workflows.domain.vendor_names import VENDOR_ONLY, VENDOR_VALUES
from media_workflows.vendor_mps.findings import SECRET, SECRETS, Findings, Json, ObjectPlace, is_empty, is_off

__all__ = [
    "NO_INPUT_DIRECTORY",
    "SECRET",
    "SECRETS",
    "STAYS",
    "AnyField",
    "Constant",
    "Converter",
    "Field",
    "Findings",
    "Inlined",
    "Json",
    "ObjectPlace",
    "Part",
    "Table",
    "below",
    "choice",
    "is_empty",
    "is_number",
    "is_off",
    "no_form",
    "same",
]

NO_INPUT_DIRECTORY = invalid("the commercial service has no variable {inputDirectory}: leave it out for the export")
STAYS = invalid("stays here: the commercial service has no place for it")


def is_number(value: Any) -> bool:
    """Whether a value is a number with which we can compute."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -MAX_INTEGER <= value <= MAX_INTEGER


def same(value: Any) -> Any:
    return value


class Field(NamedTuple):
    """A field of the vendor, ours, and the conversion of the value, which raises InvalidValueError."""

    vendor: str
    ours: str
    read: Callable[[Any], Any] = same
    write: Callable[[Any], Any] = same


def choice(vendor: str, ours: str, values: dict[Any, Any]) -> Field:
    """A field with other names for its values, in any case; of several names for one value, the first is written."""
    back = {value: name for name, value in reversed(values.items())}
    by_name = {name.lower() if isinstance(name, str) else name: value for name, value in values.items()}

    def read(value: Any) -> Any:
        known = value.lower() if isinstance(value, str) else value
        if not isinstance(known, str | int) or known not in by_name:
            other = VENDOR_VALUES.get(known) if isinstance(known, str) else None
            raise other or invalid("must be one of: {choices}", choices=", ".join(map(str, values)))
        return by_name[known]

    def write(value: Any) -> Any:
        if value not in back:
            raise no_form()
        return back[value]

    return Field(vendor, ours, read, write)


def no_form() -> InvalidValueError:
    return invalid("the commercial service has nothing like it: leave it out")


class Converter(Protocol):
    """The conversion of an object; problems are added to the findings."""

    def read(self, data: Any, place: str, findings: Findings, /) -> Any: ...

    def write(self, data: Any, place: str, findings: Findings, /) -> Any: ...


class Part(NamedTuple):
    """A field that holds an object of its own; with `many`, a list of them. `null` is the vendor's form of our null."""

    vendor: str
    ours: str
    converter: Converter
    many: bool = False
    null: Any = None

    def read_at(self, data: Any, place: str, findings: Findings, base: Any = None) -> Any:
        """What is read; `base` is what there is now, which tables of changes change."""
        if not self.many and base is not None and isinstance(self.converter, Table):
            return self.converter.change(data, place, findings, base)
        if not self.many:
            return self.converter.read(data, place, findings)
        if not isinstance(data, list):
            findings.refuse(invalid("must be a list"), place, data)
            return []
        return [self.converter.read(one, f"{place}[{number}]", findings) for number, one in enumerate(data)]

    def write_at(self, data: Any, place: str, findings: Findings) -> Any:
        if data is None:
            return self.null
        if not self.many:
            return self.converter.write(data, place, findings)
        return [self.converter.write(one, f"{place}[{number}]", findings) for number, one in enumerate(data)]


class Inlined(NamedTuple):
    """An object of the vendor whose fields are fields of the object around it here."""

    vendor: str
    table: Table


class Constant(NamedTuple):
    """A field of the vendor that has one supported value, which need not be given and is always written."""

    vendor: str
    value: str

    def check(self, value: Any) -> None:
        """Raises InvalidValueError for another value."""
        if str(value).lower() != self.value.lower():
            raise invalid("must be one of: {choices}", choices=self.value)


AnyField = Field | Part | Inlined | Constant


class Table:
    """The fields of an object.

    `model` is ours: what has its default there is not written, but for the fields in `always`.
    `unsupported` are known fields of the vendor that are refused unless they are off, `stays` fields of ours that only
    matter here.
    """

    def __init__(
        self,
        *fields: AnyField,
        unsupported: Mapping[str, InvalidValueError] | None = None,
        model: type[BaseModel] | None = None,
        always: Iterable[str] = (),
        stays: Iterable[str] = (),
    ) -> None:
        self.fields = fields
        self.unsupported = unsupported or {}
        self.stays = frozenset(stays)
        self._by_vendor = {one.vendor: one for one in fields}
        self._by_ours = dict(_by_ours(fields))
        self._defaults = _defaults(model) if model else {}
        self._always = tuple(always)

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        """Our fields of the vendor's object."""
        return self._read_fields(data, place, findings, {})

    def change(self, data: Any, place: str, findings: Findings, base: Any) -> Any:
        """Our fields that a change of `base` sets: all of them, but for tables of changes."""
        return self.read(data, place, findings)

    def _read_fields(self, data: Any, place: str, findings: Findings, base: Json) -> Json:
        found: Json = {}
        if not isinstance(data, dict):
            findings.refuse(invalid("must be an object"), place, data)
            return found
        for name, value in data.items():
            here = below(place, name)
            if self._says_nothing(value):
                continue
            match self._by_vendor.get(name):
                case Part() as part:
                    found[part.ours] = part.read_at(value, here, findings, base.get(part.ours))
                case Inlined() as inlined:
                    found |= inlined.table.read(value, here, findings)
                case Field() | Constant() as known:
                    try:
                        found |= _read_value(known, value)
                    except InvalidValueError as problem:
                        findings.refuse(problem, here, value)
                case None:
                    self._read_other(name, value, here, findings)
        return found

    def _says_nothing(self, value: Any) -> bool:
        """Whether a value is as good as none."""
        return is_empty(value)

    def _read_other(self, name: str, value: Any, place: str, findings: Findings) -> None:
        problem = self.unsupported.get(name) or VENDOR_ONLY.get(name.lower())
        if problem and not is_off(value):
            findings.refuse(problem, place, value)
        elif not problem:
            self._read_unknown(value, place, findings)

    def _read_unknown(self, value: Any, place: str, findings: Findings) -> None:
        findings.note_kept(place, value)

    def write(self, data: Json, place: str, findings: Findings) -> Json:
        """The vendor's fields of ours, which are those that are set."""
        found: Json = {one.vendor: one.value for one in self.fields if isinstance(one, Constant)}
        inner: dict[str, tuple[Table, Json]] = {}
        for name, value in self._set(data).items():
            here = below(place, name)
            match self._by_ours.get(name):
                case Part() as part:
                    found[part.vendor] = part.write_at(value, here, findings)
                case Inlined() as inlined:
                    inner.setdefault(inlined.vendor, (inlined.table, {}))[1][name] = value
                case Field() as known:
                    try:
                        found[known.vendor] = known.write(value)
                    except InvalidValueError as problem:
                        findings.refuse(problem, here, value)
                case None if name in self.stays:
                    findings.note(STAYS, here, value)
                case None:
                    findings.refuse(no_form(), here, value)
        return found | {name: table.write(part, place, findings) for name, (table, part) in inner.items()}

    def _set(self, data: Json) -> Json:
        """What is set of our object, and what is always written."""
        always = {name: data.get(name, self._defaults.get(name)) for name in self._always}
        none = object()
        return always | {
            name: value
            for name, value in data.items()
            if name not in always and value != self._defaults.get(name, none)
        }

    def others(self, data: Json) -> Json:
        """What an object of the vendor has that is not read."""
        return {name: value for name, value in data.items() if name not in self._by_vendor}

    def nothing_set(self) -> Json:
        """The object with the default of each field, which is an empty list or null where there is none."""
        return {name: self._unset(one) for name, one in self._by_vendor.items()}

    def _unset(self, one: AnyField) -> Any:
        match one:
            case Part(many=True):
                return []
            case Field() if one.ours in self._defaults:
                return one.write(self._defaults[one.ours])
            case _:
                return None

    def place_of(self, ours: str) -> str:
        """The vendor's path of one of ours, such as watermarks[0].text; '' = there is none."""
        name, index, rest = _path_parts(ours)
        match self._by_ours.get(name):
            case None:
                return ""
            case Inlined() as inlined:
                return f"{inlined.vendor}.{inlined.table.place_of(ours)}"
            case Part(vendor=vendor, converter=Table() as table) if rest:
                return f"{vendor}{index}.{table.place_of(rest) or rest}"
            case known:
                return f"{known.vendor}{index}{rest and f'.{rest}'}"


def below(place: str, name: str) -> str:
    """The place of a field of the object at `place`."""
    return f"{place}.{name}" if place and name else place or name


def _path_parts(path: str) -> tuple[str, str, str]:
    """'watermarks[0].mark.width' -> ('watermarks', '[0]', 'mark.width')."""
    first, _, rest = path.partition(".")
    name, bracket, index = first.partition("[")
    return name, bracket + index, rest


def _read_value(known: Field | Constant, value: Any) -> Json:
    if isinstance(known, Field):
        return {known.ours: known.read(value)}
    known.check(value)
    return {}


def _by_ours(fields: Iterable[AnyField]) -> Iterator[tuple[str, Field | Part | Inlined]]:
    for one in fields:
        if isinstance(one, Inlined):
            yield from ((name, one) for name, _ in _by_ours(one.table.fields))
        elif not isinstance(one, Constant):
            yield one.ours, one


def _defaults(model: type[BaseModel]) -> Json:
    """As JSON, as the data they are compared with: () is []."""
    fields = {name: one for name, one in model.model_fields.items() if not one.is_required()}
    defaults = {name: one.get_default(call_default_factory=True) for name, one in fields.items()}
    return cast(Json, to_jsonable_python(defaults))
