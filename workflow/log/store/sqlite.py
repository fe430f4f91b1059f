"""Appends on SQLite: counter, facts, receipts and commit in one step of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from aggregates.kernel.errors import StoreUnavailable
from workflow.log.append import Receipt, Rows, explain_driver_error
from workflow.log.store.database import hold_connection, reason
from workflow.log.store.schema import facts
from workflow.log.store.statements import Statements

ROWS_A_STEP = 64
CACHE_KIB = 32_768  # receipts and streams are found anywhere in their indexes, so the writer keeps these in memory
CHECKPOINT_PAGES = 4_000  # a page that changes often is copied back from the write-ahead log once, not each time
MOVED = "the counter moved"

FACT = [column.name for column in facts.columns]
ROW = ["was", "now", "peaks", *FACT, "facts", "digest"]  # the counter stands in the first row, a receipt in its first

# After every step other threads of this process run first, and that costs more than the step. So all of an append
# is one step: rows go into a view of this connection, and its trigger says where each part belongs.
VIEW = f"CREATE TEMP VIEW appended ({', '.join(ROW)}) AS SELECT {', '.join(['NULL'] * len(ROW))}"
TRIGGER = f"""
CREATE TEMP TRIGGER append_fact INSTEAD OF INSERT ON appended BEGIN
  UPDATE head SET position = NEW.now, frontier = NEW.peaks WHERE id = 1 AND position = NEW.was;
  SELECT RAISE(ABORT, '{MOVED}') WHERE NEW.was IS NOT NULL AND changes() <> 1;
  INSERT INTO facts ({', '.join(FACT)}) VALUES ({', '.join(f'NEW.{name}' for name in FACT)});
  INSERT INTO receipts (practice, command_id, position, facts, digest)
    SELECT NEW.practice, NEW.command_id, NEW.position, NEW.facts, NEW.digest WHERE NEW.facts IS NOT NULL;
END
"""  # noqa: S608
MARKS = f"({', '.join('?' * len(ROW))})"
STEPS = [f"INSERT INTO appended VALUES {', '.join([MARKS] * rows)}" for rows in range(ROWS_A_STEP + 1)]  # noqa: S608
LATER, NO_RECEIPT = (None, None, None), (None, None)


class SqliteStore:
    """Keeps one connection for appends. The write lock is taken before anything is read."""

    def __init__(self, engine: Engine, statements: Statements) -> None:
        self._engine, self._sql = engine, statements
        self._connect()

    def _connect(self) -> None:
        self._held = hold_connection(self._engine, "log")
        driver = self._held.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver
        driver.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        driver.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if driver.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'appended'").fetchone() is None:
            driver.execute(VIEW)
            driver.execute(TRIGGER)

    def reconnect(self) -> None:
        if self._held.is_valid:
            self._held.invalidate()
        self._connect()

    def close(self) -> None:
        self._held.close()

    def read_head(self) -> tuple[int, bytes]:
        row = self._run(self._sql.head.sql, self._sql.head.bind(())).fetchone()
        return int(row[0]), bytes(row[1])

    def write(self, was: int, now: int, peaks: bytes, rows: Rows, receipts: Rows) -> bool:
        stored = _with_receipts((was, now, peaks), rows, receipts)
        try:
            if len(stored) <= ROWS_A_STEP or self._driver.in_transaction:
                self._insert(stored)
            else:
                with self._transaction():
                    self._insert(stored)
        except sqlite3.IntegrityError as error:
            if MOVED in str(error):
                return False
            raise explain_driver_error(error) from None
        except (sqlite3.Error, OverflowError) as error:
            raise explain_driver_error(error) from None
        return True

    def _insert(self, rows: Rows) -> None:
        for first in range(0, len(rows), ROWS_A_STEP):
            some = rows[first:first + ROWS_A_STEP]
            self._driver.execute(STEPS[len(some)], [value for row in some for value in row])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._driver.execute("COMMIT")
        finally:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")

    @contextmanager
    def turn(self) -> Iterator[tuple[int, bytes]]:
        try:
            with self._transaction():
                yield self.read_head()
        except sqlite3.Error as error:
            raise explain_driver_error(error) from None

    def find_receipt(self, practice: str, command_id: bytes) -> Receipt | None:
        row = self._run(self._sql.receipt.sql, self._sql.receipt.bind((practice, command_id))).fetchone()
        return None if row is None else Receipt(*row)

    def _run(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self._driver.execute(sql, values)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"log: {reason(error)}") from None


def _with_receipts(counter: tuple[Any, ...], rows: Rows, receipts: Rows) -> Rows:
    """Every fact with the counter's move beside the first of all, and the receipt beside the first of a command."""
    if len(rows) == len(receipts) == 1:
        return [(*counter, *rows[0], *receipts[0][3:])]
    of = {receipt[2]: receipt[3:] for receipt in receipts}
    stored = [(*LATER, *row, *of.get(row[0], NO_RECEIPT)) for row in rows]
    stored[0] = (*counter, *stored[0][3:])
    return stored
