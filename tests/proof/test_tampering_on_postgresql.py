"""The same attacks by a superuser of PostgreSQL who switches the triggers off."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.proof.recorded import FACTS, record
from workflow.log.event_log import EventLog
from workflow.log.proof.witness import Witness
from workflow.log.row import Row
from workflow.log.store.database import open_engine

COLUMNS = ", ".join(Row._fields)


@pytest.fixture
def log(postgres_url: str, tmp_path: Path) -> Iterator[EventLog]:
    """An open log of 300 facts."""
    log = record(open_engine(postgres_url), Witness(tmp_path))
    yield log
    log.close()


@pytest.fixture
def superuser(log: EventLog, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Who may do anything in the database."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def first_bad(log: EventLog) -> int | None:
    report = log.verify()
    return None if report.holds else report.problems[0].position


def other(value: Any, column: str, chance: random.Random) -> Any:
    """Another value that the column can hold."""
    if column in ("position", "version"):
        return value + 1000
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(14)
    place = chance.randrange(len(value))
    if isinstance(value, str):
        return value[:place] + ("b" if value[place] != "b" else "c") + value[place + 1:]
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1:]


def test_an_ordinary_statement_can_t_alter_the_log(log: EventLog, postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        for table in ("facts", "receipts", "checkpoints"):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET position = 1"):
                with pytest.raises((psycopg.errors.RaiseException, psycopg.errors.UndefinedColumn)):
                    connection.execute(statement)
    assert log.verify().holds


def test_every_altered_column_and_every_deleted_fact_is_found_and_its_position_named(
        log: EventLog, superuser: psycopg.Connection[Any]) -> None:
    chance = random.Random(18)
    rows = [row for page in log.reader.pages() for row in page]
    for column in Row._fields:
        for row in chance.sample(rows, 4):
            superuser.execute(f"UPDATE facts SET {column} = %s WHERE position = %s",
                              (other(getattr(row, column), column, chance), row.position))
            assert first_bad(log) == row.position, column
            put_back(superuser, row)
    for row in [*chance.sample(rows, 8), rows[0], rows[-1]]:
        superuser.execute("DELETE FROM facts WHERE position = %s", (row.position,))
        assert first_bad(log) == row.position
        put_back(superuser, row)
    assert first_bad(log) is None


def put_back(superuser: psycopg.Connection[Any], row: Row) -> None:
    superuser.execute("DELETE FROM facts WHERE position IN (%s, %s)", (row.position, row.position + 1000))
    superuser.execute(f"INSERT INTO facts ({COLUMNS}) VALUES ({', '.join(['%s'] * 12)})", tuple(row))


@pytest.mark.parametrize("statement", [
    "UPDATE head SET position = 299", "UPDATE head SET frontier = ''",
    "UPDATE checkpoints SET note = '' WHERE size = 60",
    "UPDATE receipts SET facts = facts + 1", "DELETE FROM receipts WHERE position > 250",
    "UPDATE receipts SET practice = 'elsewhere' WHERE position < 50", "DELETE FROM facts WHERE position > 240"])
def test_what_stands_beside_the_facts_can_t_be_altered_unseen(log: EventLog, superuser: psycopg.Connection[Any],
                                                              statement: str) -> None:
    superuser.execute(statement)
    assert first_bad(log) is not None
    assert log.why_read_only is not None


def test_a_fact_that_is_there_twice_is_found_although_the_key_was_dropped(log: EventLog,
                                                                          superuser: psycopg.Connection[Any]) -> None:
    superuser.execute("ALTER TABLE facts DROP CONSTRAINT facts_pkey")
    superuser.execute("DROP INDEX facts_by_stream")
    superuser.execute(f"INSERT INTO facts SELECT * FROM facts WHERE position = {FACTS - 1}")
    assert first_bad(log) == FACTS - 1
