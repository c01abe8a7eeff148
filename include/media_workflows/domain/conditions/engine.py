"""CEL by cel-expr-python, the binding of Google's cel-cpp: parses, checks types, evaluates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool

from media_workflows.domain.conditions import syntax
from media_workflows.domain.conditions.variables import ValueType, Variables

_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "conditions"
_FIELD_TYPES = {
    ValueType.BOOLEAN: _Field.TYPE_BOOL,
    ValueType.INTEGER: _Field.TYPE_INT64,
    ValueType.NUMBER: _Field.TYPE_DOUBLE,
    ValueType.TEXT: _Field.TYPE_STRING,
    ValueType.TEXTS: _Field.TYPE_STRING,
}
# cel-cpp compares integers with doubles when it evaluates; its type checker has no such declarations.
_COMPARISONS = {"_<_": "less", "_<=_": "less_equals", "_>_": "greater", "_>=_": "greater_equals", "_==_": "equals",
                "_!=_": "not_equals"}  # fmt: skip
# A type checker asks Python for descriptors while it holds a lock of its own: two threads could wait for each other.
_ONE_THREAD = Lock()


class CelError(Exception):
    """A message of cel-cpp."""


def parse(text: str) -> syntax.Tree:
    """The syntax tree of an expression. Raises CelError."""
    with _ONE_THREAD:
        try:
            return syntax.tree_of(_evaluator().compile(text, disable_check=True).serialize())
        except RuntimeError as error:
            raise CelError(str(error)) from None


def result_type(text: str, variables: Variables) -> str:
    """The name of the type of an expression's value, by CEL's type checker. Raises CelError."""
    with _ONE_THREAD:
        try:
            return str(_checker(variables).compile(text).return_type().name())
        except RuntimeError as error:
            raise CelError(str(error)) from None


def evaluated(node: syntax.Node, data: Mapping[str, Any]) -> Any:
    """The value of an expression. Raises CelError."""
    with _ONE_THREAD:
        try:
            result = _evaluator().deserialize(syntax.serialized(node)).eval(data=dict(data))
        except RuntimeError as error:
            raise CelError(str(error)) from None
        value = result.plain_value()
        if result.type() == cel.Type.ERROR:
            raise CelError(str(value))
        return value


@cache
def _evaluator() -> cel.Env:
    """Evaluates maps without declared types: a field that a message does not hold would read as 0 or ''."""
    return cel.NewEnv()


@lru_cache(maxsize=8)
def _checker(variables: Variables) -> cel.Env:
    """Checks types: each group of variables is declared as a message with its members as fields."""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_declared(variables))
    types = {name: cel.Type(f"{_PACKAGE}.{message_name(name)}") for name in variables.members("")}
    return cel.NewEnv(pool, variables=types, extensions=[cel.CelExtension("mixed_numbers", _mixed_numbers())])


def message_name(group: str) -> str:
    """The name of the message that declares a group, as CEL's errors show it after the package."""
    return group.replace(".", "__")


def _declared(variables: Variables) -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="conditions.proto", package=_PACKAGE, syntax="proto3")
    for group in sorted(variables.groups):
        message = file.message_type.add(name=message_name(group))
        for number, member in enumerate(variables.members(group), 1):
            name = f"{group}.{member}"
            variable = variables.by_name.get(name)
            _add_field(message, member, number, variable.type if variable else name)
    return file


def _add_field(message: descriptor_pb2.DescriptorProto, name: str, number: int, type_: ValueType | str) -> None:
    """Add a field of a variable's type, or for a further group of its message."""
    field = message.field.add(name=name, number=number, label=_Field.LABEL_OPTIONAL)
    if isinstance(type_, ValueType) and type_ in _FIELD_TYPES:
        field.type = _FIELD_TYPES[type_]
        if type_ == ValueType.TEXTS:
            field.label = _Field.LABEL_REPEATED
        return
    field.type = _Field.TYPE_MESSAGE
    if type_ != ValueType.TEXT_MAP:
        field.type_name = f".{_PACKAGE}.{message_name(type_)}"
        return
    entry = message.nested_type.add(name=f"{name.title().replace('_', '')}Entry")  # protoc's own name for it
    entry.options.map_entry = True
    for part_number, part in enumerate(("key", "value"), 1):
        entry.field.add(name=part, number=part_number, type=_Field.TYPE_STRING, label=_Field.LABEL_OPTIONAL)
    field.label, field.type_name = _Field.LABEL_REPEATED, f".{_PACKAGE}.{message.name}.{entry.name}"


def _mixed_numbers() -> list[cel.FunctionDecl]:
    integer, number, boolean = cel.Type.INT, cel.Type.DOUBLE, cel.Type.BOOL
    pairs = {"int64_double": [integer, number], "double_int64": [number, integer]}
    lists = {"int64_doubles": [integer, cel.Type.List(number)], "double_int64s": [number, cel.Type.List(integer)]}
    names = {function: (name, pairs) for function, name in _COMPARISONS.items()} | {"@in": ("in", lists)}
    return [
        cel.FunctionDecl(function, [cel.Overload(f"{name}_{end}", boolean, types) for end, types in overloads.items()])
        for function, (name, overloads) in names.items()
    ]
