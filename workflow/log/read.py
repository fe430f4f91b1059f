"""Reading the log: one stream, or everything in order of position. A reader never meets a gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import repeat
from threading import Lock, local
from typing import Any, cast
from weakref import WeakSet

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.pool import PoolProxiedConnection

from aggregates.kernel.errors import StoreUnavailable
from workflow.log.append import Receipt
from workflow.log.row import Row, StreamRow
from workflow.log.store.database import hold_connection, is_sqlite, reason
from workflow.log.store.schema import facts
from workflow.log.store.statements import Prepared, Statements

PAGE = 2_000
NO_END = 2**62
NO_VERSION_END = 2**31 - 1
RETRIES = 1


class _Held:
    """A thread's own connection. When the thread ends, nothing holds it any more, and it goes back to the pool."""

    def __init__(self, connection: PoolProxiedConnection, is_sqlite: bool) -> None:
        self.connection = connection
        self.driver = cast(Any, connection.driver_connection)
        self.cursor: Any = self.driver if is_sqlite else self.driver.cursor(binary=True)


def _rows(stored: list[Any]) -> list[Row]:
    """What the driver returned as rows; `_make` counts the columns of each, which takes half as long again."""
    return list(map(tuple.__new__, repeat(Row), stored))


def _behind(engine: Engine) -> Prepared:
    columns = facts.c
    query = select(*(columns[name] for name in Row._fields[3:])).where(
        columns.practice == bindparam("practice"), columns.stream == bindparam("stream"),
        columns.version > bindparam("after")).order_by(columns.version)
    return Prepared(engine, query, "practice", "stream", "after")


class Reader:
    """Runs compiled reads, each thread on a connection of its own."""

    def __init__(self, engine: Engine, statements: Statements) -> None:
        self._engine, self._sql = engine, statements
        self._mine = local()
        self._held: WeakSet[_Held] = WeakSet()
        self._guard = Lock()
        self._is_sqlite = is_sqlite(engine)
        self._behind = _behind(engine)

    def stream(self, practice: str, stream: str, after: int = 0, upto: int | None = None) -> list[Row]:
        """A stream's rows with *after* < version <= *upto*, in order."""
        last = NO_VERSION_END if upto is None else upto
        return _rows(self._all(self._sql.stream, (practice, stream, after, last)))

    def behind(self, practice: str, stream: str, after: int = 0) -> list[StreamRow]:
        """A stream's rows with *after* < version in order, without the columns that whoever asks knows or needs not."""
        return self._all(self._behind, (practice, stream, after))

    def page(self, after: int, upto: int | None = None, most: int = PAGE) -> list[Row]:
        """At most *most* rows with *after* < position <= *upto*, in order."""
        last = NO_END if upto is None else upto
        return _rows(self._all(self._sql.page, (after, last, most)))

    def pages(self, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """Every row behind *after*, page by page."""
        while rows := self.page(after, upto):
            yield rows
            after = rows[-1].position

    def last(self, practice: str, stream: str) -> Row | None:
        """A stream's newest row."""
        rows = self._all(self._sql.last, (practice, stream))
        return Row._make(rows[0]) if rows else None

    def streams_between(self, practice: str, first: str, behind: str) -> list[str]:
        """The names of streams from *first* on that sort before *behind*."""
        return [row[0] for row in self._all(self._sql.streams, (practice, first, behind))]

    def receipt(self, practice: str, command_id: bytes) -> Receipt | None:
        """What a command id came to."""
        rows = self._all(self._sql.receipt, (practice, command_id))
        return Receipt(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None

    def receipts(self, after: tuple[str, bytes], most: int = PAGE) -> list[tuple[str, bytes, int, int]]:
        """The receipts behind *after* in order of practice and command id: both, first position, number of facts."""
        return [tuple(r) for r in self._all(self._sql.receipts, (*after, most))]

    def count(self, upto: int) -> int:
        """How many rows have a position of at most *upto*."""
        return int(self._all(self._sql.count, (upto,))[0][0])

    def index_fits(self) -> bool:
        """Whether SQLite finds every row that it holds: a damaged index hides the end of a stream (M12).

        PostgreSQL keeps checksums of its pages.
        """
        return not self._is_sqlite or self.run("PRAGMA integrity_check(1)")[0][0] == "ok"

    def head(self) -> tuple[int, bytes]:
        """The position of the newest fact and the tree's frontier."""
        row = self._all(self._sql.head, ())[0]
        return int(row[0]), bytes(row[1])

    def run(self, sql: str, values: Any = ()) -> list[Any]:
        """Any other read, in the driver's own parameter style."""
        return self._execute(sql, values)

    def close(self) -> None:
        """Give every connection back."""
        with self._guard:
            held, self._held = list(self._held), WeakSet()
        for each in held:
            each.connection.close()
        self._mine = local()

    def _all(self, prepared: Prepared, values: tuple[Any, ...]) -> list[Any]:
        return self._execute(prepared.sql, prepared.bind(values))

    def _execute(self, sql: str, values: Any) -> list[Any]:
        for attempt in range(RETRIES + 1):
            try:
                if self._is_sqlite:
                    return self._driver().execute(sql, values).fetchall()  # type: ignore[no-any-return]
                return self._driver().execute(sql, values, prepare=True).fetchall()  # type: ignore[no-any-return]
            except sqlite3.Error as error:
                raise StoreUnavailable(f"log: {reason(error)}") from None
            except Exception as error:
                if not type(error).__module__.startswith("psycopg"):
                    raise
                if not self._drop_if_broken() or attempt == RETRIES:
                    raise StoreUnavailable(f"log: {reason(error)}") from None
        raise AssertionError("unreachable")

    def _driver(self) -> Any:
        held = getattr(self._mine, "held", None)
        if held is None:
            held = self._mine.held = _Held(hold_connection(self._engine, "log"), self._is_sqlite)
            with self._guard:
                self._held.add(held)
        return held.cursor

    def _drop_if_broken(self) -> bool:
        """A read may simply be done again on a fresh connection: it changes nothing."""
        held = self._mine.held
        if not (held.driver.closed or held.driver.broken):
            return False
        with self._guard:
            self._held.discard(held)
        held.connection.invalidate()
        self._mine.held = None
        return True
