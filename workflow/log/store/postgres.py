"""Appends on PostgreSQL: counter, facts and receipts in one statement, one round trip, one commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine

from workflow.log.append import Lost, NotUnique, Receipt, Rows, explain_driver_error
from workflow.log.store.database import hold_connection
from workflow.log.store.statements import Statements

CHANNEL = "met_log"

# The row lock of the counter is held from here to the commit, so the order of positions is the order of
# commits and a tailing reader never meets a gap (M1). A moved counter stores nothing at all.
APPEND = f"""
WITH moved AS (
  UPDATE head SET position = %(now)s, frontier = %(peaks)s WHERE id = 1 AND position = %(was)s RETURNING 1
), stored AS (
  INSERT INTO facts (position, practice, stream, version, name, schema_version, recorded_at, command_id, meta,
                     key_id, body, leaf)
  SELECT new.* FROM moved, unnest(%(f0)s::bigint[], %(f1)s::text[], %(f2)s::text[], %(f3)s::int[], %(f4)s::text[],
    %(f5)s::smallint[], %(f6)s::bigint[], %(f7)s::bytea[], %(f8)s::text[], %(f9)s::bytea[], %(f10)s::bytea[],
    %(f11)s::bytea[]) AS new
), received AS (
  INSERT INTO receipts (practice, command_id, position, facts, digest)
  SELECT new.* FROM moved, unnest(%(r0)s::text[], %(r1)s::bytea[], %(r2)s::bigint[], %(r3)s::smallint[],
    %(r4)s::bytea[]) AS new
)
SELECT pg_notify('{CHANNEL}', '') FROM moved
"""


class PostgresStore:
    """Keeps one connection for appends."""

    def __init__(self, engine: Engine, statements: Statements) -> None:
        self._engine, self._sql = engine, statements
        self._connect()

    def _connect(self) -> None:
        self._held = hold_connection(self._engine, "log")
        driver = self._held.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._driver: psycopg.Connection[Any] = driver
        self._cursor = driver.cursor(binary=True)

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
        values: dict[str, Any] = {"was": was, "now": now, "peaks": peaks}
        values.update((f"f{i}", list(column)) for i, column in enumerate(zip(*rows, strict=True)))
        values.update((f"r{i}", list(column)) for i, column in enumerate(zip(*receipts, strict=True)))
        return self._run(APPEND, values).fetchone() is not None

    @contextmanager
    def turn(self) -> Iterator[tuple[int, bytes]]:
        self._run("BEGIN", ())
        try:
            row = self._run(self._sql.lock_head.sql, self._sql.lock_head.bind(())).fetchone()
            yield int(row[0]), bytes(row[1])
            self._run("COMMIT", ())
        finally:
            if self._driver.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                with suppress(psycopg.Error):
                    self._driver.execute("ROLLBACK")

    def find_receipt(self, practice: str, command_id: bytes) -> Receipt | None:
        sql = self._sql.receipt
        row = self._run(sql.sql, sql.bind((practice, command_id))).fetchone()
        return None if row is None else Receipt(row[0], row[1], bytes(row[2]))

    def leaf_at(self, position: int) -> bytes:
        return bytes(self._run("SELECT leaf FROM facts WHERE position = %s", (position,)).fetchone()[0])

    def _run(self, sql: str, values: Any) -> Any:
        try:
            return self._cursor.execute(sql, values, prepare=True)
        except psycopg.Error as error:
            if self._driver.closed or self._driver.broken:
                raise Lost from None
            if isinstance(error, psycopg.errors.UniqueViolation):
                raise NotUnique from None
            raise explain_driver_error(error) from None
