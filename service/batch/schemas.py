"""Arrow types: of an assessment, of values that came as JSON, and of parts that must agree."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.compute as pc

from models.explanation import Explanation, Warning
from service.batch.columns import EXPLANATION_COLUMN, Columns
from service.batch.jsonl_output import ENCODER
from service.batch.tables import plain_values

JSON_TEXT = {b"escalation.encoding": b"json"}
"""Marks a text column that holds JSON, because its values have no common type."""

WIDE = {b"escalation.range": b"wide"}
"""Marks integers beyond 2**53, which cannot become floating point without loss."""

_EXACT_IN_FLOAT = 2**53

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
}


def arrow_type(annotation: Any) -> pa.DataType:
    """The Arrow type of a value of the explanation, from its Python annotation."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if hasattr(annotation, "_fields"):
        hints = get_type_hints(annotation)
        return pa.struct([(name, arrow_type(hints[name])) for name in annotation._fields])
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return pa.string()
    if origin in (types.UnionType, typing.Union):
        return arrow_type(next(kind for kind in arguments if kind is not types.NoneType))
    if origin is tuple:
        return pa.list_(arrow_type(arguments[0]))
    if origin is dict:
        return pa.map_(arrow_type(arguments[0]), arrow_type(arguments[1]))
    raise TypeError(f"no Arrow type for {annotation!r}")


def added_schema(columns: Columns) -> pa.Schema:
    """The types of the columns that scoring adds."""
    kinds = {
        "band": pa.string(),
        "in_scope": pa.bool_(),
        "warnings": pa.list_(arrow_type(Warning)),
        "model_version": pa.string(),
        EXPLANATION_COLUMN: arrow_type(Explanation),
    }
    plain = (name.removeprefix(columns.prefix) for name in columns.names)
    return pa.schema([(columns.prefix + name, kinds.get(name, pa.float64())) for name in plain])


def inferred(name: str, values: Sequence[Any]) -> tuple[pa.Field, pa.Array]:
    """A column of values that came as JSON; JSON text where they have no common type."""
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError):
        return _json_column(name, values)
    if _holds_empty_struct(array.type):
        return _json_column(name, values)
    wide = pa.types.is_integer(array.type) and _is_wide(array)
    return pa.field(name, array.type, metadata=WIDE if wide else None), array


def _json_column(name: str, values: Sequence[Any]) -> tuple[pa.Field, pa.Array]:
    texts = [None if value is None else ENCODER.encode(value) for value in values]
    return pa.field(name, pa.string(), metadata=JSON_TEXT), pa.array(texts, pa.string())


def _is_wide(array: pa.Array) -> bool:
    bounds = pc.min_max(array).as_py()
    return any(abs(bound or 0) > _EXACT_IN_FLOAT for bound in bounds.values())


def _holds_empty_struct(kind: pa.DataType) -> bool:
    """Whether Parquet could not hold it: a struct there needs at least one field."""
    if pa.types.is_struct(kind):
        return kind.num_fields == 0 or any(_holds_empty_struct(field.type) for field in kind)
    return pa.types.is_list(kind) and _holds_empty_struct(kind.value_type)


def merged(first: pa.Schema, second: pa.Schema) -> pa.Schema:
    """The schema that rows of both can take without loss; new columns go to the end."""
    fields = {field.name: field for field in first}
    for field in second:
        fields[field.name] = _merged_field(fields.get(field.name, field), field)
    return pa.schema(list(fields.values()))


def _merged_field(first: pa.Field, second: pa.Field) -> pa.Field:
    """Of a field's metadata only our own marks are kept."""
    json_text = _is_marked(first, JSON_TEXT) or _is_marked(second, JSON_TEXT)
    wide = _is_marked(first, WIDE) or _is_marked(second, WIDE)
    kind = None if json_text else _merged_type(first.type, second.type)
    if kind is None or (wide and pa.types.is_floating(kind)):
        return pa.field(first.name, pa.string(), metadata=JSON_TEXT)
    return pa.field(first.name, kind, metadata=WIDE if wide else None)


def _is_marked(field: pa.Field, mark: dict[bytes, bytes]) -> bool:
    return mark.items() <= (field.metadata or {}).items()


def _merged_type(first: pa.DataType, second: pa.DataType) -> pa.DataType | None:
    """The common type of two, None if there is none that keeps every value."""
    if first == second or pa.types.is_null(second):
        return first
    if pa.types.is_null(first):
        return second
    if pa.types.is_struct(first) and pa.types.is_struct(second):
        return _merged_struct(first, second)
    if pa.types.is_list(first) and pa.types.is_list(second):
        inner = _merged_type(first.value_type, second.value_type)
        return inner and pa.list_(inner)
    return _merged_scalar(first, second)


def _merged_scalar(first: pa.DataType, second: pa.DataType) -> pa.DataType | None:
    # Arrow would make bytes of text and bytes.
    if _is_text(first) != _is_text(second):
        return None
    try:
        pair = [pa.schema([("x", kind)]) for kind in (first, second)]
        return pa.unify_schemas(pair, promote_options="permissive").field("x").type
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _merged_struct(first: pa.DataType, second: pa.DataType) -> pa.DataType | None:
    kinds = {field.name: field.type for field in first}
    for field in second:
        kind = _merged_type(kinds.get(field.name, pa.null()), field.type)
        if kind is None:
            return None
        kinds[field.name] = kind
    return pa.struct(list(kinds.items()))


def conformed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in a schema that its own was merged into."""
    return pa.table([_conformed(table, field) for field in schema], schema=schema)


def _conformed(table: pa.Table, field: pa.Field) -> pa.Array | pa.ChunkedArray:
    place = table.schema.get_field_index(field.name)
    if place < 0:
        return pa.nulls(table.num_rows, field.type)
    own, column = table.schema.field(place), table.column(place)
    if _is_marked(field, JSON_TEXT) and not _is_marked(own, JSON_TEXT):
        values = [value for chunk in column.chunks for value in plain_values(chunk)]
        return _json_column(field.name, values)[1]
    return column if own.type == field.type else column.cast(field.type)
