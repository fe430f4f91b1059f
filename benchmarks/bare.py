"""The bare database: the plain driver, one table, no engine. What a commit, a scan and a decode cost anyway."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg

from benchmarks.databases import Place
from workflow.log.row import Row

TABLE = """CREATE TABLE bare (position {number} PRIMARY KEY, stream {text} NOT NULL, version {number} NOT NULL,
                   content {bytes} NOT NULL, UNIQUE (stream, version))"""


NUMBERS = ("position", "version", "schema_version", "recorded_at")
TEXTS = ("practice", "stream", "name", "meta")
CONTENT = "position, body"
EVERYTHING = ", ".join((*(name for name in Row._fields if name not in ("meta", "body")), "meta", "body"))


class Bare:
    """A connection and a table of its own, with the two indexes that any table of events needs."""

    def __init__(self, place: Place) -> None:
        self._sqlite = place.kind == "sqlite"
        self.run: Any
        self._many: Any
        if self._sqlite:
            connection = sqlite3.connect(place.directory() / "bare.db", isolation_level=None, cached_statements=256,
                                         check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self.run, self._many = connection.execute, connection.executemany
            self._mark = "?"
        else:
            driver = psycopg.connect(place.database().replace("+psycopg", ""), autocommit=True)
            cursor = driver.cursor(binary=True)
            self.run = lambda sql, values=(): cursor.execute(sql, values, prepare=True)
            self._many = cursor.executemany
            self._mark = "%s"
        self.run(TABLE.format(number="INTEGER" if self._sqlite else "bigint", text="TEXT" if self._sqlite else "text",
                              bytes="BLOB" if self._sqlite else "bytea"))
        self._insert = f"INSERT INTO bare VALUES ({', '.join([self._mark] * 4)})"
        self.position = 0
        self._versions: dict[str, int] = {}

    def commit(self, stream: str, content: bytes) -> None:
        """One row, one commit: the next version of *stream*, with *content* for all the rest of an event."""
        self.position += 1
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        self.run(self._insert, (self.position, stream, version, content))

    def fill(self, rows: Sequence[Row], contents: Sequence[bytes]) -> None:
        """The rows of a log as they are, but with their content open."""
        binary, small = ("BLOB", "INTEGER") if self._sqlite else ("bytea", "bigint")
        columns = ", ".join(f"{name} {small if name in NUMBERS else 'TEXT' if name in TEXTS else binary}"
                            for name in Row._fields[1:])
        self.run(f"CREATE TABLE open (position {small} PRIMARY KEY, {columns})")
        marks = ", ".join([self._mark] * len(Row._fields))
        if self._sqlite:
            self.run("BEGIN")
        self._many(f"INSERT INTO open VALUES ({marks})",
                   [tuple(row._replace(body=content)) for row, content in zip(rows, contents, strict=True)])
        if self._sqlite:
            self.run("COMMIT")
