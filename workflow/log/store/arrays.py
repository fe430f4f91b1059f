"""Columns as PostgreSQL's own binary arrays: the driver's way through a Python list costs more than the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any

from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_BEGIN = Struct(">iiIii").pack  # one dimension, no NULL, the type of its elements, their number, counted from 1
_LENGTH = Struct(">I").pack

KINDS: dict[str, tuple[int, Callable[[Any], bytes]]] = {
    "bigint": (20, Struct(">q").pack), "int": (23, Struct(">i").pack), "smallint": (21, Struct(">h").pack),
    "text": (25, str.encode), "bytea": (17, bytes),
}


class Column:
    """The values of one column, as the server reads them."""

    __slots__ = ("stored",)

    def __init__(self, kind: str, values: Sequence[Any]) -> None:
        oid, stored = KINDS[kind]
        parts = [_BEGIN(1, 0, oid, len(values), 1)]
        for value in map(stored, values):
            parts += (_LENGTH(len(value)), value)
        self.stored = b"".join(parts)


class ColumnDumper(Dumper):
    """Hands a column to the driver as it is; the statement's cast says what it is an array of."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: Column) -> Buffer:
        return obj.stored
