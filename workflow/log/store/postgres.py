"""Appends on PostgreSQL: counter, facts and receipts in one statement, one round trip, one commit."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine

from workflow.log.append import Lost, NotUnique, Receipt, Rows, explain_driver_error
from workflow.log.store.arrays import Column, ColumnDumper
from workflow.log.store.database import hold_connection
from workflow.log.store.statements import Statements

CHANNEL = "met_log"

FACT = ("bigint", "text", "text", "int", "text", "smallint", "bigint", "bytea", "text", "bytea", "bytea", "bytea")
RECEIPT = ("text", "bytea", "bigint", "smallint", "bytea")

# The row lock of the counter is held from here to the commit, so the order of positions is the order of
# commits and a tailing reader never meets a gap (M1). A moved counter stores nothing at all.
APPEND = """
WITH moved AS (
  UPDATE head SET position = %s, frontier = %s WHERE id = 1 AND position = %s RETURNING 1
), stored AS (
  INSERT INTO facts (position, practice, stream, version, name, schema_version, recorded_at, command_id, meta,
                     key_id, body, leaf)
  SELECT {facts}
), received AS (
  INSERT INTO receipts (practice, command_id, position, facts, digest)
  SELECT {receipts}
)
SELECT pg_notify('met_log', '') FROM moved
"""


def _one(kinds: Sequence[str]) -> str:
    return ", ".join(f"%s::{kind}" for kind in kinds) + " FROM moved"


def _many(kinds: Sequence[str]) -> str:
    return f"new.* FROM moved, unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) AS new"


APPEND_ONE = APPEND.format(facts=_one(FACT), receipts=_one(RECEIPT))  # a third faster than a batch of one
APPEND_MANY = APPEND.format(facts=_many(FACT), receipts=_many(RECEIPT))


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
        driver.adapters.register_dumper(Column, ColumnDumper)
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
        if len(rows) == len(receipts) == 1:
            return self._run(APPEND_ONE, (now, peaks, was, *rows[0], *receipts[0])).fetchone() is not None
        try:
            columns = [*map(Column, FACT, zip(*rows, strict=True)), *map(Column, RECEIPT, zip(*receipts, strict=True))]
        except (TypeError, ValueError, struct.error) as error:
            raise explain_driver_error(error) from None
        return self._run(APPEND_MANY, (now, peaks, was, *columns)).fetchone() is not None

    @contextmanager
    def turn(self) -> Iterator[tuple[int, bytes]]:
        try:
            self._run("BEGIN", ())
            row = self._run(self._sql.lock_head.sql, self._sql.lock_head.bind(())).fetchone()
            yield int(row[0]), bytes(row[1])
            self._run("COMMIT", ())
        finally:
            if not self._driver.closed and self._driver.info.transaction_status != TransactionStatus.IDLE:
                with suppress(psycopg.Error):
                    self._driver.rollback()

    def find_receipt(self, practice: str, command_id: bytes) -> Receipt | None:
        sql = self._sql.receipt
        row = self._run(sql.sql, sql.bind((practice, command_id))).fetchone()
        return None if row is None else Receipt(row[0], row[1], bytes(row[2]))

    def _run(self, sql: str, values: Any) -> Any:
        try:
            return self._cursor.execute(sql, values, prepare=True)
        except psycopg.Error as error:
            if self._driver.closed or self._driver.broken:
                raise Lost from None
            if isinstance(error, psycopg.errors.UniqueViolation):
                raise NotUnique from None
            raise explain_driver_error(error) from None
