"""The bare database: the plain driver, one table, no engine. What a commit, a scan and a decode cost anyway."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec
import psycopg

from benchmarks.databases import Place

TABLE = "CREATE TABLE bare (position {number} PRIMARY KEY, content {bytes} NOT NULL)"


class Statement(msgspec.Struct):
    """What the facts of the benchmark say, without any engine around it."""

    source: str
    words: str
    about: str = "other"
    activity: str | None = None


decode = msgspec.json.Decoder(Statement).decode


class Bare:
    """A connection and a table of its own."""

    def __init__(self, place: Place) -> None:
        self._sqlite = place.kind == "sqlite"
        self.run: Any
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
        self.run(TABLE.format(number="INTEGER" if self._sqlite else "bigint",
                              bytes="BLOB" if self._sqlite else "bytea"))
        self._insert = f"INSERT INTO bare VALUES ({self._mark}, {self._mark})"
        self.position = 0

    def commit(self, content: bytes) -> None:
        """One row, one commit."""
        self.position += 1
        self.run(self._insert, (self.position, content))

    def fill(self, content: bytes, rows: int) -> None:
        """Many rows at once."""
        first, self.position = self.position + 1, self.position + rows
        if self._sqlite:
            self.run("BEGIN")
        self._many(self._insert, [(position, content) for position in range(first, self.position + 1)])
        if self._sqlite:
            self.run("COMMIT")

    def scan(self, page: int) -> int:
        """Read every row in order and decode it."""
        query = (f"SELECT position, content FROM bare WHERE position > {self._mark} ORDER BY position "
                 f"LIMIT {self._mark}")
        after = count = 0
        while rows := self.run(query, (after, page)).fetchall():
            for row in rows:
                decode(row[1])
                count += 1
            after = rows[-1][0]
        return count
