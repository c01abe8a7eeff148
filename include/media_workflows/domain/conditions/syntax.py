"""The syntax tree of a condition, as CEL's parser serializes it (cel/expr/syntax.proto)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory

Node: TypeAlias = Any  # a message of type Expr, whose class is made from the table below
Tree: TypeAlias = Any  # of type ParsedExpr
AND, OR, NOT, CHOICE = "_&&_", "_||_", "!_", "_?_:_"

_PACKAGE = "cel.expr"
_TYPE_URL = f"type.googleapis.com/{_PACKAGE}.ParsedExpr"
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "int": _Field.TYPE_INT64,
    "string": _Field.TYPE_STRING,
    "bool": _Field.TYPE_BOOL,
    "double": _Field.TYPE_DOUBLE,
}
# The fields that are read here, as (name, number, type); protobuf keeps all others as they are.
_MESSAGES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "ParsedExpr": (("expr", 2, "Expr"), ("source_info", 3, "SourceInfo")),
    "SourceInfo": (("positions", 4, "repeated Position"),),
    "Position": (("key", 1, "int"), ("value", 2, "int")),  # an entry of a map is a message on the wire
    "Expr": (
        ("id", 2, "int"),
        ("const_expr", 3, "Const"),
        ("ident_expr", 4, "Ident"),
        ("select_expr", 5, "Select"),
        ("call_expr", 6, "Call"),
        ("list_expr", 7, "List"),
        ("struct_expr", 8, "Struct"),
        ("comprehension_expr", 9, "Comprehension"),
    ),
    "Const": (
        ("bool_value", 2, "bool"),
        ("int64_value", 3, "int"),
        ("double_value", 5, "double"),
        ("string_value", 6, "string"),
    ),
    "Ident": (("name", 1, "string"),),
    "Select": (("operand", 1, "Expr"), ("field", 2, "string"), ("test_only", 3, "bool")),
    "Call": (("target", 1, "Expr"), ("function", 2, "string"), ("args", 3, "repeated Expr")),
    "List": (("elements", 1, "repeated Expr"),),
    "Struct": (("message_name", 1, "string"), ("entries", 2, "repeated Entry")),
    "Entry": (("map_key", 3, "Expr"), ("value", 4, "Expr")),
    "Comprehension": (
        ("iter_var", 1, "string"),
        ("iter_range", 2, "Expr"),
        ("accu_init", 4, "Expr"),
        ("loop_condition", 5, "Expr"),
        ("loop_step", 6, "Expr"),
        ("result", 7, "Expr"),
        ("iter_var2", 8, "string"),
    ),
}

_ALTERNATIVES = frozenset({"Const"})  # one of its fields is set: so 0, '' and false are there, and stay


@cache
def _tree_class() -> type[Tree]:
    file = descriptor_pb2.FileDescriptorProto(name="syntax.proto", package=_PACKAGE, syntax="proto3")
    for message_name, fields in _MESSAGES.items():
        message = file.message_type.add(name=message_name)
        if message_name in _ALTERNATIVES:
            message.oneof_decl.add(name="kind")
        for name, number, words in fields:
            repeated, type_ = words.startswith("repeated "), words.removeprefix("repeated ")
            field = message.field.add(name=name, number=number)
            field.label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
            field.type = _SCALARS.get(type_, _Field.TYPE_MESSAGE)
            if message_name in _ALTERNATIVES:
                field.oneof_index = 0
            if type_ not in _SCALARS:
                field.type_name = f".{_PACKAGE}.{type_}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    made: type[Tree] = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.ParsedExpr"))
    return made


def tree_of(serialized: bytes) -> Tree:
    """The tree of a parsed expression that CEL serialized."""
    return _tree_class().FromString(any_pb2.Any.FromString(serialized).value)


def serialized(node: Node) -> bytes:
    """A part of a tree as an expression that CEL deserializes."""
    part = _tree_class()(expr=node)
    return bytes(any_pb2.Any(type_url=_TYPE_URL, value=part.SerializeToString()).SerializeToString())


def offset(tree: Tree, node: Node) -> int:
    """The position of a node in the text, in characters from 0."""
    return next((int(entry.value) for entry in tree.source_info.positions if entry.key == node.id), 0)


def children(message: Any) -> Iterator[Node]:
    """The expressions directly below an expression."""
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        for part in value if descriptor.is_repeated else (value,):
            if descriptor.message_type.name == "Expr":
                yield part
            else:
                yield from children(part)


def descendants(node: Node) -> Iterator[Node]:
    """The node and all expressions below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from descendants(child)


def path(node: Node) -> str:
    """'source.width' of an identifier with field selections; '' of any other expression."""
    if node.HasField("ident_expr"):
        return str(node.ident_expr.name)
    if not node.HasField("select_expr"):
        return ""
    operand = path(node.select_expr.operand)
    return f"{operand}.{node.select_expr.field}" if operand else ""


def constant(node: Node) -> bool | int | float | str | None:
    """The value of a literal; None of any other expression, and of null, bytes and unsigned numbers."""
    found = [value for _, value in node.const_expr.ListFields()]
    return found[0] if found else None


def is_test(node: Node) -> bool:
    """Whether the node is `has(…)`."""
    return bool(node.HasField("select_expr") and node.select_expr.test_only)


def is_loop(node: Node) -> bool:
    """Whether the node is a macro over the elements of a list or map, such as `exists`."""
    return bool(node.HasField("comprehension_expr"))
